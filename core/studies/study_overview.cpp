// Reads a study file's records into one struct.
#include "core/studies/study_overview.h"

#include <algorithm>

#include "core/graph/network_text.h"

namespace halftone {

namespace {

Status readModel(const StudyFile& file, const StudyOverview* before, StudyOverview& study)
{
    HALFTONE_TRY(const StudyModel model, file.loadModelWithoutWeights());
    study.modelFile = model.fileName;
    study.modelHash = model.contentHash;
    if (before && before->modelHash == study.modelHash) {
        study.network = before->network;
        study.table = before->table;
        study.layers = before->layers;
        return {};
    }
    HALFTONE_TRY(Network network, networkFromText(model.networkText));
    study.network = std::make_shared<const Network>(std::move(network));
    study.table = layerTable(*study.network);
    study.layers = layerFacts(*study.network, study.table);
    return {};
}

} // namespace

const SensitivityReport* StudyOverview::scoresOf(std::string_view metric) const
{
    const auto found = std::ranges::find(scores, metric, [](const ScoreRecord& record) { return record.report.metric; });
    return found == scores.end() ? nullptr : &found->report;
}

const AssignmentRecord* StudyOverview::assignment(std::string_view name) const
{
    const auto found = std::ranges::find(assignments, name, &AssignmentRecord::name);
    return found == assignments.end() ? nullptr : &*found;
}

const RunRecord* StudyOverview::run(std::int64_t id) const
{
    const auto found = std::ranges::find(runs, id, &RunRecord::id);
    return found == runs.end() ? nullptr : &*found;
}

std::string StudyOverview::setting(const std::string& name) const
{
    const auto found = settings.find(name);
    return found == settings.end() ? std::string() : found->second;
}

Result<StudyOverview> readOverview(const StudyFile& file, const StudyOverview* before)
{
    StudyOverview study{.path = file.path()};
    HALFTONE_TRY(study.settings, file.settings());
    study.task = taskOfData(study.setting("data"));
    HALFTONE_CHECK(readModel(file, before, study));
    HALFTONE_TRY(const auto scores, file.scores());
    for (const auto& record : scores)
        if (!study.scoresOf(record.report.metric)) study.scores.push_back(record);
    HALFTONE_TRY(study.assignments, file.assignments());
    HALFTONE_TRY(study.runs, file.runs());
    HALFTONE_TRY(study.exports, file.exports());
    auto frontier = storedFrontier(file);
    if (frontier.ok())
        study.frontier = std::move(*frontier);
    else if (frontier.error().code != ErrorCode::NotFound)
        return frontier.error();
    return study;
}

Result<BitAssignment> assignmentOf(const StudyOverview& study, const std::string& name)
{
    if (auto known = assignmentByWidth(study.table, name)) return std::move(*known);
    const AssignmentRecord* record = study.assignment(name);
    if (!record)
        return Error{ErrorCode::NotFound, "There is no assignment named " + name + " in " + study.path.string() + "."};
    HALFTONE_TRY(BitAssignment assignment, assignmentFromText(record->bits));
    HALFTONE_CHECK(validate(assignment, study.table));
    return assignment;
}

} // namespace halftone
