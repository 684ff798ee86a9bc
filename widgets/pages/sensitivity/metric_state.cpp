// Puts a metric's scores, its newest job and its estimated time together.
#include "widgets/pages/sensitivity/metric_state.h"

#include <algorithm>

#include <QCoreApplication>

#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/session/time_estimates.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

QString words(const char* text) { return QCoreApplication::translate("Sensitivity", text); }

// What is stored, over what the list says of the metric.
void addScores(MetricState& state, const StudyOverview& study)
{
    const SensitivityReport* report = study.scoresOf(state.metric.toStdString());
    if (!report) return;
    const auto groups = static_cast<std::int64_t>(report->groups.size());
    const auto missing = std::ranges::count(report->groups, false, &GroupScore::scored);
    state.isScored = true;
    state.detail = missing == 0 ? plural(groups, words("group"), words("groups"))
                                : words("%1 of %2 groups · %3 not scored").arg(groups - missing).arg(groups).arg(missing);
    state.detail += u" · "_s + state.description.section(u". Unit"_s, 0, 0).toLower();
    state.time = words("done in %1 of processor time").arg(durationText(report->cpuSeconds));
}

// The newest job that scores it counts.
void addJob(MetricState& state, const Session& session)
{
    for (const JobRecord& job : session.jobs()) {
        const auto named = std::ranges::find(job.arguments, "--metric");
        const bool isOfMetric = !job.arguments.empty() && job.arguments.front() == "score" && named != job.arguments.end()
            && named + 1 != job.arguments.end() && QString::fromStdString(*(named + 1)).split(u',').contains(state.metric);
        if (!isOfMetric || job.state == JobState::Done) continue;
        state.job = job.id;
        state.jobState = job.state;
        state.hasBegun = job.state == JobState::Running || (job.state == JobState::Paused && job.startedAt != 0);
        state.message = QString::fromStdString(job.message);
        const JobProgressState progress = session.progressOf(job.id);
        if (state.hasBegun && !progress.progress.detail.empty()) state.detail = QString::fromStdString(progress.progress.detail);
        if (state.hasBegun && progress.progress.total > 0)
            state.fraction = static_cast<double>(progress.progress.done) / static_cast<double>(progress.progress.total);
        if (state.hasBegun) state.time = progress.secondsLeft >= 0 ? timeLeftText(progress.secondsLeft) : QString();
        if (job.state == JobState::Waiting) state.time = words("waiting");
    }
}

} // namespace

QString metricOf(const MetricInfo& info) { return QString::fromUtf8(info.name.data(), static_cast<qsizetype>(info.name.size())); }

QStringList scoreArguments(const QString& metric) { return {u"score"_s, u"STUDY"_s, u"--metric"_s, metric}; }

MetricState stateOfMetric(const Session& session, const QString& metric, TimeEstimates* estimates)
{
    const auto all = allMetrics();
    const auto info = std::ranges::find_if(all, [&](const MetricInfo& one) { return metricOf(one) == metric; });
    MetricState state{.metric = metric,
        .title = QString::fromUtf8(info->title.data(), static_cast<qsizetype>(info->title.size())),
        .description = QString::fromUtf8(info->description.data(), static_cast<qsizetype>(info->description.size()))
            + words(". Unit: %1.").arg(QString::fromUtf8(info->unit.data(), static_cast<qsizetype>(info->unit.size())))};
    state.detail = QString::fromUtf8(info->description.data(), static_cast<qsizetype>(info->description.size()));
    const StudyOverview* study = session.overview();
    if (!study) return state;
    addScores(state, *study);
    addJob(state, session);
    if (state.isScored || state.job != 0 || !estimates) return state;
    const auto estimate = estimates->of(scoreArguments(metric));
    if (!estimate) state.time = words("working out the time …");
    else if (estimate->problem.isEmpty()) state.time = estimateText(roughDurationText(estimate->seconds));
    else state.detail = estimate->problem;
    return state;
}

} // namespace halftone
