// Makes the parts of the Bits view and gives them their places, roomy or compact.
#include "widgets/pages/bits/bits_page.h"

#include <QComboBox>
#include <QResizeEvent>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "core/cost/all_cost_models.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/budget_slider.h"
#include "widgets/pages/bits/gain_card.h"
#include "widgets/pages/bits/group_card.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/pages/bits/solver_levels.h"
#include "widgets/pages/bits/totals_panel.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kCompactWidth = 1300; // of the page; the window is a rail wider
constexpr int kCompactHeight = 780;
constexpr int kPanel = 304;
constexpr int kCompactPanel = 272;
constexpr int kCards = 216; // height of the lower cards
constexpr int kCompactCards = 184;
constexpr int kBelowTitle = 12;

QLabel* caption(const QString& text) { return makeLabel(text, TextStyle::Small, Role::Ink3); }

QComboBox* makeCombo(const QString& name, const QString& accessibleName)
{
    auto* combo = new QComboBox;
    combo->setObjectName(name);
    combo->setAccessibleName(accessibleName);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

// Gives the panel its size, so that what changes in the panel with every step of the mouse lays out nothing beyond it.
class PanelPlace : public QWidget {
public:
    explicit PanelPlace(QWidget* panel)
        : m_panel(panel)
    {
        panel->setParent(this);
        setMinimumHeight(panel->minimumSizeHint().height());
    }

protected:
    void resizeEvent(QResizeEvent* event) override { m_panel->setFixedSize(event->size()); }

private:
    QWidget* m_panel;
};

} // namespace

BitsPage::BitsPage(Session& session, QWidget* parent)
    : Page(session, parent)
    , m_document(session.bits())
{
    setObjectName(QStringLiteral("bitsPage"));
    m_states = new QStackedLayout(this);
    m_states->setContentsMargins(0, 0, 0, 0);
    auto* view = new QWidget;
    auto* row = new QHBoxLayout(view);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* main = new QVBoxLayout;
    const int page = themeOf(this).space().page;
    main->setContentsMargins(page, 14, page, page);
    main->setSpacing(0);
    m_totals = new TotalsPanel(session);
    row->addLayout(main, 1);
    m_totalsPlace = new PanelPlace(m_totals);
    buildToolbar(*main);
    buildBudget(*main);
    buildNotice(*main);
    buildCards(*main);
    row->addWidget(m_totalsPlace); // last, so that Tab comes to it last
    m_empty = new StatePanel;
    m_empty->showEmpty({.iconName = QStringLiteral("bits"),
        .title = tr("No study is open"),
        .sentence = tr("Here every layer gets its bit width. Open a study, or try the demo."),
        .button = tr("Go to Start")});
    m_states->addWidget(view);
    m_states->addWidget(m_empty);
    connectParts();
    connectBoard();
    setCompact(false);
    showStudy();
}

void BitsPage::buildToolbar(QVBoxLayout& column)
{
    m_toolbar = new QHBoxLayout;
    m_toolbar->setSpacing(8);
    m_metric = makeCombo(QStringLiteral("gainMetric"), tr("Gain metric"));
    m_metric->setToolTip(tr("The metric that says what a group gains by its higher width."));
    m_cost = makeCombo(QStringLiteral("costAxis"), tr("Cost axis"));
    m_cost->setToolTip(tr("What the budget counts."));
    for (const CostModel* model : allCostModels()) {
        const QString name = QString::fromUtf8(model->name().data(), static_cast<qsizetype>(model->name().size()));
        m_cost->addItem(costTitle(name), name);
    }
    m_levels = makeCombo(QStringLiteral("solverLevels"), tr("Widths for the solver"));
    m_levels->setToolTip(tr("The widths that the solver chooses from."));
    m_levels->addItem(tr("4, 2 bit"), levelsData({4, 2}));
    m_levels->addItem(tr("8, 4, 2 bit"), levelsData({8, 4, 2}));
    m_levels->addItem(tr("8, 4 bit"), levelsData({8, 4}));
    m_order = new SegmentedControl({tr("Network"), tr("Gain"), tr("Cost")});
    m_order->setObjectName(QStringLiteral("boardOrder"));
    m_order->setAccessibleName(tr("Order of the chips"));
    m_compareLabel = caption(tr("Compare with"));
    m_compare = makeCombo(QStringLiteral("compareWith"), tr("Compare with"));
    m_toolbar->addWidget(makeLabel(tr("Bits"), TextStyle::Title));
    m_toolbar->addSpacing(16);
    m_toolbar->addWidget(caption(tr("Gain")));
    m_toolbar->addWidget(m_metric);
    m_toolbar->addSpacing(8);
    m_toolbar->addWidget(caption(tr("Cost")));
    m_toolbar->addWidget(m_cost);
    m_toolbar->addSpacing(8);
    m_toolbar->addWidget(m_order);
    m_toolbar->addSpacing(8);
    m_toolbar->addWidget(caption(tr("Choose from")));
    m_toolbar->addWidget(m_levels);
    m_toolbar->addStretch(1);
    column.addLayout(m_toolbar);
    column.addSpacing(kBelowTitle);
}

