// The training view: the queue and the history of runs at the left, the curves of those that are drawn at the right.
#pragma once

#include <QTimer>
#include <set>

#include "widgets/controls/state_panel.h"
#include "widgets/pages/training/history_model.h"
#include "widgets/pages/training/queue_entries.h"
#include "widgets/pages/training/run_charts.h"
#include "widgets/pages/training/run_curves.h"
#include "widgets/pages/training/run_table_model.h"
#include "widgets/shell/page.h"

class QLabel;
class QScrollArea;
class QStackedWidget;
class QTableView;

namespace halftone {

class Card;
class ElidedLabel;
class HistoryList;
class NewRunForm;
class PushButton;
class QueuePanel;
class SearchField;
class SegmentedControl;
class Switch;

class TrainingPage : public Page {
    Q_OBJECT
public:
    explicit TrainingPage(Session& session, QWidget* parent = nullptr);
    ~TrainingPage() override;

    std::vector<PaletteAction> actions(const QString& typed) override;
    // Unfolds the form, with an assignment already chosen.
    void newRun(const QString& assignment = {});
    RunCharts& charts() const { return *m_charts; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    // training_page.cpp: building, and what the buttons do
    void build();
    QWidget* buildLeft();
    void buildQueue(QWidget& left);
    void buildHistory(QWidget& left);
    QWidget* buildRight();
    QWidget* buildHeader();
    void buildTable(QWidget& right);
    void start();
    void goOn(double learningRate);

    // training_page_follow.cpp: what the session tells
    void connectSession();
    void connectQueue();
    void takeStudy();
    void takeOverview();
    void takeSample(const CurveSample& sample);
    void readEpochsDone();
    void readRun(const QString& key);
    void chooseRun(const QString& key, bool byPerson);
    void chooseJob(qint64 id);
    void tick(const QString& key, bool drawn);

    // training_page_show.cpp: what is known, put on the screen
    void showAll();
    void showQueue();
    void showHistory();
    void showRuns();
    void showHeader();
    void showNotice();
    void actOnNotice(int action);
    void showTable();
    void showEmpty();
    EmptyState emptyState();
    void fitQueue();
    LiveRun liveRun() const;
    bool isRunning(const RunFacts& run) const;
    std::vector<QString> drawnKeys() const; // the chosen one last
    Role colourOf(const QString& key) const;
    void giveColours();

    std::vector<RunFacts> m_runs;
    std::map<std::int64_t, std::int64_t> m_epochsDone;
    RunCurves m_curves;
    std::set<QString> m_reading;
    std::set<QString> m_awaited; // live runs that the overview does not know yet
    std::set<QString> m_ticked;
    std::map<QString, Role> m_colours;
    QString m_chosen;
    bool m_followsLive = true;
    QString m_emptyShown, m_noticeShown; // what stands there is not built again, for it may have the focus
    QTimer m_soon; // many points, one rebuild

    TimeEstimates* m_estimates = nullptr;
    HistoryModel* m_historyModel = nullptr;
    RunTableModel* m_tableModel = nullptr;
    PushButton* m_newRun = nullptr;
    NewRunForm* m_form = nullptr;
    QLabel* m_queueSummary = nullptr;
    QLabel* m_nothingWaits = nullptr;
    QScrollArea* m_queueScroll = nullptr;
    QueuePanel* m_queue = nullptr;
    SearchField* m_filter = nullptr;
    HistoryList* m_history = nullptr;
    QLabel* m_historyHint = nullptr;
    QStackedWidget* m_right = nullptr;
    StatePanel* m_empty = nullptr;
    ElidedLabel* m_runName = nullptr;
    ElidedLabel* m_runText = nullptr;
    PushButton* m_goOn = nullptr;
    SegmentedControl* m_axis = nullptr;
    Switch* m_smooth = nullptr;
    Card* m_notice = nullptr;
    StatePanel* m_noticePanel = nullptr;
    RunCharts* m_charts = nullptr;
    QTableView* m_table = nullptr;
    QWidget* m_left = nullptr;
};

} // namespace halftone
