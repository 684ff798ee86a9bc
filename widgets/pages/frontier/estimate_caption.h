// Asks how long a command will take before it is started, and puts the answer into a caption.
#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

namespace halftone {

class Session;

class EstimateCaption : public QObject {
    Q_OBJECT
public:
    explicit EstimateCaption(Session& session, QObject* parent);

    // The job's own arguments ("finetune", "STUDY", ...). Asked a moment later, so that typing asks once; an older question's
    // answer is dropped. Empty arguments take the caption away.
    void ask(const QStringList& arguments);

signals:
    void told(const QString& caption); // "about 18 min", "already there, no time"

private:
    void send();

    Session& m_session;
    QTimer m_delay;
    QStringList m_arguments;
    int m_question = 0;
};

} // namespace halftone
