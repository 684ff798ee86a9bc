// The status bar's parts and how they follow the session's jobs.
#include "widgets/shell/status_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolTip>

#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kLineWidth = 120;
constexpr int kTitleWidth = 200;

} // namespace

StatusBar::StatusBar(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("statusBar"));
    const Theme& theme = themeOf(this);
    setFixedHeight(theme.space().statusBar);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme.space().card, 1, theme.space().card, 0);
    row->setSpacing(8);
    row->addWidget(makeLabel(QStringLiteral("$"), TextStyle::NumberSmall, Role::Ink3));
    m_command = new ElidedLabel({}, TextStyle::NumberSmall);
    m_command->setObjectName(QStringLiteral("command"));
    m_command->setElideMode(Qt::ElideRight);
    row->addWidget(m_command, 0);
    m_copy = makeIconButton(QStringLiteral("copy"), tr("Copy the command line that does the same"));
    m_copy->setObjectName(QStringLiteral("copyCommand"));
    row->addWidget(m_copy);
    row->addStretch(1);
    row->addWidget(makeRule(Qt::Vertical));
    row->addWidget(makeJobPart());
    connect(m_copy, &QPushButton::clicked, this, &StatusBar::copyCommand);
    connect(&m_session, &Session::commandChanged, this, &StatusBar::showCommand);
    connect(&m_session, &Session::jobsChanged, this, &StatusBar::showJob);
    connect(&m_session, &Session::jobProgressed, this, &StatusBar::showJob);
    connect(&m_session, &Session::closed, this, &StatusBar::showJob);
    showCommand();
    showJob();
}

QWidget* StatusBar::makeJobPart()
{
    m_job = new QWidget(this);
    auto* row = new QHBoxLayout(m_job);
    row->setContentsMargins(8, 0, 0, 0);
    row->setSpacing(12);
    m_title = new ElidedLabel({}, TextStyle::Small);
    m_title->setMaximumWidth(kTitleWidth);
    m_title->setObjectName(QStringLiteral("jobTitle"));
    m_line = new ProgressLine;
    m_line->setFixedWidth(kLineWidth);
    m_detail = makeLabel({}, TextStyle::Small, Role::Ink2);
    m_detail->setObjectName(QStringLiteral("jobDetail"));
    m_pause = makeIconButton(QStringLiteral("pause"), tr("Pause"));
    m_stop = makeIconButton(QStringLiteral("stop"), tr("Stop; what is finished is kept"));
    m_pause->setObjectName(QStringLiteral("pauseJob"));
    m_stop->setObjectName(QStringLiteral("stopJob"));
    row->addWidget(m_title);
    row->addWidget(m_line);
    row->addWidget(m_detail);
    row->addWidget(m_pause);
    row->addWidget(m_stop);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (const auto job = m_session.currentJob()) m_session.stopJob(job->id);
    });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        const auto job = m_session.currentJob();
        if (!job) return;
        if (job->state == JobState::Paused)
            m_session.resumeJob(job->id);
        else
            m_session.pauseJob(job->id);
    });
    return m_job;
}

void StatusBar::showCommand()
{
    const QString command = m_session.lastCommand();
    m_command->setFullText(command.isEmpty() ? QStringLiteral("halftone demo") : command);
}

void StatusBar::showJob()
{
    const auto job = m_session.currentJob();
    for (QWidget* part : {static_cast<QWidget*>(m_line), static_cast<QWidget*>(m_pause), static_cast<QWidget*>(m_stop)})
        part->setVisible(job.has_value());
    m_title->setVisible(job.has_value());
    if (!job) {
        m_detail->setText(tr("No work running"));
        setTextLook(*m_detail, TextStyle::Small, Role::Ink3);
        return;
    }
    const bool paused = job->state == JobState::Paused;
    const JobProgressState state = m_session.progressOf(job->id);
    m_title->setFullText(QString::fromStdString(job->title));
    m_line->setPaused(paused);
    m_line->setFraction(state.progress.total > 0
            ? std::optional(static_cast<double>(state.progress.done) / static_cast<double>(state.progress.total))
            : std::nullopt);
    m_pause->setToolTip(paused ? tr("Go on") : tr("Pause"));
    static_cast<PushButton*>(m_pause)->setIconName(paused ? QStringLiteral("play") : QStringLiteral("pause"));
    QStringList words;
    if (paused)
        words << tr("paused");
    else if (job->state == JobState::Stopped)
        words << tr("stopping");
    if (!m_session.runsJobs()) words << tr("in another program");
    if (!state.progress.detail.empty()) words << QString::fromStdString(state.progress.detail).section(QStringLiteral(", "), 0, 0);
    if (!paused && state.secondsLeft >= 0) words << timeLeftText(state.secondsLeft);
    m_detail->setText(words.isEmpty() ? tr("starting") : words.join(QStringLiteral(" · ")));
    setTextLook(*m_detail, TextStyle::Small, Role::Ink2);
}

void StatusBar::copyCommand()
{
    QApplication::clipboard()->setText(m_command->fullText());
    QToolTip::showText(m_copy->mapToGlobal(QPoint(0, -36)), tr("Copied"), m_copy);
}

void StatusBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = themeOf(this);
    painter.fillRect(rect(), theme.colour(Role::Rail));
    painter.fillRect(QRect(0, 0, width(), 1), theme.colour(Role::Border));
}

} // namespace halftone
