// Asks how long a command will take before it is started, and puts the answer into a caption.
#pragma once

#include <QTimer>
#include <QWidget>

#include "widgets/session/time_estimates.h"

namespace halftone {

class EstimateCaption : public QObject {
    Q_OBJECT
public:
    EstimateCaption(Session& session, QWidget* parent); // where nobody looks the engine is not troubled

    // The job's own arguments ("finetune", "STUDY", ...). Asked a moment later, so that typing asks once. Empty arguments take the
    // caption away.
    void ask(const QStringList& arguments);

signals:
    void told(const QString& caption); // timeCaption(), or nothing

private:
    void tell();
    bool isLookedAt() const;

    TimeEstimates m_times;
    QTimer m_delay;
    QStringList m_arguments;
    QString m_told;
};

} // namespace halftone
