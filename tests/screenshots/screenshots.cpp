// Renders every view in every state to PNG: halftone_screenshots STUDY FOLDER. tools/screenshots calls it for both densities.
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>

#include <atomic>
#include <cmath>

#include "app/engine_loader.h"
#include "app/resources_folder.h"
#include "core/store/study_file.h"
#include "widgets/pages/export/try_image_card.h"
#include "widgets/shell/main_window.h"
#include "widgets/shell/views.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

// What a study is like when a view is shown.
enum class State { None, Fresh, Working, Failed, Done };
struct StateInfo {
    State state;
    const char* name;
};
constexpr StateInfo kStates[] = {{State::None, "none"}, {State::Fresh, "fresh"}, {State::Working, "working"},
    {State::Failed, "failed"}, {State::Done, "done"}};
constexpr int kSettleMs = 900; // layouts and histograms come from other threads
constexpr int kAnswerMs = 20000;

bool isLongWork(const std::string& command) { return command == "finetune" || command == "score" || command == "frontier" || command == "export"; }

// Long work that stands still half-way, so that a picture of it can be taken; everything else is the engine's.
CommandRunner standIn(State state, CommandRunner engine)
{
    return [state, engine](const std::vector<std::string>& arguments, const TaskContext& task) -> Result<std::string> {
        if (arguments.empty() || !isLongWork(arguments.front()) || state == State::Done) return engine(arguments, task);
        if (state == State::Failed)
            return Error{ErrorCode::Failed, "The loss became NaN in epoch 2 of layer2.0.conv1; epoch 1 is kept. Try a learning rate of 0.003."};
        for (int i = 0; i <= 60; ++i) {
            const double epoch = 2.4 * i / 60;
            task.sample({"pictured run", "loss", epoch, 0.2 + 0.6 * std::exp(-epoch) + 0.01 * std::sin(9.0 * i)});
            task.sample({"pictured run", "learning rate", epoch, 0.005 * (1 + std::cos(epoch / 5 * 3.14159)) / 2});
        }
        while (!task.stopRequested()) {
            task.report(arguments.front(), 12, 30, "epoch 12 of 30, loss 0.229");
            QThread::msleep(50);
        }
        return Error{ErrorCode::Cancelled, "stopped"};
    };
}

// The same model and data with nothing done yet.
bool makeFresh(const QString& from, const QString& to)
{
    const auto file = StudyFile::open(from.toStdString(), {.access = StudyAccess::ReadOnly});
    if (!file.ok()) return false;
    auto settings = file->settings();
    auto model = file->loadModel();
    if (!settings.ok() || !model.ok()) return false;
    settings->erase("lastFrontier");
    return StudyFile::create(to.toStdString(), {.settings = *settings, .model = *model}).ok();
}

class Photographer {
public:
    Photographer(const QString& study, const QString& folder, CommandRunner engine)
        : m_study(study)
        , m_folder(folder)
        , m_engine(std::move(engine))
    {
    }

    bool takeAll(const QString& theme)
    {
        for (const StateInfo& state : kStates)
            for (const QSize size : {QSize(1280, 800), QSize(1440, 900)})
                if (!take(theme, state, size)) return false;
        return true;
    }

private:
    bool take(const QString& theme, const StateInfo& state, const QSize& size)
    {
        QTemporaryDir temporary;
        const QString copy = temporary.filePath(QStringLiteral("demo.halftone"));
        if (state.state == State::Fresh ? !makeFresh(m_study, copy) : !QFile::copy(m_study, copy)) return false;
        Session session(standIn(state.state, m_engine));
        MainWindow window(session);
        window.resize(size);
        window.show();
        if (state.state == State::None) {
            save(window, theme, state, View::Start, size);
            window.page(View::Start)->findChild<QPushButton*>(QStringLiteral("knownNetwork"))->click();
            save(window, theme, {State::None, "form"}, View::Start, size);
            return true;
        }
        if (!open(session, copy)) return false;
        if (state.state == State::Working || state.state == State::Failed) {
            session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), QStringLiteral("4")},
                QStringLiteral("Fine-tune all 4 bit"));
            session.enqueue({QStringLiteral("score"), QStringLiteral("STUDY"), QStringLiteral("--metric"), QStringLiteral("alps")},
                QStringLiteral("Score ALPS"));
            session.enqueue({QStringLiteral("frontier"), QStringLiteral("STUDY")}, QStringLiteral("Compare methods"));
            session.enqueue({QStringLiteral("export"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), QStringLiteral("4"),
                                QStringLiteral("--format"), QStringLiteral("onnx-qdq"), QStringLiteral("pictured.onnx")},
                QStringLiteral("Export all 4 bit"));
        }
        if (state.state == State::Done) session.selectLayer(static_cast<int>(session.overview()->layers.size()) / 2);
        for (const ViewInfo& view : kViews) {
            window.showView(view.view);
            if (view.view == View::Export && state.state == State::Done) tryImage(window);
            save(window, theme, state, view.view, size);
        }
        return true;
    }

    // The first test image, if the data are there.
    static void tryImage(MainWindow& window)
    {
        auto* card = window.page(View::Export)->findChild<TryImageCard*>();
        window.page(View::Export)->findChild<QPushButton*>(QStringLiteral("nextTestImage"))->click();
        static_cast<void>(QTest::qWaitFor([&] { return !card->answers().answers.empty(); }, kAnswerMs));
    }

    static bool open(Session& session, const QString& study)
    {
        QSignalSpy opened(&session, &Session::opened);
        QSignalSpy failed(&session, &Session::openFailed);
        session.open(study);
        const bool answered = QTest::qWaitFor([&] { return !opened.isEmpty() || !failed.isEmpty(); }, 60000);
        if (!answered) QTextStream(stderr) << "the study did not open within a minute\n";
        if (!failed.isEmpty()) QTextStream(stderr) << failed.first().first().toString() << '\n';
        return !opened.isEmpty();
    }

    void save(MainWindow& window, const QString& theme, const StateInfo& state, View view, const QSize& size)
    {
        QTest::qWait(kSettleMs);
        const QString name = QStringLiteral("%1-%2-%3-%4x%5@%6.png")
                                 .arg(QString::fromUtf8(kViews[static_cast<std::size_t>(view)].icon), QString::fromUtf8(state.name), theme)
                                 .arg(size.width())
                                 .arg(size.height())
                                 .arg(window.devicePixelRatioF());
        window.grab().save(QDir(m_folder).filePath(name));
    }

    QString m_study, m_folder;
    CommandRunner m_engine;
};

} // namespace
} // namespace halftone

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("halftone-screenshots")); // the person's own settings stay untouched
    QTextStream errors(stderr);
    if (argc != 3 || !QDir().mkpath(QString::fromLocal8Bit(argv[2]))) {
        errors << "usage: halftone_screenshots STUDY FOLDER\n";
        return 2;
    }
    auto& host = halftone::ThemeHost::install(application, halftone::ThemeKind::Light);
    const auto engine = halftone::loadEngine(HALFTONE_ENGINE, {.resources = halftone::findResources()});
    if (!engine.ok()) {
        errors << "halftone_screenshots: " << engine.error().message.c_str() << '\n';
        return 1;
    }
    halftone::Photographer photographer(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argv[2]), *engine);
    for (const auto kind : {halftone::ThemeKind::Light, halftone::ThemeKind::Dark}) {
        host.setKind(kind);
        if (!photographer.takeAll(kind == halftone::ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light"))) {
            errors << "halftone_screenshots: " << argv[1] << " could not be shown in every state\n";
            return 1;
        }
    }
    return 0;
}
