// From options in words to a Selection, saved under a name.
#include "core/studies/choosing.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

Result<std::map<GroupIndex, int>> readPins(const LayerTable& table, const std::vector<std::string>& pins)
{
    std::map<GroupIndex, int> made;
    for (const auto& pin : pins) {
        const auto equals = pin.rfind('=');
        const std::string bits = equals == std::string::npos ? std::string() : pin.substr(equals + 1);
        if (bits.size() != 1 || bits[0] < '0' + kMinBits || bits[0] > '0' + kMaxBits)
            return Error{
                ErrorCode::BadInput, "The pin '" + pin + "' is not LAYER=BITS with 2 to 8 bits; for example layer1.*=4."};
        HALFTONE_TRY(const auto layers, table.match(pin.substr(0, equals)));
        for (const LayerIndex layer : layers) {
            const GroupIndex group = table.layer(layer).group;
            if (table.group(group).edge) continue; // first and last layers are fixed at 8 bit anyway
            const auto [known, added] = made.emplace(group, bits[0] - '0');
            if (!added && known->second != bits[0] - '0')
                return Error{ErrorCode::BadInput,
                    "Two pins hold " + table.group(group).name
                        + " at different widths; its layers read one tensor and move together."};
        }
    }
    return made;
}

Result<Selection> selectByName(Study& study, const SelectOptions& options, const CostModel& cost,
    const SelectionOptions& selection, const TaskContext& task)
{
    if (const auto baseline = findBaseline(options.metric); baseline.ok())
        return selectBaseline(*baseline, study.table(), cost, selection, options.seed);
    std::vector<std::string> names{"uniform", "first-to-last", "last-to-first", "random"};
    for (const auto& metric : allMetrics()) names.emplace_back(metric.name);
    if (std::find(names.begin(), names.end(), options.metric) == names.end())
        return Error{
            ErrorCode::BadInput, "There is no metric or baseline named " + options.metric + didYouMean(options.metric, names)};
    ScoreOptions scoring = options.scoring;
    scoring.metrics = {options.metric};
    scoring.highBits = *std::max_element(selection.levels.begin(), selection.levels.end());
    scoring.lowBits = *std::min_element(selection.levels.begin(), selection.levels.end());
    HALFTONE_TRY(const auto scores, score(study, scoring, task));
    return selectBits(study.table(), scores.front().scores, cost, selection, task);
}

} // namespace

Result<SelectReport> select(Study& study, const SelectOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const CostModel* cost, findCostModel(options.cost));
    if (options.levels.empty())
        return Error{ErrorCode::BadInput, "Give at least one bit width with --levels, for example 4,2."};
    if (!options.saveAs.empty()
        && (options.saveAs == "fp32"
            || (options.saveAs.size() == 1 && std::isdigit(static_cast<unsigned char>(options.saveAs[0])))))
        return Error{ErrorCode::BadInput,
            "An assignment cannot be named " + options.saveAs + ": that word means a width everywhere; choose another name."};
    SelectionOptions selection{.levels = options.levels, .budgetFraction = options.budget};
    HALFTONE_TRY(selection.pins, readPins(study.table(), options.pins));
    SelectReport report{.metric = options.metric, .cost = std::string(cost->name()), .unit = std::string(cost->unit())};
    HALFTONE_TRY(report.selection, selectByName(study, options, *cost, selection, task));
    for (std::size_t i = 0; i < study.table().layers.size(); ++i)
        report.layers.emplace_back(study.table().layers[i].name, report.selection.assignment.layers[i].weight);
    if (options.saveAs.empty()) return report;
    const nlohmann::ordered_json how{{"metric", options.metric}, {"cost", report.cost}, {"budget", options.budget},
        {"levels", options.levels}, {"pins", options.pins}, {"seed", options.seed}};
    HALFTONE_CHECK(study.file().saveAssignment(
        {.name = options.saveAs, .bits = toText(report.selection.assignment), .howJson = how.dump()}, options.replace));
    return report;
}

} // namespace halftone
