// One metric of the list: what it measures, whether it has run, and the button that its state allows.
#pragma once

#include <QWidget>
#include <optional>

#include "core/store/study_records.h"

class QLabel;

namespace halftone {

class ProgressLine;
class PushButton;

struct MetricState {
    QString metric; // "eagl"
    QString title; // "EAGL"
    QString description;
    QString detail; // "19 of 20 groups, 1 not scored"
    QString time; // "done in 0.2 s", "≈ 18 min", "3 min left"
    bool isScored = false;
    std::int64_t job = 0; // that scores it now or waits to; 0: none
    JobState jobState = JobState::Done;
    bool hasBegun = false;
    std::optional<double> fraction;
    QString message; // why it failed
    bool operator==(const MetricState&) const = default;
};

class MetricRow : public QWidget {
    Q_OBJECT
public:
    explicit MetricRow(const MetricState& state, QWidget* parent = nullptr);

    void setState(const MetricState& state);
    const MetricState& state() const { return m_state; }

signals:
    void scoreRequested(const QString& metric);
    void pauseRequested(qint64 job);
    void resumeRequested(qint64 job);
    void stopRequested(qint64 job);
    void retryRequested(qint64 job);
    void removeRequested(qint64 job);

private:
    void build();
    void show();

    MetricState m_state;
    QLabel* m_title = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_detail = nullptr;
    QLabel* m_failure = nullptr;
    ProgressLine* m_progress = nullptr;
    PushButton* m_score = nullptr;
    PushButton* m_pause = nullptr;
    PushButton* m_stop = nullptr;
};

} // namespace halftone
