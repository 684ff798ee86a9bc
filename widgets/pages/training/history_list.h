// The list of runs: a tick draws a run, a click chooses it.
#pragma once

#include <QListView>
#include <QSortFilterProxyModel>

#include "widgets/pages/training/history_model.h"

namespace halftone {

class HistoryList : public QListView {
    Q_OBJECT
public:
    explicit HistoryList(HistoryModel& model, QWidget* parent = nullptr);

    void setFilter(const QString& words); // all of them in the title, the kind or the state
    void choose(const QString& key); // gives no signal
    QRect boxRect(const QString& key) const; // in the viewport; where a tick is set
    int shownRuns() const { return m_filtered->rowCount(); }
    int contentHeight() const;

signals:
    void chosen(const QString& key);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    HistoryModel& m_model;
    QSortFilterProxyModel* m_filtered = nullptr;
    bool m_isQuiet = false;
};

} // namespace halftone
