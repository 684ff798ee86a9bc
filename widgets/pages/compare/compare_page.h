// Compare: two assignments or runs side by side.
#pragma once

#include <optional>

#include "widgets/pages/compare/compared.h"
#include "widgets/shell/page.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QTableView;

namespace halftone {

class BitLegend;
class Card;
class CurveChart;
class DifferingLayersModel;
class PushButton;
class StatePanel;
class StripPairChart;
class TotalsModel;
class TransitionMatrix;

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
    QWidget* buildStrips();
    QWidget* buildTotals();
    QWidget* buildLayers();
    QWidget* buildCurves();

    void changed();
    void update();
    void fillPicker(QComboBox& picker, const QString& key);
    const Compared* chosen(const QComboBox& picker) const;
    void choose(QComboBox& picker, const QString& nameOrKey);
    void swap();
    void showPair();
    void showTables();
    void readCurves();
    void showCurves(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second);
    void load(const Compared& compared);

    std::vector<Compared> m_all;
    std::optional<ComparedPair> m_pair;
    bool m_stale = true;
    int m_question = 0; // of the curves that were read last

    QStackedWidget* m_stack = nullptr;
    StatePanel* m_empty = nullptr;
    QComboBox* m_first = nullptr;
    QComboBox* m_second = nullptr;
    Card* m_stripsCard = nullptr;
    BitLegend* m_legend = nullptr;
    StripPairChart* m_strips = nullptr;
    TotalsModel* m_totals = nullptr;
    QTableView* m_totalsView = nullptr;
    DifferingLayersModel* m_layers = nullptr;
    QTableView* m_layersView = nullptr;
    QLabel* m_alike = nullptr;
    TransitionMatrix* m_transitions = nullptr;
    QLabel* m_transitionWords = nullptr;
    Card* m_curvesCard = nullptr;
    CurveChart* m_curves = nullptr;
    QLabel* m_noCurves = nullptr;
    QStackedWidget* m_curvesStack = nullptr;
    QLabel* m_sentence = nullptr;
    PushButton* m_loadFirst = nullptr;
    PushButton* m_loadSecond = nullptr;
};

} // namespace halftone
