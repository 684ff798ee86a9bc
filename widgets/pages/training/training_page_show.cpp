// Puts what the training view knows on the screen.
#include "widgets/pages/training/training_page.h"

#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QHeaderView>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/training/history_list.h"
#include "widgets/pages/training/queue_panel.h"
#include "widgets/session/assignment_strip.h"
#include "widgets/session/time_estimates.h"
#include "widgets/theme/series_role.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

QString startedText(const QDateTime& started)
{
    const QString clock = started.time().toString(u"HH:mm"_s);
    if (started.date() == QDate::currentDate()) return TrainingPage::tr("started %1").arg(clock);
    return TrainingPage::tr("started %1, %2").arg(QLocale::c().toString(started.date(), u"d MMMM"_s), clock);
}

std::optional<double> lastOf(const SeriesByName& series, const std::string& name)
{
    const auto found = series.find(name);
    return found == series.end() || found->second.empty() ? std::nullopt : std::optional(found->second.back().value);
}

std::optional<double> bestOf(const SeriesByName& series, const std::optional<double>& atEnd)
{
    std::optional<double> best = atEnd;
    if (const auto found = series.find("test accuracy"); found != series.end())
        for (const auto& point : found->second) best = std::max(best.value_or(0), point.value);
    return best;
}

} // namespace

void TrainingPage::showAll()
{
    giveColours();
    showQueue();
    showHistory();
    showHeader();
    showNotice();
    showEmpty();
    showRuns();
}

bool TrainingPage::isRunning(const RunFacts& run) const
{
    const bool isWorking = std::ranges::any_of(session().jobs(), isBegun);
    return isWorking && run.state == RunState::Running && m_curves.isLive(run.key);
}

LiveRun TrainingPage::liveRun() const
{
    const auto job = std::ranges::find_if(session().jobs(), isBegun);
    const RunFacts* run = findRun(m_runs, m_curves.newestLive());
    if (job == session().jobs().end()) return {};
    LiveRun live{.job = job->id};
    // A comparison trains several runs side by side: the epoch of one of them says little.
    const bool isOne = !job->arguments.empty() && job->arguments.front() == "finetune";
    const auto at = m_curves.lastEpoch(m_curves.newestLive());
    if (!run || !isOne || !at) return live;
    live.epochs = run->epochs;
    live.epoch = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(*at)), 1, run->epochs);
    if (const StoredRun* stored = m_curves.stored(run->key)) live.secondsPerEpoch = stored->secondsPerEpoch;
    return live;
}

void TrainingPage::showQueue()
{
    auto entries = queueEntries(session(), *m_estimates, liveRun());
    const RunFacts* chosen = findRun(m_runs, m_chosen);
    for (auto& entry : entries) entry.isChosen = entry.hasBegun && chosen && isRunning(*chosen);
    m_queue->setEntries(entries);
    m_queueSummary->setText(queueSummary(entries, session(), *m_estimates));
    m_nothingWaits->setVisible(entries.empty());
    m_queueScroll->setVisible(!entries.empty());
    fitQueue();
}

// The queue takes what it needs, up to half of the column; the rest is the history's.
void TrainingPage::fitQueue()
{
    const int wanted = m_queue->sizeHint().height();
    m_queueScroll->setFixedHeight(std::max(0, std::min(wanted, height() * 45 / 100)));
}

void TrainingPage::showHistory()
{
    std::vector<HistoryRow> rows;
    for (const auto& run : m_runs) {
        HistoryRow row{.run = run,
            .isDrawn = m_ticked.contains(run.key),
            .isChosen = run.key == m_chosen,
            .isRunning = isRunning(run),
            .colour = colourOf(run.key)};
        if (row.isRunning)
            row.run.epochsDone = std::max(row.run.epochsDone, static_cast<std::int64_t>(m_curves.lastEpoch(run.key).value_or(0)));
        rows.push_back(std::move(row));
    }
    m_historyModel->setRows(std::move(rows));
    constexpr std::size_t kFewRuns = 8;
    m_filter->setVisible(m_runs.size() > kFewRuns);
    m_history->choose(m_chosen);
}

std::vector<QString> TrainingPage::drawnKeys() const
{
    std::vector<QString> keys;
    for (auto run = m_runs.rbegin(); run != m_runs.rend(); ++run)
        if (run->key != m_chosen && m_ticked.contains(run->key)) keys.push_back(run->key);
    if (findRun(m_runs, m_chosen)) keys.push_back(m_chosen);
    return keys;
}

