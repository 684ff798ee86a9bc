// Keeps the list of recent studies in the program's settings.
#include "widgets/session/recent_studies.h"

#include <QSettings>
#include <QVariant>

#include <algorithm>

#include "core/cost/all_cost_models.h"
#include "widgets/format/quantity.h"

namespace halftone {

namespace {

constexpr std::size_t kMost = 20;
const QString kKey = QStringLiteral("recentStudies");

// "layer1" of "layer1.0.conv1": layers of one stage stand together.
QString stageOf(const std::string& layer) { return QString::fromStdString(layer.substr(0, layer.find('.'))); }

template <typename T> QVariantList toVariants(const std::vector<T>& values)
{
    QVariantList list;
    for (const T& value : values) list << QVariant::fromValue(value);
    return list;
}

template <typename T> std::vector<T> fromVariants(const QVariant& list)
{
    std::vector<T> values;
    for (const QVariant& value : list.toList()) values.push_back(value.value<T>());
    return values;
}

// Of the newest finished fine-tune whose assignment is saved.
QString headlineOf(const StudyOverview& study)
{
    for (auto run = study.runs.rbegin(); run != study.runs.rend(); ++run) {
        if (run->state != RunState::Finished || !run->metrics || !run->metrics->testMetric || run->kind != "fine-tune") continue;
        const auto bits = assignmentFromText(run->assignmentBits);
        if (!bits.ok() || !validate(*bits, study.table).ok()) continue;
        const double highest = innerCost(linearCost(), study.table, uniformAssignment(study.table, 4));
        const double cost = innerCost(linearCost(), study.table, *bits);
        const QString accuracy = percentText(*run->metrics->testMetric);
        return highest > 0 ? RecentStudies::tr("%1 at %2").arg(accuracy, percentText(cost / highest, 0)) : accuracy;
    }
    return {};
}

QString stateOf(const StudyOverview& study)
{
    if (std::ranges::any_of(study.exports, [](const ExportRecord& record) { return record.passed; }))
        return RecentStudies::tr("Exported and verified");
    const auto finished = std::ranges::count_if(study.runs, [](const RunRecord& run) { return run.state == RunState::Finished; });
    if (finished > 0) return plural(finished, RecentStudies::tr("run"), RecentStudies::tr("runs"));
    return study.scores.empty() ? RecentStudies::tr("Not scored yet") : RecentStudies::tr("Scored");
}

} // namespace

RecentStudy recentStudyOf(const StudyOverview& study)
{
    RecentStudy recent{.path = QString::fromStdString(study.path.string()),
        .network = QString::fromStdString(study.setting("architecture")),
        .data = QString::fromStdString(study.setting("data")).section(QLatin1Char(':'), 0, 0),
        .layers = static_cast<int>(study.layers.size()),
        .state = stateOf(study),
        .headline = headlineOf(study),
        .openedAt = QDateTime::currentDateTimeUtc()};
    for (const Layer& layer : study.table.layers) {
        recent.shares.push_back(static_cast<double>(layer.macs));
        recent.stages.push_back(stageOf(layer.name));
    }
    if (!study.assignments.empty()) {
        const auto bits = assignmentFromText(study.assignments.back().bits);
        if (bits.ok())
            for (const LayerBits& layer : bits->layers) recent.bits.push_back(layer.weight);
    }
    return recent;
}

RecentStudies::RecentStudies(QSettings* settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
{
    if (!m_settings) return;
    for (const QVariant& entry : m_settings->value(kKey).toList()) {
        const QVariantMap map = entry.toMap();
        RecentStudy study{.path = map[QStringLiteral("path")].toString(),
            .network = map[QStringLiteral("network")].toString(),
            .data = map[QStringLiteral("data")].toString(),
            .layers = map[QStringLiteral("layers")].toInt(),
            .bits = fromVariants<int>(map[QStringLiteral("bits")]),
            .shares = fromVariants<double>(map[QStringLiteral("shares")]),
            .stages = fromVariants<QString>(map[QStringLiteral("stages")]),
            .state = map[QStringLiteral("state")].toString(),
            .headline = map[QStringLiteral("headline")].toString(),
            .openedAt = map[QStringLiteral("openedAt")].toDateTime()};
        const bool fits = study.stages.size() == study.shares.size() && (study.bits.empty() || study.bits.size() == study.shares.size());
        if (!study.path.isEmpty() && fits) m_studies.push_back(std::move(study));
    }
}

void RecentStudies::note(const RecentStudy& study)
{
    std::erase_if(m_studies, [&](const RecentStudy& known) { return known.path == study.path; });
    m_studies.insert(m_studies.begin(), study);
    if (m_studies.size() > kMost) m_studies.resize(kMost);
    save();
    emit changed();
}

void RecentStudies::forget(const QString& path)
{
    std::erase_if(m_studies, [&](const RecentStudy& known) { return known.path == path; });
    save();
    emit changed();
}

void RecentStudies::save()
{
    if (!m_settings) return;
    QVariantList list;
    for (const RecentStudy& study : m_studies)
        list << QVariantMap{{QStringLiteral("path"), study.path}, {QStringLiteral("network"), study.network},
            {QStringLiteral("data"), study.data}, {QStringLiteral("layers"), study.layers},
            {QStringLiteral("bits"), toVariants(study.bits)}, {QStringLiteral("shares"), toVariants(study.shares)},
            {QStringLiteral("stages"), toVariants(study.stages)}, {QStringLiteral("state"), study.state},
            {QStringLiteral("headline"), study.headline}, {QStringLiteral("openedAt"), study.openedAt}};
    m_settings->setValue(kKey, list);
}

} // namespace halftone
