// The Bits view: choosing every layer's width by hand and by the solver, with all it comes to beside it.
#pragma once

#include "widgets/shell/page.h"

class QComboBox;
class QHBoxLayout;
class QLabel;
class QStackedLayout;
class QVBoxLayout;

namespace halftone {

class BitBoard;
class BudgetSlider;
class GainCard;
class GroupCard;
class NumberField;
class PushButton;
class SegmentedControl;
class StatePanel;
class TotalsPanel;

class BitsPage : public Page {
    Q_OBJECT

public:
    explicit BitsPage(Session& session, QWidget* parent = nullptr);

    std::vector<PaletteAction> actions(const QString& typed) override;
    BitBoard& board() { return *m_board; }
    BudgetSlider& slider() { return *m_slider; }
    TotalsPanel& totals() { return *m_totals; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    // bits_page_parts.cpp
    void buildToolbar(QVBoxLayout& column);
    void buildBudget(QVBoxLayout& column);
    void buildNotice(QVBoxLayout& column);
    void buildCards(QVBoxLayout& column);
    void setCompact(bool compact);

    void connectParts();
    void connectBoard();
    void showStudy(); // another study, or the same read anew
    void showChoices(); // the document changed
    void showMove(); // the board's move began, went on or ended
    void showSelection();
    void showSlider();
    void showNotice();
    void fillMetrics();
    void fillReferences();
    void takeLayer(int layer); // chosen in another view
    void tellLayer();

    // bits_actions.cpp
    void addPatternActions(std::vector<PaletteAction>& found, const QString& pattern, std::optional<int> bits);
    void addPlainActions(std::vector<PaletteAction>& found, const QString& typed);
    void addComparisons(std::vector<PaletteAction>& found, const QString& typed);
    std::set<GroupIndex> groupsLike(const QString& pattern, QString& matched) const;

    BitDocument& m_document;
    QStackedLayout* m_states = nullptr;
    StatePanel* m_empty = nullptr;
    QHBoxLayout* m_toolbar = nullptr;
    QComboBox* m_metric = nullptr;
    QComboBox* m_cost = nullptr;
    QComboBox* m_levels = nullptr;
    SegmentedControl* m_order = nullptr;
    QLabel* m_compareLabel = nullptr;
    QComboBox* m_compare = nullptr;
    NumberField* m_budget = nullptr;
    BudgetSlider* m_slider = nullptr;
    PushButton* m_solve = nullptr;
    QWidget* m_notice = nullptr;
    QLabel* m_noticeText = nullptr;
    PushButton* m_useSmallest = nullptr;
    PushButton* m_unpin = nullptr;
    GroupIndex m_blocking; // the pin that holds the cost up most
    BitBoard* m_board = nullptr;
    GroupCard* m_groups = nullptr;
    GainCard* m_gain = nullptr;
    QWidget* m_cards = nullptr;
    TotalsPanel* m_totals = nullptr;
    QWidget* m_totalsPlace = nullptr;
    std::optional<bool> m_isCompact;
};

} // namespace halftone
