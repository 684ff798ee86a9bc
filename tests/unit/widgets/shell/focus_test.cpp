// The way of Tab through every view: each stop is on the screen, shows that it has the focus, and the way comes round.
#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include "core/graph/bit_assignment.h"
#include "tests/unit/widgets/pages/made_study.h"
#include "widgets/shell/main_window.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

constexpr int kMostStops = 90;
constexpr int kRing = 4; // pixels round a widget that its ring may take

// Tells of windows that come up beside the one that is meant: a widget that is shown before it has its place.
class OtherWindows : public QObject {
public:
    explicit OtherWindows(const QWidget& window)
        : m_window(window)
    {
        qApp->installEventFilter(this);
    }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        const auto* widget = qobject_cast<QWidget*>(watched);
        if (event->type() == QEvent::Show && widget && widget->isWindow() && widget != &m_window)
            ADD_FAILURE() << widget->metaObject()->className() << " " << widget->objectName().toStdString() << " is shown as a window";
        return false;
    }

private:
    const QWidget& m_window;
};

class Focus : public testing::TestWithParam<View> {
protected:
    void SetUp() override
    {
        if (!ThemeHost::installed()) ThemeHost::install(*qApp, ThemeKind::Light);
        QApplication::setCursorFlashTime(0);
        m_study.addScores();
        m_study.addAssignment("some", m_study.someBits(0));
        m_study.addRun({.key = "run of some", .bits = m_study.someBits(0)});
        m_study.addRun({.key = "run of others", .bits = m_study.someBits(1), .best = 0.91});
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(QString::fromStdString(m_study.path().string()));
        ASSERT_TRUE(opened.count() > 0 || opened.wait(10000));
        m_window.resize(1440, 900);
        m_window.show();
        m_window.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&m_window));
        const OtherWindows others(m_window);
        m_window.showView(GetParam());
        QTest::qWait(500); // what is read in the background stands
    }
    void tab()
    {
        QWidget* const at = QApplication::focusWidget();
        QTest::keyClick(at ? at : &m_window, Qt::Key_Tab);
    }
    QString nameOf(const QWidget* widget) const
    {
        return QStringLiteral("%1 \"%2\" %3").arg(QString::fromUtf8(widget->metaObject()->className()), widget->objectName(), widget->accessibleName());
    }
    // What lies inside of everything that it stands in.
    QRect seenPartOf(const QWidget* widget) const
    {
        QRect seen(widget->mapTo(&m_window, QPoint()), widget->size());
        for (const QWidget* above = widget->parentWidget(); above; above = above->parentWidget())
            seen &= QRect(above->mapTo(&m_window, QPoint()), above->size());
        return seen;
    }
    QImage pictureOf(const QWidget* widget)
    {
        const QRect place(widget->mapTo(&m_window, QPoint()), widget->size());
        return m_window.grab(place.adjusted(-kRing, -kRing, kRing, kRing)).toImage();
    }

    MadeStudy m_study;
    MadeEngine m_engine{m_study.table()};
    Session m_session{m_engine.runner()};
    MainWindow m_window{m_session};
};

TEST_P(Focus, GoesRoundAndIsAlwaysSeen)
{
    tab();
    QWidget* const first = QApplication::focusWidget();
    ASSERT_NE(first, nullptr);
    QWidget* at = first;
    int stops = 0;
    do {
        EXPECT_TRUE(at->isVisible() && !seenPartOf(at).isEmpty()) << nameOf(at).toStdString() << " is not to be seen";
        const QImage with = pictureOf(at);
        QWidget* const before = at;
        tab();
        at = QApplication::focusWidget();
        ASSERT_NE(at, nullptr) << "nothing has the focus after " << nameOf(before).toStdString();
        EXPECT_FALSE(with == pictureOf(before)) << nameOf(before).toStdString() << " looks the same with the focus and without";
        ASSERT_LT(++stops, kMostStops) << "the way does not come round; now at " << nameOf(at).toStdString();
    } while (at != first);
    EXPECT_GT(stops, 5);
}

INSTANTIATE_TEST_SUITE_P(Views, Focus,
    testing::Values(View::Start, View::Model, View::Sensitivity, View::Bits, View::Training, View::Frontier, View::Export, View::Compare));

} // namespace
} // namespace halftone
