// A report about an invented study of a CIFAR ResNet-20, for tests and for the eye. Every number in it is made up.
#include "tests/unit/export/sample_report.h"

#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/base/random.h"

namespace halftone {
namespace {

std::vector<ReportLayer> sampleLayers()
{
    std::vector<ReportLayer> layers;
    const auto add = [&](std::string name, std::string kind, int channels, int side, std::int64_t weights) {
        layers.push_back({name, kind, kind == "linear" ? "10" : fmt::format("{} × {} × {}", channels, side, side),
            weights * side * side, weights, name, false});
    };
    add("conv1", "conv2d 3x3", 16, 32, 432);
    for (int stage = 1; stage <= 3; ++stage) {
        const int channels = 8 << stage, side = 64 >> stage;
        for (int block = 0; block < 3; ++block) {
            const bool widens = stage > 1 && block == 0;
            add(fmt::format("layer{}.{}.conv1", stage, block), widens ? "conv2d 3x3 /2" : "conv2d 3x3", channels, side,
                9 * channels * (widens ? channels / 2 : channels));
            if (widens)
                add(fmt::format("layer{}.0.downsample.0", stage), "conv2d 1x1 /2", channels, side, channels * channels / 2);
            add(fmt::format("layer{}.{}.conv2", stage, block), "conv2d 3x3", channels, side, 9 * channels * channels);
        }
    }
    add("linear", "linear", 10, 1, 640);
    layers.front().edge = layers.back().edge = true;
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        if (layers[i + 1].name.find("downsample") == std::string::npos) continue;
        layers[i].group = layers[i + 1].group = layers[i].name + " + " + layers[i + 1].name;
    }
    return layers;
}

ReportSensitivity sampleScores(const std::vector<ReportLayer>& layers, const std::string& metric, Random& random)
{
    const bool eagl = metric == "eagl";
    ReportSensitivity scores{metric, eagl ? "bits of entropy" : "training loss", eagl ? 0.21 : 1093, {}};
    for (const ReportLayer& layer : layers) {
        if (layer.edge || (!scores.scores.empty() && scores.scores.back().group == layer.group)) continue;
        const double depth = static_cast<double>(scores.scores.size()) / 18;
        scores.scores.push_back({layer.group,
            eagl ? 3.6 - 1.2 * depth - 0.4 * random.uniform() : 0.09 * std::exp(-3 * depth) * (0.6 + random.uniform()) - 0.004,
            true, {}});
    }
    if (!eagl) scores.scores[14] = {scores.scores[14].group, 0, false, "the loss became NaN in epoch 1"};
    return scores;
}

ReportFrontier sampleFrontier(Random& random)
{
    ReportFrontier frontier;
    frontier.testImages = 1000;
    frontier.epochs = 2;
    frontier.references
        = {{"full precision", 32, 0.915, 0, {}}, {"all 4 bit", 4, 0.911, 0.003, 1.0}, {"all 2 bit", 2, 0.824, 0.004, 0.5}};
    const std::map<std::string, double> strength{
        {"eagl", 1}, {"alps", 0.96}, {"uniform", 0.7}, {"first-to-last", 0.3}, {"last-to-first", 0.62}, {"random", 0.5}};
    for (const char* metric : {"eagl", "alps", "uniform", "first-to-last", "last-to-first", "random"}) {
        for (const double budget : {0.95, 0.85, 0.75, 0.65, 0.55}) {
            ReportPoint point{metric, budget, 0, budget - 0.004 * random.uniform(), 0, 0, {0, 1, 2}, {}, 2, false};
            point.cost = point.costFraction * 1.6e8;
            const double loss = 0.08 * std::pow((1 - budget) / 0.5, 1 + strength.at(metric));
            for (int seed = 0; seed < 3; ++seed) point.accuracies.push_back(0.911 - loss + 0.004 * (random.uniform() - 0.5));
            for (const double accuracy : point.accuracies) point.accuracy += accuracy / 3;
            point.interval = 0.002 + 0.006 * random.uniform();
            frontier.points.push_back(point);
        }
    }
    frontier.points.push_back({"alps", 0.7, 1.12e8, 0.7, 0.871, 0, {0}, {0.871}, 1, false});
    for (ReportPoint& point : frontier.points) {
        for (const ReportPoint& other : frontier.points)
            point.dominated = point.dominated
                || (&other != &point && other.accuracy >= point.accuracy && other.costFraction <= point.costFraction);
    }
    return frontier;
}

std::vector<ReportAssignment> sampleAssignments(const ReportData& data)
{
    std::vector<ReportAssignment> assignments;
    for (const char* metric : {"eagl", "alps"}) {
        for (const ReportPoint& point : data.frontier.points) {
            if (point.metric != metric || point.epochs != 2) continue;
            ReportAssignment assignment{fmt::format("{}{:.0f}", metric, 100 * point.budget), metric, point.budget,
                point.accuracy, {}, point.budget == 0.75};
            for (std::size_t i = 0; i < data.layers.size(); ++i) {
                const bool keeps = static_cast<double>(i * 7 % 22) / 22 < 2 * point.budget - 1 + (i < 8 ? 0.2 : -0.1);
                assignment.weightBits.push_back(data.layers[i].edge ? 8 : keeps ? 4 : 2);
            }
            assignments.push_back(assignment);
        }
    }
    return assignments;
}

ReportCurves sampleCurves(Random& random)
{
    ReportCurves curves{"Training loss of the frontier's runs", "Epoch", "Training loss, cross-entropy", {}};
    for (int run = 0; run < 12; ++run) {
        const bool labelled = run >= 8;
        ReportCurve curve{labelled ? fmt::format("eagl{}, seed 0", 55 + 10 * (run - 8)) : fmt::format("random, seed {}", run),
            labelled ? "eagl" : "random", labelled, {}};
        for (int step = 0; step < 600; ++step)
            curve.points.push_back(
                {step / 60.0, 0.05 + 0.02 * (12 - run) + 0.8 * std::exp(-step / 120.0) + 0.08 * random.uniform()});
        curves.curves.push_back(curve);
    }
    return curves;
}

} // namespace

