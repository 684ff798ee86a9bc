// The curves of two compared runs over each other, and whether they may be compared.
#pragma once

#include "widgets/controls/card.h"
#include "widgets/pages/compare/compared.h"
#include "widgets/pages/compare/mean_curve.h"

class QLabel;
class QStackedWidget;

namespace halftone {

class PushButton;
class Session;

class PairCurvesCard : public Card {
    Q_OBJECT
public:
    explicit PairCurvesCard(Session& session, QWidget* parent = nullptr);

    void setPair(const ComparedPair& pair); // of the session's study
    CurveChart& chart() { return *m_chart; }

signals:
    void loadRequested(bool second);

private:
    void readCurves();
    void showCurves(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second);

    Session& m_session;
    ComparedPair m_pair;
    int m_question = 0; // of the curves that were read last
    CurveChart* m_chart;
    QLabel* m_none;
    QStackedWidget* m_stack;
    QLabel* m_sentence;
    PushButton* m_loadFirst;
    PushButton* m_loadSecond;
};

} // namespace halftone
