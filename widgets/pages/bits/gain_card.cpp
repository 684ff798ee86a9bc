// Draws the solver's frontier and the place of the assignment on it.
#include "widgets/pages/bits/gain_card.h"

#include <algorithm>
#include <cmath>

#include <QVBoxLayout>

#include "widgets/controls/state_panel.h"
#include "widgets/format/quantity.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/step_curve_chart.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr double kPercent = 100;
constexpr int kSaveWidth = 44;

StepMark markOf(const BitTotals& totals, bool before)
{
    const QString words = QStringLiteral("%1, %2").arg(percentText(totals.costFraction), gainText(*totals.gain));
    return {.cost = kPercent * totals.costFraction, .value = *totals.gain, .words = before ? GainCard::tr("from %1").arg(words) : words};
}

} // namespace

GainCard::GainCard(Session& session, QWidget* parent)
    : Card(tr("Gain kept against cost"), parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("gainCard"));
    m_chart = new StepCurveChart;
    m_chart->setTitle(tr("Gain kept against cost"));
    m_state = new StatePanel;
    m_save = new ChartSaveButton(m_chart);
    m_save->setAccessibleName(tr("Save chart"));
    m_save->setText({});
    m_save->setFixedWidth(kSaveWidth);
    addHeaderWidget(m_save);
    connect(m_save, &ChartSaveButton::failed, &m_session, &Session::failed);
    body()->addWidget(m_chart, 1);
    body()->addWidget(m_state, 1);
    connect(m_state, &StatePanel::actionChosen, this, [this] {
        m_job = m_session.enqueue({QStringLiteral("score"), QStringLiteral("STUDY"), QStringLiteral("--metric"), QStringLiteral("eagl")},
            tr("Score EAGL"));
    });
    const auto follow = [this] {
        if (m_session.isOpen() && m_session.overview()->scores.empty()) showUnscored();
    };
    connect(&m_session, &Session::jobsChanged, this, follow);
    connect(&m_session, &Session::jobProgressed, this, follow);
    connect(m_state, &StatePanel::stopRequested, this, [this] { m_session.stopJob(m_job); });
}

void GainCard::setShown(bool chart)
{
    m_chart->setVisible(chart);
    m_state->setVisible(!chart);
    m_save->setVisible(chart);
}

void GainCard::showUnscored()
{
    setShown(false);
    setCaption({});
    for (const JobRecord& job : m_session.jobs()) {
        if (job.arguments.empty() || job.arguments.front() != "score") continue;
        if (job.state == JobState::Running || job.state == JobState::Waiting) {
            const JobProgressState progress = m_session.progressOf(job.id);
            m_job = job.id;
            m_state->showWorking({.title = QString::fromStdString(job.title),
                .timeLeft = progress.secondsLeft > 0 ? timeLeftText(progress.secondsLeft) : QString()});
            return;
        }
        if (job.id == m_job && job.state == JobState::Failed) {
            m_state->showFailed({.title = tr("Scoring stopped."), .sentence = QString::fromStdString(job.message), .buttons = {tr("Score EAGL")}});
            return;
        }
    }
    m_state->showEmpty({.title = tr("No gains yet"),
        .sentence = tr("The solver and this curve need them."),
        .button = tr("Score EAGL")});
}

void GainCard::showCurve(const BitTotals& before, const std::optional<BitTotals>& now)
{
    const BitDocument& document = m_session.bits();
    const BitChoices& choices = document.choices();
    if (!document.study() || !before.gain) return showUnscored();
    setShown(true);
    setCaption(tr("estimated by %1").arg(Theme::metricName(choices.metric)));
    const std::vector<Selection>& frontier = document.frontier();
    StepCurveData curve;
    curve.steps.reserve(frontier.size());
    // The solver raises what could not be scored for its own sake; the known gain may then fall, but the better choice before it
    // can still be reached.
    for (const Selection& best : frontier)
        if (curve.steps.empty() || best.gain > curve.steps.back().y) curve.steps.push_back({kPercent * best.cost / best.highestCost, best.gain});
    curve.label = tr("best reachable");
    curve.valueTitle = tr("Gain kept");
    curve.costTitle = tr("Cost");
    curve.costUnit = QStringLiteral("%");
    const double lowest = std::floor(std::min(before.freeFraction, before.costFraction) * 10) * 10;
    const double highest = std::max({1.0, before.costFraction, now ? now->costFraction : 0, before.lowestFraction});
    curve.costRange = AxisRange{lowest, std::ceil(highest * 20) * 5};
    curve.budget = kPercent * choices.budget;
    curve.budgetLabel = tr("budget");
    curve.now = markOf(now ? *now : before, false);
    if (now && now->gain && now->costFraction != before.costFraction) curve.before = markOf(before, true);
    m_chart->setData(std::move(curve));
}

} // namespace halftone