ReportData sampleReport()
{
    Random random(1, "sample report");
    ReportData data;
    data.title = "c10";
    data.subtitle = "ResNet-20 on CIFAR-10: mixed precision at 4 and 2 bit. Sample: every number is invented.";
    data.layers = sampleLayers();
    data.model = {"cifar_resnet20", "resnet20-12fca82f.th", "3 × 32 × 32", "cifar10:../shared/data/cifar10", 272474, 40813184};
    data.provenance = {{"Processor", "Invented CPU @ 2.00 GHz"}, {"Threads", "2"}, {"Seeds", "0, 1, 2"}, {"Data", "9f3a41c2"},
        {"Code", "0.1.0"}, {"LibTorch", "1.13.1"}};
    data.sensitivity = {sampleScores(data.layers, "eagl", random), sampleScores(data.layers, "alps", random)};
    data.frontier = sampleFrontier(random);
    data.assignments = sampleAssignments(data);
    data.training = {sampleCurves(random)};
    data.choice = ReportChoice{"EAGL, budget 75 %", "eagl75", 0.8983, 0.0021,
        "1.7 points below full precision. Best at its cost.", "this machine, 2 threads",
        {{"Accuracy, seeds 0, 1, 2", "89.7 90.0 89.8 %"}, {"File", "83,114 bytes"}}, "bits × MACs and tables",
        {{"Linear cost", "73.7 % of all 4 bit"}, {"Bit operations", "0.419 G"}, {"Weights", "83.5 KiB"}}};
    ReportExport exported{"eagl75.onnx", "onnx-qdq", "eagl75", true, {},
        {{"Top-1 of the file, batch 1", "89.8 % of 1,000"}, {"Top-1 of the network", "89.8 %"},
            {"Same prediction, batch 64", "99.9 %"}, {"Worst layer", "38.2 dB, layer3.2.conv2"}, {"Size", "301,114 bytes"}},
        {}};
    for (std::size_t i = 0; i < data.layers.size(); ++i)
        exported.noise.push_back({data.layers[i].name,
            i == 0 ? std::numeric_limits<double>::infinity() : 70 - 1.4 * static_cast<double>(i) + 4 * random.uniform()});
    data.exports = {exported};
    data.commands = {"halftone new c10.halftone --model ../shared/data/models/cifar10/resnet20-12fca82f.th --arch "
                     "cifar_resnet20 --data cifar10:../shared/data/cifar10",
        "halftone frontier c10.halftone --metrics eagl,alps,uniform,first-to-last,last-to-first,random --budgets "
        "0.95,0.85,0.75,0.65,0.55 --seeds 3 --epochs 2",
        "halftone report c10.halftone --html c10.html"};
    data.notes = {"ALPS could not score layer3.1.conv2; the solver holds it at 4 bit."};
    return data;
}

} // namespace halftone
