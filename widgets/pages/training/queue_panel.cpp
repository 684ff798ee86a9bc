// Keeps one row for each job and finds the place of a dragged one.
#include "widgets/pages/training/queue_panel.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

// A line across the queue, above its rows.
class DropMark : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), themeOf(this).colour(Role::Accent)); }
};

} // namespace

QueuePanel::QueuePanel(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
    , m_mark(new DropMark(this))
{
    setObjectName(u"queue"_s);
    setAccessibleName(tr("Queue"));
    m_layout->setContentsMargins(0, 1, 0, 0);
    m_layout->setSpacing(0);
    m_mark->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_mark->hide();
}

QueueRow* QueuePanel::addRow(const QueueEntry& entry)
{
    auto* row = new QueueRow(entry, this);
    connect(row, &QueueRow::chosen, this, &QueuePanel::chosen);
    connect(row, &QueueRow::pauseRequested, this, &QueuePanel::pauseRequested);
    connect(row, &QueueRow::resumeRequested, this, &QueuePanel::resumeRequested);
    connect(row, &QueueRow::stopRequested, this, &QueuePanel::stopRequested);
    connect(row, &QueueRow::retryRequested, this, &QueuePanel::retryRequested);
    connect(row, &QueueRow::removeRequested, this, &QueuePanel::removeRequested);
    connect(row, &QueueRow::stepRequested, this, &QueuePanel::step);
    connect(row, &QueueRow::focusRequested, this, &QueuePanel::moveFocus);
    connect(row, &QueueRow::dragged, this, [this](qint64, const QPoint& at) { dragTo(at); });
    connect(row, &QueueRow::dropped, this, &QueuePanel::drop);
    return row;
}

void QueuePanel::setEntries(const std::vector<QueueEntry>& entries)
{
    std::vector<QueueRow*> rows;
    for (const auto& entry : entries) {
        QueueRow* known = row(entry.id);
        if (known) known->setEntry(entry);
        rows.push_back(known ? known : addRow(entry));
    }
    if (rows == m_rows) return;
    for (QueueRow* old : m_rows) {
        if (std::ranges::find(rows, old) != rows.end()) continue;
        if (old->isAncestorOf(focusWidget()) || old->hasFocus()) focusNextChild();
        old->hide();
        old->deleteLater(); // it may be in the middle of its own click
    }
    for (QueueRow* row : rows) m_layout->removeWidget(row);
    m_rows = rows;
    QWidget* before = nullptr;
    for (QueueRow* row : rows) {
        m_layout->addWidget(row);
        row->setVisible(true);
        if (before) setTabOrder(before, row);
        before = row;
    }
    updateGeometry();
}

QueueRow* QueuePanel::row(std::int64_t id) const
{
    const auto found = std::ranges::find_if(m_rows, [id](const QueueRow* row) { return row->entry().id == id; });
    return found == m_rows.end() ? nullptr : *found;
}

std::vector<QueueRow*> QueuePanel::waiting() const
{
    std::vector<QueueRow*> rows;
    for (QueueRow* row : m_rows) {
        const QueueEntry& entry = row->entry();
        const bool waits = entry.state == JobState::Waiting || (entry.state == JobState::Paused && !entry.hasBegun);
        if (waits) rows.push_back(row);
    }
    return rows;
}

void QueuePanel::step(std::int64_t id, int by)
{
    const auto rows = waiting();
    const auto found = std::ranges::find_if(rows, [id](const QueueRow* row) { return row->entry().id == id; });
    if (found == rows.end()) return;
    const auto place = static_cast<int>(found - rows.begin()) + by;
    if (place >= 0 && place < static_cast<int>(rows.size())) emit moveRequested(id, place);
}

void QueuePanel::moveFocus(std::int64_t id, int by)
{
    const auto found = std::ranges::find_if(m_rows, [id](const QueueRow* row) { return row->entry().id == id; });
    const auto place = found - m_rows.begin() + by;
    if (place < 0 || place >= static_cast<std::ptrdiff_t>(m_rows.size())) return;
    m_rows[static_cast<std::size_t>(place)]->setFocus(Qt::TabFocusReason);
}

void QueuePanel::dragTo(const QPoint& globalPosition)
{
    const int y = mapFromGlobal(globalPosition).y();
    const auto rows = waiting();
    m_dropPlace = 0;
    for (const QueueRow* row : rows)
        if (y > row->geometry().center().y()) ++m_dropPlace;
    const auto last = static_cast<int>(rows.size());
    const int at = m_dropPlace < last ? rows[static_cast<std::size_t>(m_dropPlace)]->y() : rows.back()->geometry().bottom() + 1;
    m_mark->setGeometry(0, at - 1, width(), 2);
    m_mark->setVisible(true);
    m_mark->raise();
}

void QueuePanel::drop(std::int64_t id, bool cancelled)
{
    m_mark->hide();
    const auto rows = waiting();
    const auto found = std::ranges::find_if(rows, [id](const QueueRow* row) { return row->entry().id == id; });
    if (cancelled || found == rows.end() || m_dropPlace < 0) return;
    const auto from = static_cast<int>(found - rows.begin());
    const int place = m_dropPlace > from ? m_dropPlace - 1 : m_dropPlace; // the row leaves its own place
    m_dropPlace = -1;
    if (place != from) emit moveRequested(id, place);
}

void QueuePanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(0, 0, width(), 1, themeOf(this).colour(Role::Border));
}

} // namespace halftone
