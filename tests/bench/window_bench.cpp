// Times that a person feels: start to first paint, opening a study with 1,000 runs, and how long the window's thread stalls while
// a network trains on all cores. Prints minimum, median and 99th percentile in milliseconds.
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "app/engine_loader.h"
#include "app/resources_folder.h"
#include "tests/bench/figures.h"
#include "tests/unit/widgets/study_fixture.h"
#include "widgets/shell/main_window.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

constexpr double kNsPerMs = 1e6;

double since(const QElapsedTimer& timer) { return static_cast<double>(timer.nsecsElapsed()) / kNsPerMs; }

void measureFirstPaint()
{
    std::vector<double> ms;
    for (int i = 0; i < 11; ++i) {
        QElapsedTimer timer;
        timer.start();
        QProcess program;
        program.start(QStringLiteral(HALFTONE_GUI_PROGRAM), {QStringLiteral("--end-after-first-paint")});
        program.waitForFinished(20000);
        if (i > 0) ms.push_back(since(timer)); // the first brings the files into memory
    }
    bench::printRow("Start to first paint, the program's end included", ms, 500);
}

bool fillWithRuns(test::TemporaryStudy& study, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto id = study.file->startRun({.key = "run " + std::to_string(i),
            .kind = "frontier",
            .assignmentBits = toText(uniformAssignment(study.table, 2 + i % 7)),
            .optionsJson = R"({"epochs":2})"});
        if (!id.ok()) return false;
        const RunMetrics metrics{.loss = 0.3, .trainMetric = 0.9, .testMetric = 0.88, .trainSamples = 50000, .testSamples = 10000};
        if (!study.file->finishRun(*id, {.wallSeconds = 60, .metrics = metrics}).ok()) return false;
    }
    return true;
}

Result<std::string> nothing(const std::vector<std::string>&, const TaskContext&) { return Error{ErrorCode::Failed, "not measured"}; }

void measureOpening()
{
    test::TemporaryStudy study;
    study.addScores("eagl");
    if (!fillWithRuns(study, 1000)) return;
    std::vector<double> ms;
    for (int i = 0; i < 11; ++i) {
        Session session(nothing);
        MainWindow window(session);
        window.resize(1440, 900);
        window.show();
        static_cast<void>(QTest::qWaitForWindowExposed(&window));
        QSignalSpy shown(&session, &Session::overviewChanged);
        QElapsedTimer timer;
        timer.start();
        session.open(study.path());
        if (shown.isEmpty()) shown.wait(10000);
        window.repaint(); // what the event loop would do next
        ms.push_back(since(timer));
    }
    bench::printRow("Open a study with 1,000 runs to its first paint", ms, 300);
}

// Ticks of 1 ms: what a tick is late by is what the person's next key or click would wait.
void measureStall(const QString& demo)
{
    QTemporaryDir folder;
    const QString copy = folder.filePath(QStringLiteral("demo.halftone"));
    if (!QFile::copy(demo, copy)) {
        std::printf("stall while training: not measured, %s is no study; run halftone demo first\n", demo.toUtf8().constData());
        return;
    }
    const auto engine = loadEngine(HALFTONE_ENGINE, {.resources = findResources()});
    if (!engine.ok()) {
        std::printf("stall while training: not measured, %s\n", engine.error().message.c_str());
        return;
    }
    Session session(*engine);
    MainWindow window(session);
    window.resize(1440, 900);
    window.show();
    QSignalSpy opened(&session, &Session::opened);
    session.open(copy);
    if (opened.isEmpty()) opened.wait(10000);
    window.showView(View::Training);
    session.enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), QStringLiteral("3"),
                        QStringLiteral("--epochs"), QStringLiteral("3")},
        QStringLiteral("Fine-tune"));
    QSignalSpy sampled(&session, &Session::curveSampled);
    if (sampled.isEmpty()) sampled.wait(60000); // the network trains now
    std::vector<double> late;
    QElapsedTimer tick;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, &window, [&] {
        late.push_back(std::max(0.0, since(tick) - 1));
        tick.restart();
    });
    tick.start();
    timer.start(1);
    QTest::qWait(15000);
    timer.stop();
    bench::printRow("Stall of the window's thread while training", late, 16);
    session.close();
}

} // namespace
} // namespace halftone

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("halftone-bench"));
    halftone::ThemeHost::install(application, halftone::ThemeKind::Light);
    halftone::measureFirstPaint();
    halftone::measureOpening();
    halftone::measureStall(argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("build/release/demo/demo.halftone"));
    return 0;
}
