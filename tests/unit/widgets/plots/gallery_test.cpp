// Renders every chart in light and dark, for the eye, into plots_gallery of the build folder; QT_SCALE_FACTOR=2 doubles the density.
#include "chart_samples.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTest>

#include <cmath>
#include <memory>

namespace halftone {
namespace {

void fillCurves(CurveChart& chart)
{
    chart.setOptions({{}, {}, false, true, {}, {}, 30, 0.2});
    chart.setCurve("eagl75", {"eagl75", Role::Ink, false, false, 31, {}});
    chart.setCurve("uniform75", {"uniform75", Role::Ink3, false, false, 31, {}});
    chart.setCurve("alps65", {"alps65", Role::Accent, true, true, 31, {}});
    chart.setPoints("eagl75", sampleLoss(30, 150, 1));
    chart.setPoints("uniform75", sampleLoss(30, 150, 2));
    chart.setPoints("alps65", sampleLoss(12, 60, 3));
}

void fillAccuracy(CurveChart& chart)
{
    chart.setOptions({{}, {}, false, false, {}, {}, 30, 0.2});
    chart.setCurve("eagl75", {"eagl75", Role::Ink, false, false, 31, {}});
    chart.setCurve("uniform75", {"uniform75", Role::Ink3, false, false, 31, {}});
    chart.setCurve("alps65", {"alps65", Role::Accent, true, true, 31, {}});
    chart.setPoints("eagl75", sampleAccuracy(30, 90, 89.4, 1));
    chart.setPoints("uniform75", sampleAccuracy(30, 90, 87.5, 2));
    chart.setPoints("alps65", sampleAccuracy(12, 36, 89, 3));
    chart.setReference(91.5, "full precision 91.5");
}

void fillRate(CurveChart& chart)
{
    chart.setOptions({{}, {}, true, false, {}, {}, 30, 0.2});
    std::vector<CurvePoint> rate;
    for (int i = 0; i <= 300; ++i) rate.push_back({i * 0.1, 0.005 * (1 + std::cos(3.14159 * i / 300))});
    chart.setCurve("alps65", {"alps65", Role::Accent, true, true, 31, {}});
    chart.setPoints("alps65", {rate.begin(), rate.begin() + 120});
    rate.back().y = 1e-5;
    chart.setPlanned("alps65", {rate.begin() + 119, rate.end() - 8}, "planned");
}

void fillSteps(CurveChart& chart)
{
    chart.setOptions({{}, {}, true, false, {}, {}, 30, 0.2});
    const std::vector<std::pair<int, double>> layers = {{2, 0.17}, {2, 0.15}, {2, 0.145}, {4, 0.062}, {4, 0.045}, {4, 0.044}, {8, 0.014}, {8, 0.008}};
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto [bits, level] = layers[i];
        const QString key = QString::number(i);
        const Role role = bits == 2 ? Role::Bit2 : bits == 4 ? Role::Bit4 : Role::Bit8;
        const bool first = i == 0 || layers[i - 1].first != bits;
        chart.setCurve(key, {first ? QStringLiteral("%1 bit").arg(bits) : QString(), role, false, true, 31, QStringLiteral("layer %1").arg(i)});
        std::vector<CurvePoint> points = sampleLoss(12, 60, static_cast<unsigned>(i));
        for (CurvePoint& point : points) point.y = level * (1 + 0.2 * (point.y - 0.5));
        chart.setPoints(key, points);
    }
}

void fillNoisy(CurveChart& chart)
{
    fillCurves(chart);
    chart.setPoints("eagl75", sampleLoss(30, 11700, 1));
    chart.setPoints("alps65", sampleLoss(12, 4700, 3));
    chart.setSmooth(true);
    chart.setAxis(CurveAxis::Time);
}

class Gallery {
public:
    explicit Gallery(ThemeKind kind)
        : m_ending(kind == ThemeKind::Light ? "light" : "dark")
    {
        QDir(QStringLiteral(HALFTONE_BINARY_DIR)).mkpath("plots_gallery");
    }

    void keep(const QString& name, Chart& chart, QSize size, const std::function<void()>& use = {})
    {
        chart.resize(size);
        chart.show();
        QApplication::processEvents();
        if (use) use();
        QTest::qWait(50);
        EXPECT_TRUE(chart.grab().save(QStringLiteral(HALFTONE_BINARY_DIR "/plots_gallery/%1-%2.png").arg(name, m_ending)));
    }

private:
    QString m_ending;
};

void renderAll(ThemeKind kind)
{
    ThemeHost* host = ThemeHost::installed();
    if (!host) host = &ThemeHost::install(*qApp, kind);
    host->setKind(kind);
    Gallery gallery(kind);
    FrontierChart frontier;
    frontier.setData(sampleFrontier());
    gallery.keep("frontier", frontier, {980, 510}, [&] {
        frontier.setSelectedPoint(7);
        QTest::mouseMove(&frontier, frontier.pointPosition(1).toPoint());
    });
    FrontierChart small;
    small.setData(sampleFrontier());
    gallery.keep("frontier-small", small, {620, 300});
    StepCurveChart steps;
    steps.setData(sampleSteps());
    gallery.keep("steps", steps, {540, 170});
    ScatterChart scatter;
    scatter.setData(sampleScatter());
    gallery.keep("scatter", scatter, {290, 220}, [&] { scatter.setSelectedPoint(16); });
    HistogramChart weights;
    weights.setData(sampleWeights());
    gallery.keep("weights", weights, {304, 190});
    HistogramChart activations;
    activations.setData(sampleActivations());
    gallery.keep("activations", activations, {304, 130});
    NoiseChart noise;
    noise.setData(sampleNoise());
    gallery.keep("noise", noise, {640, 490}, [&] { noise.setSelectedPoint(3); });
    using Fill = void (*)(CurveChart&);
    for (const auto& [name, fill] : std::vector<std::pair<QString, Fill>>{
             {"loss", fillCurves}, {"accuracy", fillAccuracy}, {"rate", fillRate}, {"weight-steps", fillSteps}, {"noisy", fillNoisy}}) {
        CurveChart chart;
        fill(chart);
        gallery.keep(name, chart, {456, 270}, [&] {
            if (name == QLatin1String("accuracy")) QTest::mouseMove(&chart, QPoint(120, 120));
        });
    }
    CurveChart empty;
    gallery.keep("empty", empty, {456, 270});
}

TEST(PlotsGallery, RendersEveryChartInLight) { renderAll(ThemeKind::Light); }
TEST(PlotsGallery, RendersEveryChartInDark) { renderAll(ThemeKind::Dark); }

} // namespace
} // namespace halftone
