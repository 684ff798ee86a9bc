// Gathers a study's scores, frontier, runs and exports into ReportData.
#include "core/studies/reporting.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "core/cost/cost_model.h"
#include "core/export/html_report.h"
#include "core/store/provenance.h"
#include "core/studies/frontier.h"
#include "core/studies/inspection.h"

namespace halftone {

namespace {

std::string shapeText(const Shape& shape)
{
    std::string made;
    for (const auto size : shape) made += (made.empty() ? "" : " × ") + std::to_string(size);
    return made;
}

std::string formatted(const char* pattern, double value)
{
    char text[64];
    std::snprintf(text, sizeof text, pattern, value);
    return text;
}

std::vector<int> weightBits(const BitAssignment& assignment)
{
    std::vector<int> bits;
    for (const auto& layer : assignment.layers) bits.push_back(layer.weight);
    return bits;
}

void addLayers(const Study& study, const InspectReport& inspected, ReportData& data)
{
    for (std::size_t i = 0; i < inspected.layers.size(); ++i) {
        const InspectedLayer& layer = inspected.layers[i];
        data.layers.push_back({.name = layer.name,
            .kind = layer.kernel.empty() ? layer.kind : layer.kind + " " + layer.kernel,
            .shape = shapeText(layer.output),
            .macs = layer.macs,
            .weights = study.table().layers[i].weights,
            .group = layer.group,
            .edge = layer.edge});
    }
}

// The newest report of each metric.
Status addScores(Study& study, ReportData& data)
{
    HALFTONE_TRY(const auto records, study.file().scores());
    for (const auto& record : records) {
        if (std::ranges::any_of(data.sensitivity, [&](const auto& known) { return known.metric == record.report.metric; }))
            continue;
        ReportSensitivity made{
            .metric = record.report.metric, .unit = record.report.unit, .cpuSeconds = record.report.cpuSeconds};
        for (const auto& score : record.report.groups)
            made.scores.push_back({study.table().group(score.group).name, score.gain, score.scored, score.reason});
        data.sensitivity.push_back(std::move(made));
    }
    std::ranges::sort(data.sensitivity, std::greater{}, [](const auto& one) { return one.metric == "eagl"; });
    return {};
}

Status addFrontier(Study& study, ReportData& data)
{
    const auto stored = storedFrontier(study.file());
    if (!stored.ok()) return stored.error().code == ErrorCode::NotFound ? Status{} : Status(stored.error());
    ReportFrontier& made = data.frontier;
    HALFTONE_TRY(const CostModel* cost, findCostModel(stored->cost));
    made.costName = cost->title();
    made.costUnit = cost->unit();
    made.costIsMeasured = cost->isMeasured();
    made.testImages = stored->testImages;
    made.epochs = stored->epochs;
    made.references.push_back({.name = "Full precision", .bits = kFullPrecision, .accuracy = stored->fullPrecision});
    for (const auto& p : stored->points) {
        if (p.metric.starts_with("all ")) {
            made.references.push_back({.name = p.metric,
                .bits = std::atoi(p.metric.c_str() + 4),
                .accuracy = p.mean,
                .interval = p.interval,
                .costFraction = p.costFraction});
            if (p.costFraction > 0.999) made.costReference = p.metric;
            continue;
        }
        std::vector<std::int64_t> seeds(static_cast<std::size_t>(p.seeds));
        std::iota(seeds.begin(), seeds.end(), 0);
        made.points.push_back({.metric = p.metric,
            .budget = p.budget,
            .cost = p.cost,
            .costFraction = p.costFraction,
            .accuracy = p.mean,
            .interval = p.interval,
            .seeds = seeds,
            .accuracies = p.values,
            .epochs = stored->epochs,
            .dominated = p.dominated});
        if (p.metric == "random") continue; // another one for each seed
        HALFTONE_TRY(const BitAssignment assignment, assignmentFromText(p.assignments.front()));
        data.assignments.push_back({.name = p.metric + " " + formatted("%.0f %%", 100 * p.budget),
            .metric = p.metric,
            .budget = p.budget,
            .accuracy = p.mean,
            .weightBits = weightBits(assignment)});
    }
    data.notes.push_back("The frontier's runs all start from one base network and have the same recipe and number of epochs; "
        + std::to_string(stored->runsTrained) + " were trained for it and " + std::to_string(stored->runsFromCache)
        + " were stored already.");
    return {};
}

Status addAssignments(Study& study, ReportData& data)
{
    HALFTONE_TRY(const auto records, study.file().assignments());
    for (const auto& record : records) {
        HALFTONE_TRY(const BitAssignment bits, assignmentFromText(record.bits));
        const auto how = nlohmann::json::parse(record.howJson, nullptr, false);
        ReportAssignment made{.name = record.name,
            .metric = how.is_object() ? how.value("metric", "") : "",
            .weightBits = weightBits(bits),
            .inTable = true};
        if (how.is_object() && how.contains("budget")) made.budget = how.value("budget", 0.0);
        data.assignments.push_back(std::move(made));
    }
    return {};
}

Status addTraining(Study& study, ReportData& data)
{
    ReportCurves loss{.title = "Training loss", .xTitle = "Update", .yTitle = "Training loss"},
        accuracy{.title = study.task() == Task::Classification ? "Test accuracy" : "Test " + std::string(metricOf(study.task()).name),
            .xTitle = "Epoch",
            .yTitle = std::string(metricOf(study.task()).heading) + " (%)"};
    HALFTONE_TRY(const auto runs, study.file().runs({.kind = {}, .state = RunState::Finished, .assignmentBits = {}}));
    HALFTONE_TRY(const auto assignments, study.file().assignments());
    for (const auto& run : runs) {
        if (run.kind == "frontier") continue; // too many lines to tell apart; the frontier shows where they end
        std::string name = run.kind + ", run " + std::to_string(run.id);
        for (const auto& assignment : assignments)
            if (assignment.bits == run.assignmentBits) name = assignment.name + ", run " + std::to_string(run.id);
        HALFTONE_TRY(const auto curve, study.file().curve(run.id));
        HALFTONE_TRY(const auto epochs, study.file().epochs(run.id));
        ReportCurve line{.name = name}, tests{.name = name};
        for (const auto& point : curve) line.points.push_back({static_cast<double>(point.step), point.loss});
        for (const auto& epoch : epochs)
            if (epoch.testMetric) tests.points.push_back({static_cast<double>(epoch.epoch), 100 * *epoch.testMetric});
        if (!line.points.empty()) loss.curves.push_back(std::move(line));
        if (!tests.points.empty()) accuracy.curves.push_back(std::move(tests));
    }
    for (auto* curves : {&loss, &accuracy})
        if (!curves->curves.empty()) data.training.push_back(std::move(*curves));
    return {};
}

Status addExports(Study& study, ReportData& data)
{
    HALFTONE_TRY(const auto records, study.file().exports());
    for (const auto& record : records) {
        const auto verdict = nlohmann::json::parse(record.verdictJson, nullptr, false);
        if (!verdict.is_object()) continue;
        ReportExport made{.file = record.fileName,
            .format = record.format,
            .assignment = record.assignmentName,
            .passed = record.passed,
            .reasons = verdict.value("reasons", std::vector<std::string>{})};
        const std::string metric(metricOf(study.task()).name);
        const std::string same = study.task() == Task::Outputs ? "agreement of the two" : "same prediction";
        for (const auto& batch : verdict.value("batches", nlohmann::json::array())) {
            const std::string at = "Batch " + std::to_string(batch.value("batchSize", 0)) + ", "
                + std::to_string(batch.value("images", 0)) + " images";
            made.measured.push_back({at + ": " + metric + " of the file", formatted("%.2f %%", 100 * batch.value("fileAccuracy", 0.0))});
            made.measured.push_back(
                {at + ": " + metric + " of the network", formatted("%.2f %%", 100 * batch.value("networkAccuracy", 0.0))});
            made.measured.push_back({at + ": " + same, formatted("%.2f %%", 100 * batch.value("agreement", 0.0))});
        }
        made.measured.push_back(
            {"File size", formatted("%.1f kB", static_cast<double>(verdict.value("fileBytes", std::int64_t{0})) / 1000)});
        for (const auto& layer : verdict.value("layers", nlohmann::json::array()))
            made.noise.push_back({layer.value("layer", ""), layer.value("signalToNoiseDb", 0.0)});
        data.exports.push_back(std::move(made));
    }
    return {};
}

Status addProvenance(Study& study, ReportData& data)
{
    HALFTONE_TRY(const auto settings, study.file().settings());
    data.provenance.push_back({"Study seed", std::to_string(study.seed())});
    data.provenance.push_back({"Model hash", study.modelHash()});
    if (const auto hash = settings.find("dataHash"); hash != settings.end())
        data.provenance.push_back({"Data hash", hash->second});
    HALFTONE_TRY(const auto runs, study.file().runs({.kind = {}, .state = RunState::Finished, .assignmentBits = {}}));
    if (runs.empty()) return {};
    const auto provenance = provenanceFromJson(runs.back().provenanceJson);
    if (!provenance.ok()) return provenance.error();
    data.provenance.push_back({"Processor", provenance->cpuName});
    data.provenance.push_back({"Halftone", provenance->codeVersion});
    for (const auto& [library, version] : provenance->libraryVersions) data.provenance.push_back({library, version});
    double wall = 0, cpu = 0;
    for (const auto& run : runs) {
        wall += run.wallSeconds;
        cpu += run.cpuSeconds;
    }
    data.provenance.push_back({"Training runs", std::to_string(runs.size())});
    data.provenance.push_back({"Summed wall time of the runs", formatted("%.0f s", wall)});
    return {};
}

// The study's first export that passed is what it chose.
void addChoice(Study& study, ReportData& data)
{
    for (const auto& exported : data.exports) {
        if (!exported.passed) continue;
        const auto assignment = std::ranges::find(data.assignments, exported.assignment, &ReportAssignment::name);
        if (assignment == data.assignments.end()) continue;
        const auto saved = study.assignment(assignment->name);
        if (!saved.ok()) continue;
        ReportChoice choice{.title = assignment->name,
            .assignment = assignment->name,
            .measuredWith = "this machine",
            .measured = exported.measured,
            .estimatedWith = "cost models"};
        // The last batch is the whole test split, as many images at once as fit.
        const auto accuracy = std::find_if(exported.measured.rbegin(), exported.measured.rend(),
            [](const ReportRow& row) { return row.label.ends_with("of the network"); });
        if (accuracy == exported.measured.rend()) continue;
        choice.accuracy = std::atof(accuracy->value.c_str()) / 100;
        if (!data.frontier.references.empty())
            choice.remark = formatted(
                "%+.1f points against full precision.", 100 * (choice.accuracy - data.frontier.references.front().accuracy));
        for (const CostModel* model : allCostModels()) {
            const double own = totalCost(*model, study.table(), *saved),
                         full = totalCost(*model, study.table(), fullPrecisionAssignment(study.table()));
            choice.estimated.push_back({std::string(model->title()),
                formatted("%.4g ", own) + std::string(model->unit())
                    + formatted(", %.1f %% of full precision", full > 0 ? 100 * own / full : 0)});
        }
        data.choice = std::move(choice);
        return;
    }
}

} // namespace

Status report(Study& study, const ReportOptions& options, const TaskContext& task)
{
    if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped before the report was written."};
    HALFTONE_TRY(const InspectReport inspected, inspectStudy(study));
    HALFTONE_TRY(const StudyModel model, study.file().loadModelWithoutWeights());
    ReportData data{.title = study.file().path().stem().string(), .subtitle = inspected.architecture + " on " + inspected.data};
    data.model = {.architecture = inspected.architecture,
        .source = model.fileName,
        .input = shapeText(inspected.input),
        .data = inspected.data,
        .parameters = inspected.parameters,
        .macs = inspected.macs};
    if (study.task() != Task::Classification) data.frontier.metric = metricOf(study.task()).name;
    addLayers(study, inspected, data);
    HALFTONE_CHECK(addScores(study, data));
    HALFTONE_CHECK(addFrontier(study, data));
    HALFTONE_CHECK(addAssignments(study, data));
    HALFTONE_CHECK(addTraining(study, data));
    HALFTONE_CHECK(addExports(study, data));
    HALFTONE_CHECK(addProvenance(study, data));
    addChoice(study, data);
    data.commands = options.commands;
    if (!options.html.empty()) HALFTONE_CHECK(writeHtmlReport(options.html, data));
    if (!options.csv.empty()) HALFTONE_CHECK(writeCsvTables(options.csv, data));
    if (!options.charts.empty()) HALFTONE_CHECK(writeChartFiles(options.charts, data));
    return {};
}

} // namespace halftone
