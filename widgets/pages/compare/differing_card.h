// The layers that differ between two assignments, and how many go from each width to each other one.
#pragma once

#include "core/studies/study_overview.h"
#include "widgets/controls/card.h"

class QLabel;
class QTableView;

namespace halftone {

class DifferingLayersModel;
class ElidedLabel;
class TransitionMatrix;
struct ComparedPair;

class DifferingCard : public Card {
    Q_OBJECT
public:
    explicit DifferingCard(QWidget* parent = nullptr);

    void setPair(const StudyOverview& study, const ComparedPair& pair, const QString& metric);
    void select(int layer); // a layer that does not differ has no row: nothing is selected
    void showTransitions(bool shown);

signals:
    void layerChosen(int layer);

private:
    QWidget* buildTransitions();

    DifferingLayersModel* m_layers;
    QTableView* m_view;
    QLabel* m_alike;
    QWidget* m_below = nullptr; // the transitions with their heading
    TransitionMatrix* m_transitions = nullptr;
    ElidedLabel* m_words = nullptr;
    int m_selected = -1;
    bool m_isSelecting = false; // a selection from elsewhere, not by the person
};

} // namespace halftone
