// Gathers what can be compared and pairs it.
#include "widgets/pages/compare/compared.h"

#include <algorithm>

#include <QCoreApplication>
#include <nlohmann/json.hpp>

#include "core/cost/all_cost_models.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/frontier/point_words.h"

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Compared", text); }

std::vector<StudyPoint> trainedWith(const StudyPoints& points, const BitAssignment& bits)
{
    std::vector<StudyPoint> found;
    for (const StudyPoint& point : points.points)
        if (point.sameForAllSeeds && point.assignment == bits) found.push_back(point);
    return found;
}

QString metricOf(const AssignmentRecord& record)
{
    const auto how = nlohmann::json::parse(record.howJson, nullptr, false);
    if (!how.is_object() || !how.contains("metric") || !how["metric"].is_string()) return {};
    return QString::fromStdString(how["metric"].get<std::string>());
}

// One seed of a point, as a point of its own.
StudyPoint singleRun(const StudyPoint& point, std::size_t seed, BitAssignment bits)
{
    StudyPoint single = point;
    single.assignment = std::move(bits);
    single.values = {point.values[seed]};
    single.seeds = {point.seeds[seed]};
    single.runs = {point.runs[seed]};
    single.mean = point.values[seed];
    single.interval = 0;
    single.sameForAllSeeds = true;
    return single;
}

void addRuns(const StudyOverview& study, const StudyPoint& point, std::vector<Compared>& all)
{
    for (std::size_t seed = 0; seed < point.runs.size(); ++seed) {
        const RunRecord* run = study.run(point.runs[seed]);
        auto bits = run ? assignmentFromText(run->assignmentBits) : Result<BitAssignment>(Error{ErrorCode::NotFound, {}});
        if (!bits.ok() || std::ranges::any_of(all, [&](const Compared& one) { return one.key == QStringLiteral("run %1").arg(run->id); })) continue;
        all.push_back({.kind = ComparedKind::Run,
            .key = QStringLiteral("run %1").arg(run->id),
            .name = tr("run %1, %2").arg(run->id).arg(shortPointTitle(point)),
            .bits = *bits,
            .metric = QString::fromStdString(point.metric),
            .trained = {singleRun(point, seed, *bits)}});
    }
}

} // namespace

std::vector<Compared> comparedOf(const StudyOverview& study)
{
    const StudyPoints points = studyPoints(study, linearCost());
    std::vector<Compared> all;
    for (const AssignmentRecord& record : study.assignments) {
        const auto bits = assignmentFromText(record.bits);
        if (!bits.ok() || !validate(*bits, study.table).ok()) continue;
        const QString name = QString::fromStdString(record.name);
        all.push_back({.kind = ComparedKind::Assignment, .key = QStringLiteral("saved ") + name, .name = name, .bits = *bits,
            .metric = metricOf(record), .trained = trainedWith(points, *bits)});
    }
    for (const int width : {8, 4, 2}) {
        const BitAssignment bits = uniformAssignment(study.table, width);
        all.push_back({.kind = ComparedKind::Width, .key = QStringLiteral("width %1").arg(width),
            .name = tr("all %1 bit").arg(width), .bits = bits, .metric = {}, .trained = trainedWith(points, bits)});
    }
    for (const StudyPoint& point : points.points) {
        if (point.kind == PointKind::End && point.otherEffort.empty()) continue; // a width already
        const QString effort = otherEffortText(study, point);
        all.push_back({.kind = ComparedKind::Point, .key = QStringLiteral("point ") + pointKey(point),
            .name = effort.isEmpty() ? shortPointTitle(point) : QStringLiteral("%1, %2").arg(shortPointTitle(point), epochsText(point.effort.epochs)),
            .bits = point.assignment, .metric = QString::fromStdString(point.metric), .trained = {point}});
    }
    for (const StudyPoint& point : points.points) addRuns(study, point, all);
    return all;
}

ComparedPair pairOf(const Compared& first, const Compared& second)
{
    ComparedPair pair{.first = first, .second = second};
    if (!first.trained.empty()) pair.firstPoint = first.trained.front();
    if (!second.trained.empty()) pair.secondPoint = second.trained.front();
    for (const StudyPoint& one : first.trained)
        for (const StudyPoint& other : second.trained)
            if (differences(one.effort, other.effort).empty()
                && !differences(pair.firstPoint->effort, pair.secondPoint->effort).empty()) {
                pair.firstPoint = one;
                pair.secondPoint = other;
            }
    if (pair.bothMeasured()) pair.otherEffort = differences(pair.firstPoint->effort, pair.secondPoint->effort);
    const std::size_t layers = std::min(first.bits.layers.size(), second.bits.layers.size());
    for (std::size_t i = 0; i < layers; ++i)
        if (first.bits.layers[i].weight != second.bits.layers[i].weight) pair.differing.push_back(LayerIndex{static_cast<int>(i)});
    return pair;
}

QString effortSentence(const StudyOverview& study, const ComparedPair& pair)
{
    if (!pair.firstPoint && !pair.secondPoint) return tr("Neither has been trained yet, so only estimates can be compared.");
    if (!pair.bothMeasured()) {
        const QString name = pair.firstPoint ? pair.second.name : pair.first.name;
        return tr("%1 has not been trained yet, so only estimates can be compared.").arg(name);
    }
    const TrainingEffort &first = pair.firstPoint->effort, &second = pair.secondPoint->effort;
    if (pair.otherEffort.empty()) {
        const QString seeds = pair.firstPoint->seeds == pair.secondPoint->seeds
            ? seedsText(pair.firstPoint->seeds)
            : tr("%1 against %2").arg(seedsText(pair.firstPoint->seeds), seedsText(pair.secondPoint->seeds));
        return tr("Same effort: %1, %2, %3 %4. The runs may be compared.")
            .arg(epochsText(first.epochs), seeds, wholeText(first.images), QString::fromStdString(first.evaluatedOn));
    }
    QStringList parts;
    for (const EffortAspect aspect : pair.otherEffort) {
        if (aspect == EffortAspect::Epochs) parts << tr("%1 against %2").arg(epochsText(first.epochs), epochsText(second.epochs));
        if (aspect == EffortAspect::Start) parts << tr("from %1 against from %2").arg(startText(study, first), startText(study, second));
        if (aspect == EffortAspect::Recipe) parts << tr("different recipes");
        if (aspect == EffortAspect::Images) parts << tr("%1 against %2 images").arg(wholeText(first.images), wholeText(second.images));
    }
    return tr("Other effort: %1. A difference may come from the training, not from the bits.").arg(parts.join(QStringLiteral("; ")));
}

std::optional<double> exportedBytes(const StudyOverview& study, const Compared& compared)
{
    const std::string name = compared.kind == ComparedKind::Width ? compared.key.section(QLatin1Char(' '), 1).toStdString() : compared.name.toStdString();
    if (compared.kind != ComparedKind::Width && compared.kind != ComparedKind::Assignment) return std::nullopt;
    for (const ExportRecord& record : study.exports) {
        if (!record.passed || record.assignmentName != name) continue;
        const auto verdict = nlohmann::json::parse(record.verdictJson, nullptr, false);
        if (verdict.is_object() && verdict.contains("fileBytes") && verdict["fileBytes"].is_number()) return verdict["fileBytes"].get<double>();
    }
    return std::nullopt;
}

} // namespace halftone
