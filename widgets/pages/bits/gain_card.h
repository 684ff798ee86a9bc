// The card of the best reachable gain at every cost, with the budget and the assignment's place before and now.
#pragma once

#include <optional>

#include "widgets/controls/card.h"
#include "widgets/session/session.h"

namespace halftone {

class ChartSaveButton;
class StatePanel;
class StepCurveChart;

class GainCard : public Card {
    Q_OBJECT

public:
    explicit GainCard(Session& session, QWidget* parent = nullptr);

    // The chart of the document's choices. `before`, `now`: the assignment where it stands and, while it is dragged, where it
    // would be.
    void showCurve(const BitTotals& before, const std::optional<BitTotals>& now);
    StepCurveChart* chart() const { return m_chart; }

private:
    void showUnscored();
    void setShown(bool chart);

    Session& m_session;
    StepCurveChart* m_chart = nullptr;
    StatePanel* m_state = nullptr;
    ChartSaveButton* m_save = nullptr;
    std::int64_t m_job = 0; // the scoring that was asked for here
};

} // namespace halftone
