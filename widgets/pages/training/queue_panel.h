// The queue of jobs: the running one first, those that wait in their order, and those that failed or were stopped.
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/pages/training/queue_row.h"

class QVBoxLayout;

namespace halftone {

class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(QWidget* parent = nullptr);

    // Rows that are there already stay, with their focus.
    void setEntries(const std::vector<QueueEntry>& entries);
    QueueRow* row(std::int64_t id) const; // null: no such job
    int count() const { return static_cast<int>(m_rows.size()); }

signals:
    void chosen(qint64 id);
    void pauseRequested(qint64 id);
    void resumeRequested(qint64 id);
    void stopRequested(qint64 id);
    void retryRequested(qint64 id);
    void removeRequested(qint64 id);
    void moveRequested(qint64 id, int place); // among those that wait

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QueueRow* addRow(const QueueEntry& entry);
    void step(std::int64_t id, int by);
    void moveFocus(std::int64_t id, int by);
    void dragTo(const QPoint& globalPosition);
    void drop(std::int64_t id, bool cancelled);
    std::vector<QueueRow*> waiting() const;

    QVBoxLayout* m_layout = nullptr;
    QWidget* m_mark = nullptr; // where a dragged row would land
    std::vector<QueueRow*> m_rows;
    int m_dropPlace = -1; // before the waiting row of this place
};

} // namespace halftone
