// Times one redraw of many long curves, at the size and load that the training view must bear.
#include "tests/bench/figures.h"
#include "widgets/plots/curve_chart.h"
#include "widgets/theme/theme_host.h"

#include <QApplication>
#include <QCommandLineParser>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>

namespace {

using halftone::bench::Timed;

constexpr double kEpochs = 30;
constexpr double kFrameMs = 16; // of a screen with 60 in a second

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

// Every curve gets a point, then the chart is laid out, drawn and brought to the screen's buffer, as a live repaint does.
std::vector<Timed> redraws(const Setting& setting, int repeats)
{
    halftone::CurveChart chart;
    chart.resize(1200, 800);
    fill(chart, setting);
    chart.show();
    QApplication::processEvents();
    QImage screen(chart.size(), QImage::Format_ARGB32_Premultiplied);
    chart.render(&screen);
    const QStringList keys = chart.keys();
    std::vector<Timed> times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const double x = kEpochs + 0.0001 * (repeat + 1);
        const double top = setting.moving ? 2 + 0.01 * repeat : 0.2;
        for (int i = 0; i < keys.size(); ++i) chart.appendPoint(keys[i], {x, i == 0 ? top : 0.2});
        times.push_back(halftone::bench::timed([&] { chart.render(&screen); })); // what is due is done first
    }
    return times;
}

void report(const char* name, const Setting& setting, int repeats)
{
    const std::string what = fmt::format("Curves: redraw {} x {}, {}", setting.curves, setting.points, name);
    halftone::bench::printRow(what.c_str(), redraws(setting, repeats), kFrameMs);
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
    report("live", {50, 10000, false, false, false}, repeats);
    report("antialiased", {3, 1000, false, false, false}, repeats);
    return 0;
}
