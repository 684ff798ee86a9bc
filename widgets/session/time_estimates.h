// TimeEstimates: how long commands would take, asked of the engine once each and kept until a job has ended.
#pragma once

#include <QHash>
#include <QObject>
#include <QStringList>
#include <deque>
#include <optional>

#include "core/base/result.h"

namespace halftone {

class Session;

struct EstimatedTime {
    double seconds = 0;
    QString origin; // "measured on this study's runs", "already stored"
    QString problem; // the sentence when it cannot be told; `seconds` is then of no use
};
// Of the document that `halftone estimate` answers.
EstimatedTime readEstimate(const Result<std::string>& answer);
// The one way to say it beside a button: "about 18 min", "already there, no time", "working out the time …", "time not known".
QString timeCaption(const std::optional<EstimatedTime>& estimate);

class TimeEstimates : public QObject {
    Q_OBJECT
public:
    explicit TimeEstimates(Session& session, QObject* parent = nullptr);

    // Of a job's own arguments ({"finetune", "STUDY", ...}). None yet: it is asked for, and arrived() follows.
    std::optional<EstimatedTime> of(const QStringList& arguments);

signals:
    void arrived();

private:
    void askNext();

    Session& m_session;
    QHash<QStringList, EstimatedTime> m_known;
    std::deque<QStringList> m_wanted; // the newest is asked first: it is what the person looks at
    QStringList m_asked; // the one that runs
    int m_age = 0; // answers to questions from before the last job's end are asked again
};

} // namespace halftone
