// BitDocument: the assignment that a person is editing, with pins, budget, metric and cost axis; solved anew as it changes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <QObject>
#include <QString>
#include <QUndoStack>

#include "core/cost/cost_model.h"
#include "core/selection/bit_selection.h"
#include "core/studies/study_overview.h"

namespace halftone {

// All that can be edited and undone; a value.
struct BitChoices {
    BitAssignment assignment;
    std::map<GroupIndex, int> pins; // groups held at a width
    QString metric; // gains by it; empty: none scored yet
    QString cost = QStringLiteral("linear"); // of allCostModels()
    double budget = 0.75; // fraction of the inner layers' cost at the highest level
    std::vector<int> levels{8, 4, 2}; // rows of the board; the solver chooses from the ones below
    std::vector<int> solverLevels{4, 2};
    bool operator==(const BitChoices&) const = default;
};

// What the choices come to. Costs are of the inner layers on the chosen axis; every figure here is an estimate by its model.
struct BitTotals {
    double cost = 0, highestCost = 0, costFraction = 0;
    double lowestFraction = 0; // what no budget can go below: pins and groups that could not be scored are held
    double freeFraction = 0; // the same without pins
    bool withinBudget = false;
    std::optional<double> gain; // summed gain kept, in the metric's unit; none without scores
    double sizeBytes = 0; // all layers' weights
    double bitOperations = 0; // all layers, one sample
    int layersAt(int bits) const;
    std::map<int, int> layers; // by weight bits
    std::map<int, double> macs; // by weight bits
};

class BitDocument : public QObject {
    Q_OBJECT
public:
    explicit BitDocument(QObject* parent = nullptr);

    // Begins anew with a study (null: none); choices and undo are kept when it is the same network.
    void setStudy(std::shared_ptr<const StudyOverview> study);
    const StudyOverview* study() const { return m_study.get(); }
    bool isEmpty() const { return !m_study; }

    const BitChoices& choices() const { return m_choices; }
    int bitsOf(LayerIndex layer) const; // weight bits
    bool isPinned(GroupIndex group) const { return m_choices.pins.contains(group); }
    const BitTotals& totals() const; // kept until something changes
    BitTotals totalsOf(const BitChoices& choices) const;
    // The choices as they would be after a move; groups that are edges stay. For showing totals while dragging.
    BitChoices moved(const std::set<GroupIndex>& groups, int bits) const;
    // Gain of a group by the chosen metric; none when it was not scored.
    std::optional<double> gain(GroupIndex group) const;
    double costShare(LayerIndex layer) const; // of all layers' cost at equal bits, 0..1; kept until the axis changes
    // The smallest budget that can be met, rounded up to a thousandth.
    double smallestBudget() const;
    // Best reachable gain by cost fraction, the pins respected; empty without scores. Kept until something it depends on changes.
    const std::vector<Selection>& frontier() const;
    const Status& solverState() const { return m_solverState; } // the sentence when the last solve found nothing

    // Every edit is one step to undo. Moving or solving answers whether anything changed.
    bool move(const std::set<GroupIndex>& groups, int bits);
    void setPinned(const std::set<GroupIndex>& groups, bool pinned);
    // What the solver chose is chosen anew for another metric, axis or set of widths; what was moved by hand stays.
    void setMetric(const QString& metric);
    void setCost(const QString& cost);
    void setSolverLevels(const std::vector<int>& levels);
    // Sets the budget and solves for it; edits while a slider is held (`live`) join into one step, which the next edit that is
    // not live ends.
    bool setBudget(double fraction, bool live = false);
    bool solve();
    void load(const BitAssignment& assignment, const QString& name); // a saved assignment or a frontier point
    QUndoStack& undoStack() { return m_undo; }

    // Saves this assignment with every layer's width: {"assign","STUDY",NAME,"--bits",...}.
    QStringList saveArguments(const QString& name, bool replace) const;
    // Solves again what the solver chose: {"select","STUDY","--metric",...}.
    QStringList selectArguments() const;
    bool isSolverChoice() const { return m_isSolved; } // untouched by hand since the last solve

signals:
    void changed();

private:
    friend class ChangeBits;
    void apply(const BitChoices& choices, bool solved);
    void push(const QString& what, BitChoices next, bool solved, bool joins = false);
    void chooseAnew(const QString& what, BitChoices next);
    void noteSolver(const Status& state);
    double lowestCost(const BitChoices& choices, bool pinned) const;
    Result<Selection> solved(const BitChoices& choices) const;
    SelectionOptions selectionOptions(const BitChoices& choices) const;

    std::shared_ptr<const StudyOverview> m_study;
    BitChoices m_choices;
    bool m_isSolved = false;
    int m_gesture = 0; // live edits of one gesture join into one step
    Status m_solverState;
    QUndoStack m_undo;
    mutable std::optional<std::vector<Selection>> m_frontier;
    mutable std::optional<BitTotals> m_totals;
    mutable std::vector<double> m_shares; // of the cost, by layer; empty: not made yet
};

} // namespace halftone
