// Compare: two assignments or runs side by side.
#pragma once

#include <optional>

#include "widgets/pages/compare/compared.h"
#include "widgets/shell/page.h"

class QStackedWidget;
class QVBoxLayout;

namespace halftone {

class ComparedPicker;
class DifferingCard;
class PairBitsCard;
class PairCurvesCard;
class SegmentedControl;
class StatePanel;
class TotalsModel;

class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(Session& session, QWidget* parent = nullptr);

    std::vector<PaletteAction> actions(const QString& typed) override;
    // By name or key; what is not there is left as it is.
    void compare(const QString& first, const QString& second);
    const std::optional<ComparedPair>& pair() const { return m_pair; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildToolbar();
    QWidget* buildCards();
    QWidget* buildTotals();

    void changed();
    void update();
    const Compared* chosen(const ComparedPicker& picker) const;
    void choose(ComparedPicker& picker, const QString& nameOrKey);
    void swap();
    void showPair();
    void showGraph(bool shown);
    void load(const Compared& compared);

    std::vector<Compared> m_all;
    std::optional<ComparedPair> m_pair;
    bool m_stale = true;

    QStackedWidget* m_stack = nullptr;
    StatePanel* m_empty = nullptr;
    ComparedPicker* m_first = nullptr;
    ComparedPicker* m_second = nullptr;
    SegmentedControl* m_form = nullptr; // strips or graph
    QVBoxLayout* m_rows = nullptr;
    PairBitsCard* m_bits = nullptr;
    TotalsModel* m_totals = nullptr;
    DifferingCard* m_differing = nullptr;
    PairCurvesCard* m_curves = nullptr;
};

} // namespace halftone