void BitsPage::buildBudget(QVBoxLayout& column)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    auto* fieldColumn = new QVBoxLayout;
    fieldColumn->setSpacing(4);
    m_budget = new NumberField({.minimum = 0.1, .maximum = 400, .step = 1, .decimals = 1, .unit = QStringLiteral("%"), .fieldWidth = 80});
    m_budget->field()->setObjectName(QStringLiteral("budgetField"));
    m_budget->field()->setAccessibleName(tr("Budget in percent of the cost at the highest width"));
    fieldColumn->addWidget(caption(tr("Budget")));
    fieldColumn->addWidget(m_budget);
    m_slider = new BudgetSlider;
    m_solve = new PushButton(tr("Solve"));
    m_solve->setObjectName(QStringLiteral("solve"));
    m_solve->setToolTip(tr("Chooses the best widths for the budget; pins hold."));
    row->addLayout(fieldColumn);
    row->addSpacing(37);
    row->addWidget(m_slider, 1, Qt::AlignTop);
    row->addSpacing(23);
    row->addWidget(m_solve, 0, Qt::AlignVCenter);
    column.addLayout(row);
    column.addSpacing(kBelowTitle);
}

void BitsPage::buildNotice(QVBoxLayout& column)
{
    m_notice = new QWidget;
    m_notice->setObjectName(QStringLiteral("budgetNotice"));
    auto* row = new QHBoxLayout(m_notice);
    row->setContentsMargins(0, 0, 0, kBelowTitle);
    row->setSpacing(8);
    m_noticeText = makeSentence({}, TextStyle::Small, Role::Fail);
    m_noticeText->setObjectName(QStringLiteral("budgetSentence"));
    m_useSmallest = new PushButton({});
    m_useSmallest->setObjectName(QStringLiteral("useSmallest"));
    m_unpin = new PushButton({});
    m_unpin->setObjectName(QStringLiteral("unpinBlocking"));
    m_unpin->setIconName(QStringLiteral("unpin"));
    row->addWidget(m_noticeText, 1);
    row->addWidget(m_useSmallest);
    row->addWidget(m_unpin);
    m_notice->hide();
    column.addWidget(m_notice);
}

void BitsPage::buildCards(QVBoxLayout& column)
{
    auto* boardCard = new Card;
    boardCard->setFlush(true);
    m_board = new BitBoard(m_document);
    boardCard->body()->addWidget(m_board, 1);
    column.addWidget(boardCard, 1);
    const int gap = themeOf(this).space().gap;
    column.addSpacing(gap);
    m_cards = new QWidget;
    auto* row = new QHBoxLayout(m_cards);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    m_groups = new GroupCard(m_document);
    m_gain = new GainCard(session());
    row->addWidget(m_groups, 46);
    row->addWidget(m_gain, 54);
    // Both keep their share whatever they say.
    for (Card* card : {static_cast<Card*>(m_groups), static_cast<Card*>(m_gain)})
        card->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    column.addWidget(m_cards);
}

void BitsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    setCompact(event->size().width() < kCompactWidth || event->size().height() < kCompactHeight);
}

// At the smallest window the choice of the reference stands in the panel, beside what it changes.
void BitsPage::setCompact(bool compact)
{
    if (m_isCompact == compact) return;
    m_isCompact = compact;
    m_totalsPlace->setFixedWidth(compact ? kCompactPanel : kPanel);
    m_cards->setFixedHeight(compact ? kCompactCards : kCards);
    m_groups->setCompact(compact);
    if (compact) {
        m_toolbar->removeWidget(m_compareLabel);
        m_totals->referenceRow()->insertWidget(1, m_compare);
    } else {
        m_toolbar->addWidget(m_compareLabel);
        m_toolbar->addWidget(m_compare);
    }
    m_compareLabel->setVisible(!compact); // in its place: without one it would be a window for a moment
    m_totals->showTotals(std::nullopt);
}

} // namespace halftone
