// Draws a job of the queue and answers its buttons, its keys and the mouse that drags it.
#include "widgets/pages/training/queue_row.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>

#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

PushButton* addButton(QHBoxLayout& row, const QString& icon, const QString& tip, const char* name)
{
    PushButton* button = makeIconButton(icon, tip);
    button->setObjectName(QLatin1String(name));
    button->setFixedSize(24, 24);
    button->setIconSize({16, 16});
    row.addWidget(button);
    return button;
}

} // namespace

QueueRow::QueueRow(const QueueEntry& entry, QWidget* parent)
    : QFrame(parent)
    , m_entry(entry)
{
    setFocusPolicy(Qt::StrongFocus);
    setObjectName(u"job%1"_s.arg(entry.id));
    build();
    show();
}

void QueueRow::build()
{
    const Spacing& space = themeOf(this).space();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space.card, space.grid, space.card - 4, space.grid);
    column->setSpacing(space.unit / 2);
    m_line = new QWidget(this);
    auto* lines = new QVBoxLayout(m_line);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 4, 0);
    m_name = new ElidedLabel({}, TextStyle::NumberSmall, Role::Ink);
    m_time = makeLabel({}, TextStyle::Small, Role::Ink3);
    head->addWidget(m_name, 1);
    head->addWidget(m_time);
    lines->addLayout(head);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(0);
    m_detail = new ElidedLabel({}, TextStyle::Small, Role::Ink3);
    foot->addWidget(m_detail, 1);
    m_pause = addButton(*foot, u"pause"_s, tr("Pause"), "pause");
    m_stop = addButton(*foot, u"stop"_s, tr("Stop; what is finished is kept"), "stop");
    m_retry = addButton(*foot, u"retry"_s, tr("Go on"), "retry");
    m_up = addButton(*foot, u"chevron-up"_s, tr("Earlier (Alt+Up)"), "up");
    m_down = addButton(*foot, u"chevron-down"_s, tr("Later (Alt+Down)"), "down");
    m_remove = addButton(*foot, u"close"_s, tr("Take out of the queue (Delete)"), "remove");
    lines->addLayout(foot);
    column->addWidget(m_line);
    m_progress = new ProgressLine;
    column->addWidget(m_progress);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_entry.state == JobState::Paused) emit resumeRequested(m_entry.id);
        else emit pauseRequested(m_entry.id);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] { emit stopRequested(m_entry.id); });
    connect(m_retry, &QPushButton::clicked, this, [this] { emit retryRequested(m_entry.id); });
    connect(m_up, &QPushButton::clicked, this, [this] { emit stepRequested(m_entry.id, -1); });
    connect(m_down, &QPushButton::clicked, this, [this] { emit stepRequested(m_entry.id, 1); });
    connect(m_remove, &QPushButton::clicked, this, [this] { emit removeRequested(m_entry.id); });
}

void QueueRow::buildFailure(QVBoxLayout& column)
{
    m_failure = new StatePanel(this);
    m_failure->setObjectName(u"failure"_s);
    column.addWidget(m_failure);
    connect(m_failure, &StatePanel::actionChosen, this, [this](int index) {
        if (index == 0) emit retryRequested(m_entry.id);
        else emit removeRequested(m_entry.id);
    });
    m_failure->showFailed({.title = tr("%1 failed").arg(m_entry.name),
        .sentence = m_entry.message,
        .details = m_entry.command,
        .buttons = {tr("Retry"), tr("Remove")}});
}

void QueueRow::setEntry(const QueueEntry& entry)
{
    if (entry == m_entry) return;
    const bool sameFailure = m_failure && entry.state == JobState::Failed && entry.message == m_entry.message;
    if (m_failure && !sameFailure) {
        m_failure->hide();
        m_failure->deleteLater(); // it may be in the middle of its own click
        m_failure = nullptr;
    }
    m_entry = entry;
    show();
}

void QueueRow::show()
{
    const bool isFailed = m_entry.state == JobState::Failed;
    m_line->setVisible(!isFailed);
    if (isFailed && !m_failure) buildFailure(static_cast<QVBoxLayout&>(*layout()));
    m_name->setFullText(m_entry.name);
    setTextLook(*m_name, m_entry.isRun ? TextStyle::NumberSmall : TextStyle::Small, Role::Ink);
    m_time->setText(m_entry.time);
    static_cast<ElidedLabel*>(m_detail)->setFullText(m_entry.detail);
    const bool isBegun = m_entry.state == JobState::Running || m_entry.hasBegun;
    m_progress->setVisible(isBegun && !isFailed);
    m_progress->setFraction(m_entry.fraction);
    m_progress->setPaused(m_entry.state == JobState::Paused);
    showButtons();
    setToolTip(m_entry.command);
    setAccessibleName(tr("%1, %2, %3").arg(m_entry.name, m_entry.detail, m_entry.time));
    update();
}

