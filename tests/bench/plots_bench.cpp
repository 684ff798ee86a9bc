// Times one redraw of many long curves, at the size and load that the training view must bear.
#include "widgets/plots/curve_chart.h"
#include "widgets/theme/theme_host.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>

namespace {

constexpr double kEpochs = 30;

struct Setting {
    int curves = 50;
    int points = 100000;
    bool smooth = false;
    bool logarithmic = false;
    bool moving = false; // the range of the values changes at every redraw, so that axes are made again too
};

std::vector<halftone::CurvePoint> noisyLoss(int points, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.05);
    std::vector<halftone::CurvePoint> curve;
    curve.reserve(static_cast<std::size_t>(points));
    for (int i = 0; i < points; ++i) {
        const double x = kEpochs * (i + 1) / points;
        curve.push_back({x, 0.1 + 0.02 * seed + (0.8 + noise(random)) * std::exp(-x / 6) + 0.02 * std::abs(noise(random))});
    }
    return curve;
}

void fill(halftone::CurveChart& chart, const Setting& setting)
{
    chart.setOptions({{}, {}, setting.logarithmic, false, {}, {}, kEpochs * 1.05, 0.5});
    for (int i = 0; i < setting.curves; ++i) {
        const QString key = QStringLiteral("run %1").arg(i);
        const bool chosen = i == setting.curves - 1;
        chart.setCurve(key, {key, chosen ? halftone::Role::Accent : halftone::Role::Ink3, chosen, true, 31, {}});
        chart.setPoints(key, noisyLoss(setting.points, static_cast<unsigned>(i)));
    }
    chart.setSmooth(setting.smooth);
}

// What this thread has worked, which other programs on the machine do not lengthen.
double threadMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

struct Times {
    std::vector<double> wall; // milliseconds
    std::vector<double> thread;
};

// Every curve gets a point, then the chart is laid out, drawn and brought to the screen's buffer, as a live repaint does.
Times redraws(const Setting& setting, int repeats)
{
    halftone::CurveChart chart;
    chart.resize(1200, 800);
    fill(chart, setting);
    chart.show();
    QApplication::processEvents();
    QImage screen(chart.size(), QImage::Format_ARGB32_Premultiplied);
    chart.render(&screen);
    const QStringList keys = chart.keys();
    Times times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const double x = kEpochs + 0.0001 * (repeat + 1);
        const double top = setting.moving ? 2 + 0.01 * repeat : 0.2;
        for (int i = 0; i < keys.size(); ++i) chart.appendPoint(keys[i], {x, i == 0 ? top : 0.2});
        QElapsedTimer timer;
        timer.start();
        const double before = threadMilliseconds();
        chart.render(&screen); // what is due is done first
        times.thread.push_back(threadMilliseconds() - before);
        times.wall.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    }
    return times;
}

double share(std::vector<double> times, double part)
{
    std::sort(times.begin(), times.end());
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
}

void report(const char* name, const Setting& setting, int repeats)
{
    const Times times = redraws(setting, repeats);
    fmt::print("{:<24} {:>3} x {:>6}   min {:6.2f}   median {:6.2f}   p99 {:6.2f} ms   of this thread's work: median {:6.2f}   p99 {:6.2f} ms\n",
        name, setting.curves, setting.points, share(times.wall, 0), share(times.wall, 0.5), share(times.wall, 0.99),
        share(times.thread, 0.5), share(times.thread, 0.99));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    halftone::ThemeHost::install(application, halftone::ThemeKind::Dark);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption repeatsOption(QStringLiteral("repeats"), QStringLiteral("Redraws of each setting."), QStringLiteral("count"),
        QStringLiteral("300"));
    parser.addOption(repeatsOption);
    parser.process(application);
    const int repeats = std::max(10, parser.value(repeatsOption).toInt());
    fmt::print("Redraw of a 1200 x 800 chart, {} times each, Qt {}, platform {}\n", repeats, qVersion(),
        QGuiApplication::platformName().toStdString());
    report("live", {}, repeats);
    report("live, axes move", {50, 100000, false, false, true}, repeats);
    report("live, smoothed", {50, 100000, true, false, false}, repeats);
    report("live, logarithmic", {50, 100000, false, true, false}, repeats);
    report("fewer points", {50, 10000, false, false, false}, repeats);
    report("three runs, antialiased", {3, 1000, false, false, false}, repeats);
    return 0;
}
