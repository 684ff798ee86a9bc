// Brings the session's news to the training view: studies, runs, live samples, and which run is looked at.
#include "widgets/pages/training/training_page.h"

#include <algorithm>
#include <cmath>

#include <QLineEdit>

#include "widgets/controls/fields.h"
#include "widgets/pages/training/new_run_form.h"
#include "widgets/pages/training/queue_panel.h"
#include "widgets/session/time_estimates.h"

namespace halftone {

using namespace Qt::StringLiterals;

void TrainingPage::connectSession()
{
    Session& all = session();
    connect(&all, &Session::opened, this, &TrainingPage::takeStudy);
    connect(&all, &Session::closed, this, &TrainingPage::takeStudy);
    connect(&all, &Session::overviewChanged, this, &TrainingPage::takeOverview);
    connect(&all, &Session::jobsChanged, this, &TrainingPage::showAll);
    connect(&all, &Session::jobProgressed, this, [this](qint64) { showQueue(); });
    connect(&all, &Session::curveSampled, this, &TrainingPage::takeSample);
    connect(m_estimates, &TimeEstimates::arrived, this, [this] {
        showQueue();
        showEmpty();
    });
}

void TrainingPage::connectQueue()
{
    Session& all = session();
    connect(m_queue, &QueuePanel::chosen, this, &TrainingPage::chooseJob);
    connect(m_queue, &QueuePanel::pauseRequested, &all, &Session::pauseJob);
    connect(m_queue, &QueuePanel::resumeRequested, &all, &Session::resumeJob);
    connect(m_queue, &QueuePanel::stopRequested, &all, &Session::stopJob);
    connect(m_queue, &QueuePanel::retryRequested, &all, &Session::retryJob);
    connect(m_queue, &QueuePanel::removeRequested, &all, &Session::removeJob);
    connect(m_queue, &QueuePanel::moveRequested, &all, &Session::moveJob);
}

// Another study, or none: nothing of the one before stays.
void TrainingPage::takeStudy()
{
    m_runs.clear();
    m_epochsDone.clear();
    m_curves.clear();
    m_reading.clear();
    m_awaited.clear();
    m_ticked.clear();
    m_colours.clear();
    m_chosen.clear();
    m_followsLive = true;
    m_form->hide();
    m_filter->clear();
    takeOverview();
}

void TrainingPage::takeOverview()
{
    const StudyOverview* study = session().overview();
    m_runs = study ? runFacts(*study, m_epochsDone, m_runs) : std::vector<RunFacts>{};
    m_form->setStudy(study);
    if (study) {
        m_charts->setLayers(study->table);
        m_charts->setMetric(metricWords(study->task));
        m_tableModel->setMetric(metricWords(study->task));
        m_charts->setFullPrecision(study->frontier ? std::optional(study->frontier->fullPrecision) : std::nullopt);
        readEpochsDone();
    }
    std::erase_if(m_awaited, [this](const QString& key) { return findRun(m_runs, key) != nullptr; });
    for (const QString& key : m_curves.liveKeys()) readRun(key); // an epoch or the run has ended
    if (!findRun(m_runs, m_chosen)) m_chosen.clear();
    const QString newest = m_curves.newestLive();
    if (m_followsLive && findRun(m_runs, newest)) chooseRun(newest, false);
    else if (m_chosen.isEmpty() && !m_runs.empty()) chooseRun(m_runs.front().key, false);
    showAll();
}

// The overview does not count epochs of runs that have not finished.
void TrainingPage::readEpochsDone()
{
    std::vector<std::int64_t> ids;
    for (const auto& run : m_runs)
        if (run.state != RunState::Finished) ids.push_back(run.id);
    if (ids.empty()) return;
    using Counts = std::map<std::int64_t, std::int64_t>;
    session().read(
        [ids](const StudyFile& file, const TaskContext&) -> Result<Counts> {
            Counts counts;
            for (const std::int64_t id : ids) {
                HALFTONE_TRY(const auto epochs, file.epochs(id));
                counts[id] = static_cast<std::int64_t>(epochs.size());
            }
            return counts;
        },
        this, [this](const Result<Counts>& counts) {
            if (!counts.ok() || *counts == m_epochsDone || !session().isOpen()) return;
            m_epochsDone = *counts;
            m_runs = runFacts(*session().overview(), m_epochsDone, m_runs);
            showHistory();
            showHeader();
            showNotice();
        });
}

void TrainingPage::readRun(const QString& key)
{
    const StudyOverview* study = session().overview();
    const RunFacts* facts = findRun(m_runs, key);
    if (!study || !facts || !m_reading.insert(key).second) return;
    const bool hasEnded = facts->state != RunState::Running;
    session().read(
        [record = *study->run(facts->id)](const StudyFile& file, const TaskContext&) { return readStoredRun(file, record); }, this,
        [this, key, hasEnded](Result<StoredRun> run) {
            m_reading.erase(key);
            if (!run.ok()) {
                emit session().failed(QString::fromStdString(run.error().message));
                return;
            }
            if (!findRun(m_runs, key)) return; // of another study
            m_curves.setStored(std::move(*run));
            if (hasEnded) m_curves.forgetLive(key);
            showQueue();
            showHistory();
            showRuns();
        });
}

void TrainingPage::takeSample(const CurveSample& sample)
{
    const QString key = QString::fromStdString(sample.run);
    const auto before = m_curves.lastEpoch(key);
    const bool isNew = m_curves.addLive(sample);
    m_charts->append(sample);
    if (!findRun(m_runs, key)) {
        if (m_awaited.insert(key).second) session().refresh();
        return;
    }
    if (m_followsLive && m_chosen != key) chooseRun(key, false);
    const bool isNextEpoch = sample.series == "loss" && before && std::floor(*before) < std::floor(sample.epoch);
    if (isNextEpoch) {
        readRun(key);
        readEpochsDone();
    }
    if (isNew) m_soon.start();
}

void TrainingPage::chooseRun(const QString& key, bool byPerson)
{
    const RunFacts* run = findRun(m_runs, key);
    if (!run) return;
    if (byPerson) m_followsLive = isRunning(*run);
    m_chosen = key;
    giveColours();
    if (!m_curves.isStored(key)) readRun(key);
    showAll();
}

// The job's run: the one that is live, or else the newest of the same assignment and seed.
void TrainingPage::chooseJob(qint64 id)
{
    const auto job = std::ranges::find(session().jobs(), id, &JobRecord::id);
    if (job == session().jobs().end()) return;
    if (isBegun(*job) && findRun(m_runs, m_curves.newestLive())) {
        chooseRun(m_curves.newestLive(), true);
        return;
    }
    const QString name = optionOf(*job, u"--assignment"_s);
    const QString seed = optionOf(*job, u"--seed"_s);
    const auto run = std::ranges::find_if(
        m_runs, [&](const RunFacts& one) { return one.name == name && (seed.isEmpty() || one.seed == seed.toLongLong()); });
    if (run != m_runs.end()) chooseRun(run->key, true);
}

void TrainingPage::tick(const QString& key, bool drawn)
{
    if (drawn) m_ticked.insert(key);
    else m_ticked.erase(key);
    giveColours();
    if (drawn && !m_curves.isStored(key)) readRun(key);
    showHistory();
    showRuns();
}

} // namespace halftone
