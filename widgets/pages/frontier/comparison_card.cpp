// Shows the job and hands its buttons on to the queue.
#include "widgets/pages/frontier/comparison_card.h"

#include <utility>

#include <QVBoxLayout>

#include "widgets/controls/state_panel.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"

namespace halftone {

std::optional<JobRecord> comparisonJob(const Session& session)
{
    std::optional<JobRecord> newest;
    for (const JobRecord& job : session.jobs()) {
        if (job.arguments.empty() || job.arguments.front() != "frontier") continue;
        if (!newest || job.id > newest->id) newest = job;
    }
    if (newest && (newest->state == JobState::Done || newest->state == JobState::Stopped)) return std::nullopt;
    return newest;
}

ComparisonCard::ComparisonCard(Session& session, QWidget* parent)
    : Card(parent)
    , m_session(session)
    , m_state(new StatePanel)
{
    m_state->setObjectName(QStringLiteral("frontierWork"));
    body()->addWidget(m_state);
    const auto withJob = [this](auto work) {
        if (const auto job = comparisonJob(m_session)) work(job->id);
    };
    connect(m_state, &StatePanel::stopRequested, this, [this, withJob] { withJob([this](auto id) { m_session.stopJob(id); }); });
    connect(m_state, &StatePanel::pauseRequested, this, [this, withJob] { withJob([this](auto id) { m_session.pauseJob(id); }); });
    connect(m_state, &StatePanel::resumeRequested, this, [this, withJob] { withJob([this](auto id) { m_session.resumeJob(id); }); });
    connect(m_state, &StatePanel::actionChosen, this, [this, withJob](int action) {
        withJob([this, action](auto id) { action == 0 ? m_session.retryJob(id) : m_session.removeJob(id); });
    });
}

void ComparisonCard::showFailed(const JobRecord& job)
{
    const QString shown = QStringLiteral("%1 %2").arg(job.id).arg(QString::fromStdString(job.message));
    if (std::exchange(m_shown, shown) == shown) return;
    QStringList words;
    for (const std::string& word : job.arguments) words << QString::fromStdString(word);
    m_state->showFailed({.title = tr("The comparison stopped."),
        .sentence = QString::fromStdString(job.message),
        .details = Session::commandLine(words, m_session.studyPath()),
        .buttons = {tr("Try again"), tr("Dismiss")}});
}

void ComparisonCard::showJob(const JobRecord& job, std::int64_t pointsSoFar)
{
    if (job.state == JobState::Failed) return showFailed(job);
    m_shown.clear();
    const JobProgressState state = m_session.progressOf(job.id);
    WorkingState work{.title = tr("Comparing methods")};
    if (job.state == JobState::Waiting) {
        work.detail = tr("waits for the work before it");
    } else {
        if (state.progress.total > 0) work.fraction = static_cast<double>(state.progress.done) / static_cast<double>(state.progress.total);
        if (state.secondsLeft >= 0) work.timeLeft = timeLeftText(state.secondsLeft);
        QStringList detail{QString::fromStdString(state.progress.step)};
        if (!state.progress.detail.empty()) detail << QString::fromStdString(state.progress.detail);
        detail << plural(pointsSoFar, tr("point so far"), tr("points so far"));
        detail.removeAll(QString());
        work.detail = detail.join(QStringLiteral(" · "));
        work.canPause = true;
        work.paused = job.state == JobState::Paused;
    }
    m_state->showWorking(work);
}

} // namespace halftone
