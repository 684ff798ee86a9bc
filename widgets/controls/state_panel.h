// What stands in a view or a card while there is nothing to show, while work goes on, when it failed and when it is done.
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>

class QBoxLayout;
class QLabel;
class QVBoxLayout;

namespace halftone {

class ProgressLine;
class PushButton;

// Says what would be here and offers the one step that fills it.
struct EmptyState {
    QString iconName; // one of iconNames(), or empty
    QString title;
    QString sentence;
    QString button; // primary
    QString caption; // under the button: "about 15 min"
    QString secondButton; // plain, beside it; rarely needed
};

struct WorkingState {
    QString title;
    std::optional<double> fraction; // 0 to 1; not known: the line is empty and only the words move
    QString timeLeft; // "6 min left"
    QString detail; // "group 8 of 20 · 64 probes"
    bool canPause = false;
    bool paused = false;
    bool canStop = true;
};

struct FailedState {
    QString title; // what and where: "The run stopped at epoch 2."
    QString sentence; // why and what to try
    QString details; // folded
    QStringList buttons; // the first is primary
};

struct DoneState {
    QString title;
    QString sentence;
    QString caption; // at the right: "5 min 2 s"
    QStringList buttons; // the first is plain, the others quiet
};

class StatePanel : public QWidget {
    Q_OBJECT

public:
    enum class Shown { Nothing, Empty, Working, Failed, Done };

    explicit StatePanel(QWidget* parent = nullptr);

    void showEmpty(const EmptyState& state);
    // Called again with new progress it keeps its controls (and the focus) where they are.
    void showWorking(const WorkingState& state);
    void showFailed(const FailedState& state);
    void showDone(const DoneState& state);
    Shown shown() const { return m_shown; }

    // Buttons of the state that is shown, for tests and tab order. Object names: "action0", "action1", "pause", "stop", "details".
    PushButton* action(int index) const;
    PushButton* pauseButton() const { return m_pause; }
    PushButton* stopButton() const { return m_stop; }

signals:
    void actionChosen(int index);
    void pauseRequested();
    void resumeRequested();
    void stopRequested();

private:
    void rebuild(Shown shown);
    void buildWorking(const WorkingState& state);
    PushButton* addAction(QBoxLayout& row, const QString& text, int index, bool primary, bool quiet);
    void addDetails(QBoxLayout& column, const QString& text);

    Shown m_shown = Shown::Nothing;
    QVBoxLayout* m_outer = nullptr;
    QWidget* m_contents = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_timeLeft = nullptr;
    QLabel* m_detail = nullptr;
    ProgressLine* m_progress = nullptr;
    PushButton* m_pause = nullptr;
    PushButton* m_stop = nullptr;
    bool m_paused = false;
};

} // namespace halftone
