// One job of the queue: its name, how far it is, and the buttons that its state allows.
#pragma once

#include <QFrame>
#include <optional>

#include "core/store/study_records.h"

class QLabel;
class QVBoxLayout;

namespace halftone {

class ElidedLabel;
class ProgressLine;
class PushButton;
class StatePanel;

// What a row shows.
struct QueueEntry {
    std::int64_t id = 0;
    QString name; // "alps65", "random65, seed 2", "Score by ALPS"
    bool isRun = false; // the name is an assignment's
    JobState state = JobState::Waiting;
    bool hasBegun = false; // paused while it ran
    QString detail; // "epoch 12 of 30 · 31 s an epoch"
    QString time; // "9 min left", "≈ 15 min"
    std::optional<double> fraction;
    QString message; // why it failed
    QString command;
    bool canGoUp = false, canGoDown = false;
    bool isChosen = false;
    bool operator==(const QueueEntry&) const = default;
};

class QueueRow : public QFrame {
    Q_OBJECT
public:
    explicit QueueRow(const QueueEntry& entry, QWidget* parent = nullptr);

    void setEntry(const QueueEntry& entry);
    const QueueEntry& entry() const { return m_entry; }
    bool canBeDragged() const;

signals:
    void chosen(qint64 id);
    void pauseRequested(qint64 id);
    void resumeRequested(qint64 id);
    void stopRequested(qint64 id);
    void retryRequested(qint64 id);
    void removeRequested(qint64 id);
    void stepRequested(qint64 id, int by); // up: -1, down: 1
    void focusRequested(qint64 id, int by); // to the row above or below
    void dragged(qint64 id, const QPoint& globalPosition);
    void dropped(qint64 id, bool cancelled);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void build();
    void buildFailure(QVBoxLayout& column);
    void show();
    void showButtons();
    bool actByKey(int key, bool alt);

    QueueEntry m_entry;
    ElidedLabel* m_name = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_detail = nullptr;
    ProgressLine* m_progress = nullptr;
    PushButton* m_pause = nullptr;
    PushButton* m_stop = nullptr;
    PushButton* m_retry = nullptr;
    PushButton* m_up = nullptr;
    PushButton* m_down = nullptr;
    PushButton* m_remove = nullptr;
    QWidget* m_line = nullptr;
    StatePanel* m_failure = nullptr; // while it failed
    QPoint m_pressedAt;
    bool m_isPressed = false;
    bool m_isDragged = false;
};

} // namespace halftone
