// Shows a metric's state and its buttons.
#include "widgets/pages/sensitivity/metric_row.h"

#include <QBoxLayout>
#include <QLabel>

#include "widgets/controls/hint_tip.h"
#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

MetricRow::MetricRow(const MetricState& state, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
{
    setObjectName(u"metric-"_s + state.metric);
    build();
    show();
}

void MetricRow::build()
{
    const Spacing& space = themeOf(this).space();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space.grid, 0, space.grid);
    column->setSpacing(space.unit);
    auto* row = new QHBoxLayout;
    row->setSpacing(space.grid);
    auto* words = new QVBoxLayout;
    words->setSpacing(space.unit / 2);
    m_title = makeLabel({}, TextStyle::Control, Role::Ink);
    m_detail = makeSentence({}, TextStyle::Small, Role::Ink3);
    words->addWidget(m_title);
    words->addWidget(m_detail);
    row->addLayout(words, 1);
    m_time = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_time->setObjectName(u"time"_s);
    row->addWidget(m_time);
    m_score = new PushButton(tr("Score"));
    m_score->setObjectName(u"score"_s);
    m_pause = makeIconButton(u"pause"_s, tr("Pause"), ButtonKind::Plain);
    m_pause->setObjectName(u"pause"_s);
    m_stop = makeIconButton(u"stop"_s, tr("Stop; groups that are scored are kept"), ButtonKind::Plain);
    m_stop->setObjectName(u"stop"_s);
    for (PushButton* button : {m_score, m_pause, m_stop}) row->addWidget(button);
    column->addLayout(row);
    m_progress = new ProgressLine;
    column->addWidget(m_progress);
    m_failure = makeSentence({}, TextStyle::Small, Role::Fail);
    m_failure->setObjectName(u"failure"_s);
    column->addWidget(m_failure);
    connect(m_score, &QPushButton::clicked, this, [this] {
        const bool isEnded = m_state.jobState == JobState::Failed || m_state.jobState == JobState::Stopped;
        if (m_state.job != 0 && isEnded) emit retryRequested(m_state.job);
        else emit scoreRequested(m_state.metric);
    });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_state.jobState == JobState::Paused) emit resumeRequested(m_state.job);
        else emit pauseRequested(m_state.job);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (m_state.hasBegun) emit stopRequested(m_state.job);
        else emit removeRequested(m_state.job);
    });
}

void MetricRow::setState(const MetricState& state)
{
    if (state == m_state) return;
    m_state = state;
    show();
}

void MetricRow::show()
{
    const bool isFailed = m_state.job != 0 && m_state.jobState == JobState::Failed;
    const bool isStopped = m_state.job != 0 && m_state.jobState == JobState::Stopped;
    const bool isQueued = m_state.job != 0 && !isFailed && !isStopped;
    const bool isPaused = m_state.jobState == JobState::Paused;
    m_title->setText(m_state.title);
    m_detail->setText(m_state.detail);
    m_time->setText(m_state.time);
    m_score->setVisible(!isQueued && (!m_state.isScored || isFailed || isStopped));
    m_score->setText(isFailed ? tr("Retry") : isStopped ? tr("Go on") : tr("Score"));
    m_pause->setVisible(isQueued);
    m_pause->setIconName(isPaused ? u"play"_s : u"pause"_s);
    m_pause->setToolTip(isPaused ? tr("Go on") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->toolTip());
    m_stop->setVisible(isQueued);
    m_stop->setIconName(m_state.hasBegun ? u"stop"_s : u"close"_s);
    m_stop->setToolTip(m_state.hasBegun ? tr("Stop; groups that are scored are kept") : tr("Take out of the queue"));
    m_progress->setVisible(isQueued && m_state.hasBegun);
    m_progress->setFraction(m_state.fraction);
    m_progress->setPaused(isPaused);
    m_failure->setVisible(isFailed);
    m_failure->setText(m_state.message);
    setToolTip(tipText(m_state.title, m_state.description));
    setAccessibleName(m_state.title + u", "_s + m_state.detail + u", "_s + m_state.time);
}

} // namespace halftone
