// The panel at the right of the Bits view: what the assignment comes to, estimated and measured apart, and beside another one.
#pragma once

#include <optional>

#include <QWidget>

#include "widgets/controls/fact_list.h"
#include "widgets/pages/bits/name_form.h"
#include "widgets/session/session.h"

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace halftone {

class IconMark;
class PushButton;
class TransitionMatrix;

class TotalsPanel : public QWidget {
    Q_OBJECT

public:
    explicit TotalsPanel(Session& session, QWidget* parent = nullptr);

    // `preview`: the choices as they would be after the move that the mouse holds.
    void showTotals(const std::optional<BitChoices>& preview);
    // What it is compared with: "4" or a saved name, see assignmentOf().
    void setReference(const QString& name);
    const QString& reference() const { return m_reference; }
    // Where the compact form keeps the choice of the reference.
    QHBoxLayout* referenceRow() const { return m_referenceRow; }
    void askFineTune();
    void askSave();

signals:
    void levelsChosen(int before, int after); // a cell of the matrix

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void buildTotals(QVBoxLayout& column);
    void buildAgainst(QVBoxLayout& column);
    void buildFoot(QVBoxLayout& column);
    void showBudget(const BitTotals& totals);
    void showEstimates(const BitTotals& now, const std::optional<BitTotals>& before);
    void showMeasured(const BitAssignment& assignment, bool moving);
    void showAgainst(const BitAssignment& assignment);
    void ask(NameForm::Purpose purpose);
    void accept(const QString& name, bool replace, bool alreadySaved);
    void startFineTuning(const QString& name);
    void estimateDuration();
    void closeForm();
    QString proposedName(const std::set<QString>& taken) const;

    Session& m_session;
    QString m_reference = QStringLiteral("4");
    QLabel* m_caption = nullptr;
    QLabel* m_cost = nullptr;
    QLabel* m_costOf = nullptr;
    QLabel* m_costChange = nullptr;
    QLabel* m_within = nullptr;
    IconMark* m_withinTick = nullptr;
    IconMark* m_overWarning = nullptr;
    FactList* m_estimated = nullptr;
    FactList* m_measured = nullptr;
    QLabel* m_against = nullptr;
    QHBoxLayout* m_referenceRow = nullptr;
    TransitionMatrix* m_matrix = nullptr;
    QLabel* m_differ = nullptr;
    QWidget* m_buttons = nullptr;
    PushButton* m_fineTune = nullptr;
    PushButton* m_save = nullptr;
    NameForm* m_form = nullptr;
    QString m_tuneAfterSaving; // the name that is being saved to be fine-tuned
    QString m_saving;
};

// "all 4 bit" for "4"; saved names as they are.
QString referenceTitle(const QString& name);
// The newest finished run of exactly this assignment; null: none.
const RunRecord* measuredRun(const StudyOverview& study, const BitAssignment& assignment);

} // namespace halftone
