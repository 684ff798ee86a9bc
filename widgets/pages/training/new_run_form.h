// The form that unfolds under "New run": what to train and how, with the time it would take.
#pragma once

#include <QWidget>

#include "core/studies/study_overview.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace halftone {

class NumberField;
class PushButton;
class Session;
class TimeEstimates;

class NewRunForm : public QWidget {
    Q_OBJECT
public:
    NewRunForm(Session& session, TimeEstimates& estimates, QWidget* parent = nullptr);

    // The assignments that can be chosen; what was chosen stays.
    void setStudy(const StudyOverview* study);
    void setAssignment(const QString& name);
    void setLearningRate(double rate); // 0: the recipe's own
    // Of the command line, with "STUDY" for the study; empty while something in the form is refused.
    QStringList arguments() const;
    QString title() const; // of the job: "Fine-tune eagl75"
    void focusFirst();

signals:
    void startRequested();
    void cancelled();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    QWidget* addField(const QString& label, QWidget* field, const QString& tip, int row, int column, int span = 1);
    void changed();
    void showEstimate();
    double learningRate() const; // 0: the recipe's own; below 0: refused
    QString chosenAssignment() const;

    Session& m_session;
    TimeEstimates& m_estimates;
    QComboBox* m_assignment = nullptr;
    NumberField* m_epochs = nullptr;
    NumberField* m_seed = nullptr;
    QComboBox* m_recipe = nullptr;
    QLineEdit* m_rate = nullptr;
    QLabel* m_time = nullptr;
    PushButton* m_start = nullptr;
};

} // namespace halftone