// A method keeps its colour; runs that would look alike take the next one that is free.
void TrainingPage::giveColours()
{
    constexpr std::array kOthers{Role::SeriesEagl, Role::SeriesBase, Role::SeriesAlps, Role::SeriesHawq, Role::Ink2, Role::Warn, Role::Ok};
    const auto keys = drawnKeys();
    std::erase_if(m_colours, [&](const auto& one) { return std::ranges::find(keys, one.first) == keys.end(); });
    const auto isTaken = [this](Role role) { return std::ranges::any_of(m_colours, [role](const auto& one) { return one.second == role; }); };
    for (const QString& key : keys) {
        if (m_colours.contains(key)) continue;
        Role colour = seriesRole(findRun(m_runs, key)->metric);
        for (const Role other : kOthers)
            if (isTaken(colour)) colour = other;
        m_colours[key] = colour;
    }
}

Role TrainingPage::colourOf(const QString& key) const
{
    const RunFacts* run = findRun(m_runs, key);
    if (run && isRunning(*run)) return Role::Accent;
    const auto given = m_colours.find(key);
    return given == m_colours.end() ? Role::Ink3 : given->second;
}

void TrainingPage::showRuns()
{
    m_soon.stop();
    std::vector<DrawnRun> drawn;
    for (const QString& key : drawnKeys()) {
        const RunFacts& facts = *findRun(m_runs, key);
        DrawnRun run{.run = facts,
            .series = m_curves.series(key),
            .isChosen = key == m_chosen,
            .isLive = isRunning(facts),
            .colour = colourOf(key)};
        if (const StoredRun* stored = m_curves.stored(key)) {
            run.updatesPerEpoch = stored->updatesPerEpoch;
            run.secondsPerEpoch = stored->secondsPerEpoch;
        }
        drawn.push_back(std::move(run));
    }
    m_charts->setRuns(drawn);
    showTable();
}

void TrainingPage::showTable()
{
    std::vector<RunTableRow> rows;
    auto keys = drawnKeys();
    std::ranges::reverse(keys); // the chosen one first
    for (const QString& key : keys) {
        const RunFacts& run = *findRun(m_runs, key);
        const SeriesByName series = m_curves.series(key);
        RunTableRow row{.key = key, .title = run.title, .strip = stripLayersOf(session().overview()->table, run.bits), .colour = colourOf(key)};
        if (const StoredRun* stored = m_curves.stored(key); stored && !stored->epochs.empty()) {
            row.loss = stored->epochs.back().loss;
            row.train = stored->epochs.back().trainMetric;
            row.seconds = stored->secondsPerEpoch * static_cast<double>(stored->epochs.size());
            const bool isTimed = stored->updatesPerEpoch > 0 && stored->secondsPerEpoch > 0;
            if (isTimed) row.stepMs = 1000 * stored->secondsPerEpoch / stored->updatesPerEpoch;
            if (isTimed && run.recipe)
                row.imagesPerSecond = static_cast<double>(run.recipe->batchSize) * stored->updatesPerEpoch / stored->secondsPerEpoch;
        } else {
            row.loss = lastOf(series, "loss");
        }
        row.test = run.accuracy ? run.accuracy : lastOf(series, "test accuracy");
        row.best = bestOf(series, run.accuracy);
        rows.push_back(std::move(row));
    }
    constexpr int kMostRows = 4; // more scroll
    const int shown = std::clamp(static_cast<int>(rows.size()), 1, kMostRows);
    m_tableModel->setRows(std::move(rows));
    const int rowHeight = m_table->verticalHeader()->defaultSectionSize();
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + shown * rowHeight + 2);
}

void TrainingPage::showHeader()
{
    const RunFacts* run = findRun(m_runs, m_chosen);
    m_runName->setFullText(run ? run->name : QString());
    m_goOn->hide();
    if (!run) {
        m_runText->setFullText({});
        return;
    }
    QStringList words{methodText(*run), plural(run->epochs, tr("epoch"), tr("epochs")), tr("seed %1").arg(run->seed)};
    if (run->kind != u"fine-tune"_s) words.prepend(run->kind);
    words << startedText(run->started);
    if (run->state == RunState::Finished) words << durationText(run->wallSeconds);
    if (run->heldBack > 0) words << tr("evaluated on %1").arg(run->evaluatedOn);
    if (!isRunning(*run) && run->state != RunState::Finished && run->state != RunState::Failed)
        words << (run->state == RunState::Running ? tr("cut off") : tr("stopped"));
    m_runText->setFullText(words.join(u" · "_s));
    const bool isWaiting = std::ranges::any_of(
        session().jobs(), [](const JobRecord& job) { return isBegun(job) || job.state == JobState::Waiting; });
    const bool canGoOn = run->canGoOn && !isRunning(*run) && run->state != RunState::Failed && !isWaiting
        && !argumentsOf(*run, *session().overview()).empty();
    m_goOn->setText(run->epochsDone > 0 ? tr("Go on from epoch %1").arg(run->epochsDone) : tr("Begin again"));
    m_goOn->setVisible(canGoOn);
}

