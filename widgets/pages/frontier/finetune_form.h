// The few choices of a fine-tune, with its time, unfolded where it is asked for.
#pragma once

#include <cstdint>

#include <QString>
#include <QStringList>
#include <QWidget>

#include "core/studies/frontier_points.h"

class QLabel;

namespace halftone {

class NumberField;
class PushButton;
class Session;
class Switch;
class EstimateCaption;

class FinetuneForm : public QWidget {
    Q_OBJECT
public:
    explicit FinetuneForm(Session& session, QWidget* parent = nullptr);

    // `effort`: of the points that it is to be compared with; a base network of it is offered as the start.
    void setTarget(const QString& assignment, const TrainingEffort& effort, std::int64_t baseEpochs, std::uint64_t nextSeed);
    // Of the command, with "STUDY" for the study.
    QStringList arguments() const;
    // Asks for the time of what is chosen. `stored`: the assignment's name is known to the study.
    void askTime(bool stored);

signals:
    void startRequested();
    void cancelled();

private:
    Session& m_session;
    EstimateCaption* m_estimate = nullptr;
    NumberField* m_epochs = nullptr;
    NumberField* m_seed = nullptr;
    Switch* m_fromBase = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_caption = nullptr;
    PushButton* m_start = nullptr;
    QString m_assignment;
    std::int64_t m_baseEpochs = 0; // 0: the comparison did not start from a base network
    bool m_stored = false;
};

} // namespace halftone
