// StatusBar: the command line that equals the last action, and the running job with its progress, pause and stop.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace halftone {

class ElidedLabel;
class ProgressLine;
class Session;

class StatusBar : public QWidget {
    Q_OBJECT
public:
    explicit StatusBar(Session& session, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeJobPart();
    void showCommand();
    void showJob();
    void copyCommand();

    Session& m_session;
    ElidedLabel* m_command = nullptr;
    QPushButton* m_copy = nullptr;
    QWidget* m_job = nullptr;
    ElidedLabel* m_title = nullptr;
    ProgressLine* m_line = nullptr;
    QLabel* m_detail = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_stop = nullptr;
};

} // namespace halftone