void TrainingPage::showNotice()
{
    const RunFacts* run = findRun(m_runs, m_chosen);
    const bool isFailed = run && run->state == RunState::Failed;
    m_notice->setVisible(isFailed);
    const QString text = isFailed ? run->key + run->message + QString::number(run->epochsDone) : QString();
    if (text == m_noticeShown) return;
    m_noticeShown = text;
    if (!isFailed) return;
    const bool canRepeat = !argumentsOf(*run, *session().overview()).empty();
    const double rate = run->recipe && !run->recipe->rules.empty() ? run->recipe->rules.front().learningRate : 0;
    QStringList buttons;
    if (canRepeat && rate > 0) buttons << tr("Try a learning rate of %1").arg(QString::number(rate / 3, 'g', 1));
    if (canRepeat && run->canGoOn) buttons << tr("Go on from epoch %1").arg(run->epochsDone);
    m_noticePanel->showFailed({.title = tr("The run stopped in epoch %1.").arg(run->epochsDone + 1),
        .sentence = run->message,
        .details = tr("%1, seed %2, run %3\nlearning rate %4, batches of %5")
                       .arg(run->name).arg(run->seed).arg(run->id).arg(learningRateText(rate)).arg(run->recipe ? run->recipe->batchSize : 0),
        .buttons = buttons});
}

void TrainingPage::actOnNotice(int action)
{
    const RunFacts* run = findRun(m_runs, m_chosen);
    if (!run || !run->recipe) return;
    const double rate = run->recipe->rules.empty() ? 0 : run->recipe->rules.front().learningRate;
    goOn(action == 0 && rate > 0 ? QString::number(rate / 3, 'g', 1).toDouble() : 0);
}

void TrainingPage::showEmpty()
{
    m_newRun->setEnabled(session().isOpen());
    m_history->setVisible(!m_runs.empty());
    m_historyHint->setText(m_runs.empty() ? tr("no runs yet") : tr("tick to draw"));
    m_right->setCurrentIndex(m_runs.empty() ? 0 : 1);
    if (!m_runs.empty()) return;
    const EmptyState state = emptyState();
    const QString text = state.title + state.sentence + state.button + state.caption;
    if (text == m_emptyShown) return;
    m_emptyShown = text;
    m_empty->showEmpty(state);
}

EmptyState TrainingPage::emptyState()
{
    if (!session().isOpen())
        return {.iconName = u"training"_s,
            .title = tr("No study is open"),
            .sentence = tr("Open a study or try the demo. Its training runs and their curves appear here."),
            .button = tr("Go to Start")};
    const auto running = std::ranges::find_if(session().jobs(), isBegun);
    if (running != session().jobs().end())
        return {.iconName = u"training"_s,
            .title = QString::fromStdString(running->title),
            .sentence = tr("The first points appear as soon as the training begins.")};
    if (session().overview()->assignments.empty())
        return {.iconName = u"training"_s,
            .title = tr("No runs yet"),
            .sentence = tr("Choose bits for the layers first. Then train the assignment here and watch its curves."),
            .button = tr("Choose bits")};
    const QString name = QString::fromStdString(session().overview()->assignments.back().name);
    const auto estimate = isVisible() ? m_estimates->of({u"finetune"_s, u"STUDY"_s, u"--assignment"_s, name, u"--epochs"_s,
                              QString::number(defaultRecipe().epochs), u"--seed"_s, u"0"_s})
                                      : std::nullopt;
    return {.iconName = u"training"_s,
        .title = tr("No runs yet"),
        .sentence = tr("Fine-tune an assignment. Its curves appear here while it learns."),
        .button = tr("Fine-tune %1").arg(name),
        .caption = isVisible() ? timeCaption(estimate) : QString()};
}

} // namespace halftone
