// What a comparison of methods is to hold, with its time, unfolded above the chart.
#pragma once

#include <vector>

#include "core/studies/frontier_points.h"
#include "widgets/controls/card.h"

class QCheckBox;
class QLabel;
class QLineEdit;

namespace halftone {

class NumberField;
class PushButton;
class Session;
class EstimateCaption;

class AddPointsForm : public Card {
    Q_OBJECT
public:
    explicit AddPointsForm(Session& session, QWidget* parent = nullptr);

    // Begins with what the study already compares: those points are there and cost no time.
    void startFrom(const StudyPoints& points);
    // Of the command, with "STUDY"; empty when something typed cannot be read.
    QStringList arguments() const;

signals:
    void startRequested(const QStringList& arguments);
    void cancelled();

private:
    QWidget* buildMethods();
    QWidget* buildNumbers();
    void update();
    std::vector<double> budgets() const; // fractions, empty when one cannot be read

    EstimateCaption* m_estimate = nullptr;
    std::vector<QCheckBox*> m_methods;
    QLineEdit* m_budgets = nullptr;
    NumberField* m_seeds = nullptr;
    NumberField* m_epochs = nullptr;
    QLabel* m_refusal = nullptr;
    QLabel* m_caption = nullptr;
    PushButton* m_start = nullptr;
};

// The comparison that a new study begins with, as the command line does by itself.
QStringList defaultComparison();

} // namespace halftone
