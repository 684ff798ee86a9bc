// Invented data for every kind of chart, much like the real.
#include "chart_samples.h"

#include <cmath>
#include <random>

namespace halftone {

namespace {

const QStringList kLayers = {"conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1", "layer1.1.conv2", "layer1.2.conv1",
    "layer1.2.conv2", "layer2.0.conv1", "layer2.0.downsample.0", "layer2.0.conv2", "layer2.1.conv1", "layer2.1.conv2", "layer2.2.conv1",
    "layer2.2.conv2", "layer3.0.conv1", "layer3.0.downsample.0", "layer3.0.conv2", "layer3.1.conv1", "layer3.1.conv2", "layer3.2.conv1",
    "layer3.2.conv2", "linear"};

FrontierMark endPoint(int bits, double cost, double accuracy, const QString& label)
{
    FrontierMark point;
    point.endBits = bits;
    point.cost = cost;
    point.accuracy = accuracy;
    point.label = label;
    point.tip = {label, {{"Accuracy", QString::number(accuracy)}}};
    return point;
}

} // namespace

FrontierChartData sampleFrontier()
{
    FrontierChartData data;
    data.series = {{"eagl", {}, true}, {"alps", {}, true}, {"hawq", {}, true}, {"uniform", {}, false}, {"random", {}, false},
        {"first-to-last", {}, false}};
    const std::vector<std::vector<double>> accuracy = {{84.8, 88.3, 89.4, 90.2, 90.8}, {84.3, 88.0, 89.8, 90.6, 90.9},
        {83.6, 86.9, 88.8, 89.9, 90.6}, {83.0, 85.7, 87.8, 89.2, 90.3}, {82.5, 84.8, 86.9, 88.5, 90.0}, {82.0, 84.0, 86.1, 88.0, 89.8}};
    for (int s = 0; s < 6; ++s) {
        for (int b = 0; b < 5; ++b) {
            FrontierMark point;
            point.series = s;
            point.cost = 55 + 10 * b + 0.2 * ((s * 7 + b * 3) % 5) - 0.3;
            point.accuracy = accuracy[static_cast<std::size_t>(s)][static_cast<std::size_t>(b)];
            const double half = s < 3 ? 0.3 : s == 4 ? 1.1 - 0.15 * b : 0.45;
            point.low = point.accuracy - half;
            point.high = point.accuracy + half;
            point.best = (s == 0 && b < 2) || (s == 1 && b > 1);
            point.tip = {QStringLiteral("%1, budget %2 %").arg(Theme::metricName(data.series[static_cast<std::size_t>(s)].metric)).arg(55 + 10 * b),
                {{"Accuracy, 3 seeds", QStringLiteral("%1 ±0.3 %").arg(point.accuracy)}, {"Linear cost", QStringLiteral("%1 %").arg(point.cost)},
                    {"Bit operations", "0.331 G"}}};
            data.points.push_back(point);
        }
    }
    FrontierMark other;
    other.series = 1;
    other.cost = 70;
    other.accuracy = 87.2;
    other.otherEffort = "ALPS, 5 epochs, 1 seed: other effort";
    data.points.push_back(other);
    data.points.push_back(endPoint(2, 50, 81.2, "all 2 bit"));
    data.joinsAt = static_cast<int>(data.points.size());
    data.points.push_back(endPoint(4, 100, 91.0, "all 4 bit"));
    data.costTitle = "Linear cost, % of all 4 bit";
    data.accuracyTitle = "Test accuracy, %";
    data.reference = 91.5;
    data.referenceLabel = "full precision 91.5";
    return data;
}

StepCurveData sampleSteps()
{
    StepCurveData data;
    for (int i = 0; i < 20; ++i) data.steps.push_back({59.0 + 2 * i, 0.385 * (1 - std::exp(-0.13 * (i + 1.7)))});
    data.label = "best reachable";
    data.costUnit = "%";
    data.costRange = AxisRange{50, 100};
    data.budget = 75;
    data.budgetLabel = "budget";
    data.now = StepMark{75.0, 0.284, "75.0 %, 0.284"};
    data.before = StepMark{76.6, 0.305, "from 76.6 %, 0.305"};
    return data;
}

ScatterData sampleScatter()
{
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 0.006);
    ScatterData data;
    for (int i = 0; i < kLayers.size(); ++i) {
        const double x = 2.1 + 1.5 * i / 21.0;
        data.points.push_back({x, std::max(0.0, 0.08 * std::pow((x - 2) / 1.6, 3) + noise(random)), kLayers[i], {}});
    }
    data.points[3].y = std::nan("");
    data.xTitle = "EAGL, bits";
    data.yTitle = "ALPS, loss";
    return data;
}

HistogramData sampleWeights()
{
    HistogramData data;
    data.lower = -0.45;
    data.upper = 0.45;
    for (int i = 0; i < 64; ++i) {
        const double x = -0.45 + 0.9 * (i + 0.5) / 64;
        data.counts.push_back(std::floor(260 * std::exp(-x * x / 0.022) + (i * 37 % 11)));
    }
    HistogramGrid eight{8, {}};
    for (int i = -127; i <= 127; ++i) eight.levels.push_back(0.0037 * i);
    HistogramGrid four{4, {}};
    for (int i = -8; i <= 7; ++i) four.levels.push_back(0.055 * i);
    data.grids = {eight, four, {2, {-0.36, -0.18, 0, 0.18}}};
    data.linesOf = 4;
    return data;
}

HistogramData sampleActivations()
{
    HistogramData data;
    data.lower = 0;
    data.upper = 3;
    for (int i = 0; i < 60; ++i) data.counts.push_back(std::floor(5000 * std::exp(-i / 14.0)));
    HistogramGrid four{4, {}};
    for (int i = 0; i <= 15; ++i) four.levels.push_back(0.19 * i);
    data.grids = {four};
    data.linesOf = 4;
    return data;
}

NoiseData sampleNoise()
{
    NoiseData data;
    for (int i = 0; i < kLayers.size(); ++i) {
        const double value = 41.5 - 0.28 * i + 0.7 * ((i * 5) % 4);
        data.rows.push_back({kLayers[i], i < 2 || i == 21 ? 8 : i % 2 == 0 ? 4 : 2, {value, value - 0.4}});
    }
    data.rows[5].values[0] = 27.3;
    data.rows[6].values = {std::nan(""), std::nan("")};
    data.names = QStringList{"batch 1", "batch 64"};
    data.gate = 30;
    data.gateLabel = "gate 30 dB";
    return data;
}

std::vector<CurvePoint> sampleLoss(double epochs, int points, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.02);
    std::vector<CurvePoint> curve;
    for (int i = 0; i < points; ++i) {
        const double x = epochs * (i + 1) / points;
        curve.push_back({x, std::max(0.02, 0.1 + 0.85 * std::exp(-x / 6) + noise(random))});
    }
    return curve;
}

std::vector<CurvePoint> sampleAccuracy(double epochs, int points, double best, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.15);
    std::vector<CurvePoint> curve;
    for (int i = 0; i < points; ++i) {
        const double x = epochs * (i + 1) / points;
        curve.push_back({x, best - 17 * std::exp(-x / 4) + noise(random)});
    }
    return curve;
}

} // namespace halftone
