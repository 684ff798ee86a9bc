// Scores, frontiers, runs and verdicts as text.
#include "app/commands/report_tables.h"

#include <fmt/format.h>

#include <cmath>

#include "app/progress_display.h"
#include "app/text_table.h"

namespace halftone {

std::string tableOf(const std::vector<ScoreReport>& reports, const LayerTable& table)
{
    using Align = TextTable::Align;
    std::vector<TextTable::Column> columns{{"Group"}, {"MACs", Align::Right}};
    std::string sources;
    for (const auto& report : reports) {
        columns.push_back({report.scores.metric + " gain", Align::Right});
        sources += fmt::format("{}: {}, {} CPU s{}\n", report.scores.metric, report.scores.unit,
            fmt::format("{:.3g}", report.scores.cpuSeconds), report.fromCache ? ", as stored" : "");
    }
    TextTable made(columns);
    for (std::size_t g = 0; !reports.empty() && g < reports.front().scores.groups.size(); ++g) {
        const LinkedGroup& group = table.group(reports.front().scores.groups[g].group);
        std::vector<std::string> cells{group.name, countText(group.macs)};
        for (const auto& report : reports)
            cells.push_back(report.scores.groups[g].scored ? fmt::format("{:.4f}", report.scores.groups[g].gain) : "n/a");
        made.add(cells);
    }
    return made.text() + sources;
}

std::string tableOf(const FrontierReport& report, Task task)
{
    using Align = TextTable::Align;
    const std::string metric(metricOf(task).heading);
    TextTable made({{"Method"}, {"Budget", Align::Right}, {"Cost (" + report.costUnit + ")", Align::Right},
        {"of highest", Align::Right}, {metric, Align::Right}, {"", Align::Left}, {"Best at its cost"}});
    for (const auto& p : report.points)
        made.add({p.metric, p.metric.starts_with("all ") ? "" : percentText(p.budget, 0), fmt::format("{:.4g}", p.cost),
            percentText(p.costFraction, 1), percentText(p.mean), p.seeds > 1 ? fmt::format("± {:.2f}", 100 * p.interval) : "",
            p.dominated ? "" : "yes"});
    return made.text()
        + fmt::format("{} measured here on {} test images, mean and 95 % interval over seeds, {} epoch(s) each from the "
                      "same base network; cost estimated by the {} model over the layers that are chosen for.\n"
                      "Full precision: {}. {} runs trained, {} as stored, {}.\n",
            metric, countText(report.testImages), report.epochs, report.cost, percentText(report.fullPrecision), report.runsTrained,
            report.runsFromCache, durationText(report.wallSeconds));
}

std::string tableOf(const RunReport& report)
{
    using Align = TextTable::Align;
    const std::string metric(metricOf(report.task).name);
    // While pixels are learnt the share of right ones is counted, not the mIoU.
    const std::string learnt = report.task == Task::Segmentation ? "right pixels" : metric;
    TextTable made({{"Epoch", Align::Right}, {"Loss", Align::Right}, {"Train " + learnt, Align::Right},
        {"Test " + metric, Align::Right}, {"Seconds", Align::Right}});
    for (const auto& e : report.epochs)
        made.add({std::to_string(e.epoch), fmt::format("{:.4f}", e.loss), percentText(e.trainMetric),
            e.testMetric ? percentText(*e.testMetric) : "", fmt::format("{:.1f}", e.seconds)});
    const std::string counted = (report.task == Task::Classification ? countText(report.correct) + " of " : std::string("on "))
        + countText(report.count);
    return made.text()
        + fmt::format("Run {}{}: {} {}, {} {}\n", report.run.id, report.fromCache ? " (as stored)" : "",
            percentText(report.value), metric, counted, report.evaluatedOn);
}

namespace {

// "1,000 test images", "all 101 images", "the first 20 training images".
std::string evaluatedImages(const EvaluateReport& report, const EvaluateOptions& asked)
{
    const std::string count = countText(report.images);
    const std::string kind = asked.split == "all" ? "images" : asked.split == "train" ? "training images" : asked.split + " images";
    if (asked.limit > 0 && report.images == asked.limit) return "the first " + count + " " + kind;
    return (asked.split == "all" ? "all " : "") + count + " " + kind;
}

} // namespace

std::string textOf(const EvaluateReport& report, const EvaluateOptions& asked)
{
    const std::string images = evaluatedImages(report, asked);
    std::string text = fmt::format("{} {}, ", percentText(report.value), report.metric);
    switch (report.task) {
    case Task::Classification:
        text += fmt::format("{} of {} right", countText(report.correct), images);
        break;
    case Task::Segmentation:
        text += fmt::format("{} of the pixels of {} right",
            percentText(report.count > 0 ? static_cast<double>(report.correct) / static_cast<double>(report.count) : 0), images);
        break;
    case Task::Outputs:
        text += report.loss > 0 ? fmt::format("{:.1f} dB signal to noise on {}", -10 * std::log10(report.loss), images)
                                : fmt::format("equal to full precision on {}", images);
        break;
    }
    text += fmt::format(", loss {:.4f} ({})\n", report.loss, report.weights);
    for (const auto& one : report.classes)
        text += fmt::format("  {:<12} {}\n", one.name, one.value ? percentText(*one.value) : "does not occur");
    return text;
}

std::string textOf(const Verdict& verdict)
{
    std::string text = fmt::format(
        "Verdict: {} (compared with {}, {})\n", verdict.passed ? "PASS" : "FAIL", verdict.assignment, verdict.weights);
    for (const auto& reason : verdict.reasons) text += "  " + reason + "\n";
    for (const auto& warning : verdict.warnings) text += "  note: " + warning + "\n";
    for (const auto& b : verdict.batches)
        text += fmt::format("  batch {:<3} {} images: file {}, network {}, {} {}\n", b.batchSize,
            countText(b.images), percentText(b.fileAccuracy), percentText(b.networkAccuracy),
            verdict.task == Task::Outputs ? "agreement" : "same prediction", percentText(b.agreement));
    if (!verdict.worstLayer.empty())
        text += fmt::format("  worst layer {}: {:.1f} dB signal to noise\n", verdict.worstLayer, verdict.worstSignalToNoise);
    return text;
}

} // namespace halftone