void QueueRow::showButtons()
{
    const bool isPaused = m_entry.state == JobState::Paused;
    const bool isBegun = m_entry.state == JobState::Running || (isPaused && m_entry.hasBegun);
    const bool waits = m_entry.state == JobState::Waiting || (isPaused && !m_entry.hasBegun);
    m_pause->setVisible(isBegun || isPaused);
    m_pause->setIconName(isPaused ? u"play"_s : u"pause"_s);
    m_pause->setToolTip(isPaused ? tr("Go on (Space)") : tr("Pause (Space)"));
    m_pause->setAccessibleName(m_pause->toolTip());
    m_stop->setVisible(isBegun);
    m_retry->setVisible(m_entry.state == JobState::Stopped);
    m_up->setVisible(waits);
    m_down->setVisible(waits);
    m_up->setEnabled(m_entry.canGoUp);
    m_down->setEnabled(m_entry.canGoDown);
    m_remove->setVisible(waits || m_entry.state == JobState::Stopped);
}

bool QueueRow::canBeDragged() const { return m_entry.canGoUp || m_entry.canGoDown; }

void QueueRow::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    if (m_entry.isChosen) {
        painter.fillRect(rect(), theme.colour(Role::AccentSoft));
        painter.fillRect(0, 0, 2, height(), theme.colour(Role::Accent));
    } else if (m_isDragged) {
        painter.fillRect(rect(), theme.colour(Role::Raised));
    }
    painter.fillRect(0, height() - 1, width(), 1, theme.colour(Role::Border));
    if (hasFocus() || m_isDragged) {
        painter.setPen(QPen(theme.colour(Role::Accent), 1));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.drawRoundedRect(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -3.5), theme.radius().control, theme.radius().control);
    }
}

void QueueRow::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    m_pressedAt = event->pos();
    m_isPressed = true;
    emit chosen(m_entry.id);
}

void QueueRow::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_isPressed || !canBeDragged()) return;
    if (!m_isDragged && (event->pos() - m_pressedAt).manhattanLength() < QApplication::startDragDistance()) return;
    if (!m_isDragged) {
        m_isDragged = true;
        setCursor(Qt::ClosedHandCursor);
        update();
    }
    emit dragged(m_entry.id, event->globalPosition().toPoint());
}

void QueueRow::mouseReleaseEvent(QMouseEvent*)
{
    m_isPressed = false;
    if (!m_isDragged) return;
    m_isDragged = false;
    unsetCursor();
    update();
    emit dropped(m_entry.id, false);
}

// True when the key meant something for this row.
bool QueueRow::actByKey(int key, bool alt)
{
    const bool isBegun = m_entry.state == JobState::Running || m_entry.hasBegun;
    if (key == Qt::Key_Escape && m_isDragged) {
        m_isDragged = m_isPressed = false;
        unsetCursor();
        update();
        emit dropped(m_entry.id, true);
    } else if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
        if (isBegun) emit stopRequested(m_entry.id);
        else emit removeRequested(m_entry.id);
    } else if (key == Qt::Key_Space) {
        if (m_entry.state == JobState::Paused) emit resumeRequested(m_entry.id);
        else if (m_entry.state == JobState::Failed || m_entry.state == JobState::Stopped) emit retryRequested(m_entry.id);
        else emit pauseRequested(m_entry.id);
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        emit chosen(m_entry.id);
    } else if (key == Qt::Key_Up || key == Qt::Key_Down) {
        const int by = key == Qt::Key_Up ? -1 : 1;
        if (alt) emit stepRequested(m_entry.id, by);
        else emit focusRequested(m_entry.id, by);
    } else {
        return false;
    }
    return true;
}

void QueueRow::keyPressEvent(QKeyEvent* event)
{
    if (!actByKey(event->key(), event->modifiers().testFlag(Qt::AltModifier))) QFrame::keyPressEvent(event);
}

void QueueRow::focusInEvent(QFocusEvent* event)
{
    QFrame::focusInEvent(event);
    update();
}

void QueueRow::focusOutEvent(QFocusEvent* event)
{
    QFrame::focusOutEvent(event);
    update();
}

} // namespace halftone
