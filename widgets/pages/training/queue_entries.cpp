// Words for the jobs of the queue.
#include "widgets/pages/training/queue_entries.h"

#include <algorithm>

#include "widgets/format/quantity.h"
#include "widgets/session/time_estimates.h"

#include <QCoreApplication>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Queue", text); }

bool isFineTune(const JobRecord& job) { return !job.arguments.empty() && job.arguments.front() == "finetune"; }

QStringList argumentsOf(const JobRecord& job)
{
    QStringList words;
    for (const auto& word : job.arguments) words << QString::fromStdString(word);
    return words;
}

QString nameOf(const JobRecord& job)
{
    const QString assignment = optionOf(job, u"--assignment"_s);
    if (!isFineTune(job) || assignment.isEmpty()) return QString::fromStdString(job.title);
    const bool isWidth = assignment.size() == 1;
    const QString name = isWidth ? tr("all %1 bit").arg(assignment) : assignment;
    const QString seed = optionOf(job, u"--seed"_s);
    return seed.isEmpty() || seed == u"0"_s ? name : tr("%1, seed %2").arg(name, seed);
}

QString epochText(const LiveRun& live)
{
    QString words = tr("epoch %1 of %2").arg(live.epoch).arg(live.epochs);
    if (live.secondsPerEpoch > 0) words += tr(" · %1 an epoch").arg(durationText(live.secondsPerEpoch));
    return words;
}

QString detailOf(const JobRecord& job, const JobProgressState& progress, const LiveRun& live)
{
    const QString told = live.job == job.id && live.epochs > 0 ? epochText(live)
        : !progress.progress.detail.empty()                   ? QString::fromStdString(progress.progress.detail)
                                                              : QString::fromStdString(progress.progress.step);
    const QString epochs = optionOf(job, u"--epochs"_s);
    const QString planned = isFineTune(job) && !epochs.isEmpty()
        ? u" · "_s + plural(epochs.toLongLong(), tr("epoch"), tr("epochs"))
        : QString();
    switch (job.state) {
    case JobState::Running: return told.isEmpty() ? tr("getting ready") : told;
    case JobState::Paused: return isBegun(job) && !told.isEmpty() ? tr("paused · %1").arg(told) : tr("paused") + planned;
    case JobState::Stopped: return tr("stopped; it can go on") + planned;
    case JobState::Waiting: break;
    case JobState::Done:
    case JobState::Failed: return {};
    }
    return tr("waiting") + planned;
}

QString timeOf(const JobRecord& job, const JobProgressState& progress, TimeEstimates& estimates)
{
    if (isBegun(job)) return progress.secondsLeft >= 0 ? timeLeftText(progress.secondsLeft) : QString();
    if (job.state != JobState::Waiting && job.state != JobState::Paused) return {};
    const auto estimate = estimates.of(argumentsOf(job));
    return estimate && estimate->problem.isEmpty() ? estimateText(roughDurationText(estimate->seconds)) : QString();
}

// Running, waiting, ended.
int rankOf(const JobRecord& job)
{
    if (isBegun(job)) return 0;
    return job.state == JobState::Waiting || job.state == JobState::Paused ? 1 : 2;
}

} // namespace

bool isBegun(const JobRecord& job)
{
    return job.state == JobState::Running || (job.state == JobState::Paused && job.startedAt != 0 && job.finishedAt == 0);
}

QString optionOf(const JobRecord& job, const QString& option)
{
    const auto found = std::ranges::find(job.arguments, option.toStdString());
    if (found == job.arguments.end() || found + 1 == job.arguments.end()) return {};
    return QString::fromStdString(*(found + 1));
}

std::vector<QueueEntry> queueEntries(const Session& session, TimeEstimates& estimates, const LiveRun& live)
{
    std::vector<const JobRecord*> jobs;
    for (const auto& job : session.jobs())
        if (job.state != JobState::Done) jobs.push_back(&job);
    std::ranges::stable_sort(jobs, {}, [](const JobRecord* job) { return rankOf(*job); });
    const auto waiting = std::ranges::count_if(jobs, [](const JobRecord* job) { return rankOf(*job) == 1; });
    std::vector<QueueEntry> entries;
    std::ptrdiff_t place = 0;
    for (const JobRecord* job : jobs) {
        const JobProgressState progress = session.progressOf(job->id);
        QueueEntry entry{.id = job->id,
            .name = nameOf(*job),
            .isRun = isFineTune(*job),
            .state = job->state,
            .hasBegun = isBegun(*job),
            .detail = detailOf(*job, progress, live),
            .time = timeOf(*job, progress, estimates),
            .message = QString::fromStdString(job->message),
            .command = Session::commandLine(argumentsOf(*job), session.studyPath())};
        if (isBegun(*job) && progress.progress.total > 0)
            entry.fraction = static_cast<double>(progress.progress.done) / static_cast<double>(progress.progress.total);
        if (rankOf(*job) == 1) {
            entry.canGoUp = place > 0;
            entry.canGoDown = ++place < waiting;
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

QString queueSummary(const std::vector<QueueEntry>& entries, const Session& session, TimeEstimates& estimates)
{
    double seconds = 0;
    bool isKnown = true;
    std::int64_t count = 0;
    for (const auto& job : session.jobs()) {
        if (rankOf(job) == 2) continue;
        ++count;
        if (isBegun(job)) {
            const double left = session.progressOf(job.id).secondsLeft;
            isKnown = isKnown && left >= 0;
            seconds += std::max(0.0, left);
        } else {
            const auto estimate = estimates.of(argumentsOf(job));
            isKnown = isKnown && estimate && estimate->problem.isEmpty();
            seconds += estimate ? estimate->seconds : 0;
        }
    }
    if (count == 0) return entries.empty() ? QString() : tr("nothing runs");
    const QString jobs = plural(count, tr("job"), tr("jobs"));
    return isKnown ? jobs + u" · "_s + timeLeftText(seconds) : jobs;
}

} // namespace halftone
