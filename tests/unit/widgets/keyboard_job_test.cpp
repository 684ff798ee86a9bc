// The whole job by the keyboard alone: keys go to what has the focus, as the system sends them; the mouse is never used.
#include <QFile>
#include <QLabel>

#include "tests/unit/widgets/whole_job.h"
#include "widgets/pages/frontier/frontier_page.h"

namespace halftone {
namespace {

using test::kLongMs;

class KeyboardJob : public test::WholeJob {
protected:
    QWidget* focus() const
    {
        QWidget* const at = QApplication::focusWidget();
        return at ? at : m_window.get();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(focus(), key, modifiers); }
    void type(const char* words) { QTest::keyClicks(focus(), QString::fromUtf8(words)); }
    void run(const char* words) // by the palette
    {
        press(Qt::Key_K, Qt::ControlModifier);
        ASSERT_EQ(focus()->objectName(), QStringLiteral("paletteField"));
        type(words);
        press(Qt::Key_Return);
    }
    // Presses Tab until that widget has the focus.
    ::testing::AssertionResult tabTo(const char* name)
    {
        constexpr int kMostStops = 60;
        QStringList passed;
        for (int i = 0; i < kMostStops; ++i) {
            press(Qt::Key_Tab);
            if (focus()->objectName() == QLatin1String(name)) return ::testing::AssertionSuccess();
            passed << QStringLiteral("%1 %2").arg(QString::fromUtf8(focus()->metaObject()->className()), focus()->objectName());
        }
        return ::testing::AssertionFailure() << name << " is not reached by Tab: " << passed.join(QStringLiteral(", ")).toStdString();
    }
    template <typename Widget> Widget* shown(View view, const char* name)
    {
        return m_window->page(view)->findChild<Widget*>(QString::fromUtf8(name)); // without showing the view, as find() would
    }
    // From the board to the queue.
    void fineTuneAs(const char* name)
    {
        ASSERT_TRUE(tabTo("fineTune"));
        press(Qt::Key_Return);
        ASSERT_EQ(focus()->objectName(), QStringLiteral("assignmentName"));
        press(Qt::Key_A, Qt::ControlModifier);
        type(name);
        ASSERT_TRUE(tabTo("fineTuneEpochs"));
        press(Qt::Key_A, Qt::ControlModifier);
        type("1");
        ASSERT_TRUE(tabTo("acceptName"));
        const std::size_t jobs = m_session->jobs().size();
        press(Qt::Key_Return);
        ASSERT_TRUE(QTest::qWaitFor([&] { return m_session->jobs().size() == jobs + 1; }, 30000));
        EXPECT_TRUE(QTest::qWaitFor([&] { return m_window->currentView() == View::Training; }, 5000));
    }
};

TEST_F(KeyboardJob, GoesFromTheDemoToTheVerdict)
{
    // Start: the demo.
    ASSERT_TRUE(tabTo("openDemo"));
    QSignalSpy opened(m_session.get(), &Session::opened);
    press(Qt::Key_Return);
    ASSERT_TRUE(opened.count() > 0 || opened.wait(kLongMs));
    ASSERT_EQ(m_window->currentView(), View::Model);

    // Sensitivity: score, and read which layers are sensitive.
    press(Qt::Key_3, Qt::ControlModifier);
    ASSERT_EQ(m_window->currentView(), View::Sensitivity);
    ASSERT_TRUE(tabTo("score"));
    press(Qt::Key_Return);
    ASSERT_EQ(m_session->jobs().size(), 1u);
    ASSERT_TRUE(workIsDone());
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_session->overview()->scoresOf("eagl") != nullptr; }, 10000));
    ASSERT_TRUE(tabTo("sensitivityChart"));
    press(Qt::Key_Down);
    press(Qt::Key_Return);
    EXPECT_GE(m_session->selectedLayer(), 0);

    // Bits: three chips to 2 bit; the totals move and come back with undo.
    press(Qt::Key_4, Qt::ControlModifier);
    ASSERT_EQ(focus()->objectName(), QStringLiteral("bitBoard"));
    const double before = m_session->bits().totals().costFraction;
    press(Qt::Key_End);
    press(Qt::Key_Left, Qt::ShiftModifier);
    press(Qt::Key_Left, Qt::ShiftModifier);
    press(Qt::Key_2);
    const double after = m_session->bits().totals().costFraction;
    EXPECT_LT(after, before);
    press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_DOUBLE_EQ(m_session->bits().totals().costFraction, before);
    press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_DOUBLE_EQ(m_session->bits().totals().costFraction, after);

    // Fine-tune them, and all of them at 2 bit behind; the curves come.
    QSignalSpy samples(m_session.get(), &Session::curveSampled);
    fineTuneAs("few");
    run("go to bits");
    ASSERT_EQ(focus()->objectName(), QStringLiteral("bitBoard"));
    press(Qt::Key_A, Qt::ControlModifier);
    press(Qt::Key_2);
    fineTuneAs("all");
    ASSERT_TRUE(workIsDone());
    EXPECT_GT(samples.count(), 20);

    // Frontier: from point to point by the arrows; the panel follows.
    press(Qt::Key_6, Qt::ControlModifier);
    auto* frontier = static_cast<FrontierPage*>(m_window->page(View::Frontier));
    ASSERT_TRUE(QTest::qWaitFor([&] { return frontier->points().points.size() >= 2; }, 10000));
    ASSERT_TRUE(tabTo("frontierChart"));
    auto* title = shown<QLabel>(View::Frontier, "pointTitle");
    ASSERT_NE(title, nullptr);
    const QString first = title->text();
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Left, Qt::Key_Left}) {
        press(key);
        press(Qt::Key_Return);
        if (title->text() != first) break;
    }
    EXPECT_NE(title->text(), first);
    ASSERT_TRUE(tabTo("exportPoint"));
    press(Qt::Key_Return);

    // Export: the point's assignment is chosen; the verdict comes.
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_window->currentView() == View::Export; }, 10000));
    ASSERT_TRUE(tabTo("exportFile"));
    const QString file = m_folder.filePath(QStringLiteral("by-keys.onnx"));
    press(Qt::Key_A, Qt::ControlModifier);
    type(file.toUtf8().constData());
    ASSERT_TRUE(tabTo("exportStart"));
    press(Qt::Key_Return);
    ASSERT_EQ(m_session->jobs().size(), 4u);
    ASSERT_TRUE(workIsDone());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !m_session->overview()->exports.empty(); }, 10000));
    EXPECT_TRUE(m_session->overview()->exports.front().passed);
    EXPECT_TRUE(QFile::exists(file));
    auto* verdict = shown<QLabel>(View::Export, "verdictTitle");
    ASSERT_NE(verdict, nullptr);
    EXPECT_TRUE(QTest::qWaitFor([&] { return verdict->isVisible() && !verdict->text().isEmpty(); }, 5000));
}

} // namespace
} // namespace halftone
