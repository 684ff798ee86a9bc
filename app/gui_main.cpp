// `halftone-gui [STUDY|MODEL]`: the window. Joins engine, theme, settings and window; the engine (LibTorch) is loaded behind it.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStyleHints>
#include <QTextStream>
#include <QTimer>

#include <memory>
#include <mutex>
#include <optional>

#include "app/engine_loader.h"
#include "app/resources_folder.h"
#include "core/base/version.h"
#include "widgets/format/plain_numbers.h"
#include "widgets/pages/start/start_page.h"
#include "widgets/shell/main_window.h"
#include "widgets/theme/theme_host.h"

namespace {

using halftone::MainWindow;
using halftone::Session;
using halftone::StartPage;
using halftone::ThemeHost;
using halftone::ThemeKind;
using halftone::View;

const QString kTheme = QStringLiteral("theme");
const QString kGeometry = QStringLiteral("window/geometry");

ThemeKind storedTheme(const QSettings& settings, const QString& asked)
{
    const QString name = asked.isEmpty() ? settings.value(kTheme).toString() : asked;
    if (name == QLatin1String("dark")) return ThemeKind::Dark;
    if (name == QLatin1String("light")) return ThemeKind::Light;
    const QPalette system = QGuiApplication::palette();
    return system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness() ? ThemeKind::Dark
                                                                                                     : ThemeKind::Light;
}

void keepTheme(QSettings& settings, ThemeKind kind)
{
    settings.setValue(kTheme, kind == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
}

// Loads the engine when it is first asked for anything, on the thread that asks: the window's own never waits for LibTorch.
halftone::CommandRunner engineOnDemand()
{
    struct Engine {
        std::mutex mutex;
        std::optional<halftone::Result<halftone::CommandRunner>> runner;
    };
    auto engine = std::make_shared<Engine>(); // shared by the runner's copies
    return [engine](const std::vector<std::string>& arguments, const halftone::TaskContext& task) -> halftone::Result<std::string> {
        halftone::CommandRunner run;
        {
            const std::lock_guard lock(engine->mutex);
            if (!engine->runner)
                engine->runner = halftone::loadEngine(halftone::engineModulePath(), {.resources = halftone::findResources()});
            HALFTONE_TRY(run, *engine->runner);
        }
        return run(arguments, task);
    };
}

// Ends the program once the window has been painted: for measuring how long that takes from outside.
class EndAfterFirstPaint : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() == QEvent::Paint) QTimer::singleShot(0, qApp, &QApplication::quit);
        return false;
    }
};

// Ends the program once what was asked for stands in the window, or with its sentence when it cannot: for tests from outside.
void endAfterOpening(Session& session)
{
    QObject::connect(&session, &Session::opened, qApp, [] { QTimer::singleShot(0, qApp, &QApplication::quit); });
    QObject::connect(&session, &Session::openFailed, qApp, [](const QString& sentence) {
        QTextStream(stderr) << sentence << Qt::endl;
        QTimer::singleShot(0, qApp, [] { QApplication::exit(1); });
    });
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    halftone::usePlainNumbers();
    QApplication::setOrganizationName(QStringLiteral("halftone"));
    QApplication::setApplicationName(QStringLiteral("halftone"));
    QApplication::setApplicationVersion(QString::fromUtf8(halftone::kVersion));
    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Explore, fine-tune and export mixed-precision neural networks."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("file"), QApplication::translate("main", "A study, or a model to make one from."),
        QStringLiteral("[STUDY|MODEL]"));
    const QCommandLineOption demo(QStringLiteral("demo"), QApplication::translate("main", "Open the demo study."));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QApplication::translate("main", "light or dark."), QStringLiteral("name"));
    QCommandLineOption firstPaint(QStringLiteral("end-after-first-paint"));
    firstPaint.setFlags(QCommandLineOption::HiddenFromHelp);
    QCommandLineOption opening(QStringLiteral("end-after-opening"));
    opening.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({demo, theme, firstPaint, opening});
    parser.process(application);

    QSettings settings;
    ThemeHost& host = ThemeHost::install(application, storedTheme(settings, parser.value(theme)));
    Session session(engineOnDemand(), &settings);
    MainWindow window(session);
    QObject::connect(&window, &MainWindow::themeRequested, &host, &ThemeHost::toggle);
    QObject::connect(&host, &ThemeHost::changed, &window, [&] { keepTheme(settings, host.kind()); });
    if (!window.restoreGeometry(settings.value(kGeometry).toByteArray())) window.resize(1440, 900);
    if (parser.isSet(firstPaint)) window.installEventFilter(new EndAfterFirstPaint(&window));
    if (parser.isSet(opening)) endAfterOpening(session);
    window.show();

    auto* start = static_cast<StartPage*>(window.page(View::Start));
    const QStringList files = parser.positionalArguments();
    if (!files.isEmpty())
        QTimer::singleShot(0, &window, [=] { start->take(QFileInfo(files.front()).absoluteFilePath()); });
    else if (parser.isSet(demo))
        QTimer::singleShot(0, &window, [=] { start->openDemo(); });
    const int status = QApplication::exec();
    settings.setValue(kGeometry, window.saveGeometry());
    return status;
}
