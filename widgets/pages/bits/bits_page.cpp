// Puts the Bits view together and keeps its parts in step with the document.
#include "widgets/pages/bits/bits_page.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QResizeEvent>
#include <QSignalBlocker>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "core/cost/all_cost_models.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/budget_slider.h"
#include "widgets/pages/bits/gain_card.h"
#include "widgets/pages/bits/group_card.h"
#include "widgets/pages/bits/move_words.h"
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
constexpr double kPercent = 100;

QLabel* caption(const QString& text) { return makeLabel(text, TextStyle::Small, Role::Ink3); }

QVariant levelsData(const std::vector<int>& levels)
{
    QVariantList list;
    for (const int level : levels) list << level;
    return list;
}

std::vector<int> levelsOf(const QVariant& data)
{
    std::vector<int> levels;
    for (const QVariant& level : data.toList()) levels.push_back(level.toInt());
    return levels;
}

QComboBox* makeCombo(const QString& name, const QString& accessibleName)
{
    auto* combo = new QComboBox;
    combo->setObjectName(name);
    combo->setAccessibleName(accessibleName);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

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
    row->addWidget(m_totals);
    buildToolbar(*main);
    buildBudget(*main);
    buildNotice(*main);
    buildCards(*main);
    m_empty = new StatePanel;
    m_empty->showEmpty({.iconName = QStringLiteral("bits"),
        .title = tr("No study is open"),
        .sentence = tr("Here every layer gets its bit width. Open a study, or try the demo."),
        .button = tr("Go to Start")});
    m_states->addWidget(view);
    m_states->addWidget(m_empty);
    setFocusProxy(m_board);
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

void BitsPage::connectParts()
{
    connect(&m_document, &BitDocument::changed, this, &BitsPage::showChoices);
    connect(&session(), &Session::overviewChanged, this, &BitsPage::showStudy);
    connect(&session(), &Session::closed, this, &BitsPage::showStudy);
    connect(&session(), &Session::layerSelected, this, &BitsPage::takeLayer);
    connect(m_empty, &StatePanel::actionChosen, this, [this] { session().show(View::Start); });
    connect(m_metric, &QComboBox::activated, this, [this] { m_document.setMetric(m_metric->currentData().toString()); });
    connect(m_cost, &QComboBox::activated, this, [this] { m_document.setCost(m_cost->currentData().toString()); });
    connect(m_levels, &QComboBox::activated, this, [this] { m_document.setSolverLevels(levelsOf(m_levels->currentData())); });
    connect(m_compare, &QComboBox::activated, this, [this] { m_totals->setReference(m_compare->currentData().toString()); });
    connect(m_budget, &NumberField::valueChosen, this, [this](double percent) { m_document.setBudget(percent / kPercent); });
    connect(m_slider, &BudgetSlider::moved, this, [this](double fraction) { m_document.setBudget(fraction, true); });
    connect(m_slider, &BudgetSlider::chosen, this, [this](double fraction) { m_document.setBudget(fraction); });
    connect(m_solve, &QPushButton::clicked, this, [this] { m_document.solve(); });
    connect(m_useSmallest, &QPushButton::clicked, this, [this] { m_document.setBudget(m_document.smallestBudget()); });
    connect(m_unpin, &QPushButton::clicked, this, [this] {
        m_document.setPinned({m_blocking}, false);
        m_document.solve();
    });
}

void BitsPage::connectBoard()
{
    connect(m_order, &SegmentedControl::chosen, this, [this](int index) { m_board->setOrder(static_cast<BoardOrder>(index)); });
    connect(m_board, &BitBoard::selectionChanged, this, &BitsPage::showSelection);
    connect(m_board, &BitBoard::moveChanged, this, &BitsPage::showMove);
    connect(m_board, &BitBoard::currentChanged, this, &BitsPage::tellLayer);
    connect(m_board, &BitBoard::activated, this, [this](LayerIndex layer) {
        session().selectLayer(static_cast<int>(layer.value));
        session().show(View::Model);
    });
    connect(m_groups, &GroupCard::layerChosen, this, [this](const QString& layer) {
        const auto found = m_document.study()->table.match(layer.toStdString());
        if (found.ok()) session().selectLayer(static_cast<int>(found->front().value));
        session().show(View::Model);
    });
    // A cell of the matrix selects its layers.
    connect(m_totals, &TotalsPanel::levelsChosen, this, [this](int before, int after) {
        const auto reference = assignmentOf(*m_document.study(), m_totals->reference().toStdString());
        if (!reference.ok()) return;
        std::set<GroupIndex> groups;
        const LayerTable& table = m_document.study()->table;
        for (std::size_t i = 0; i < table.layers.size(); ++i)
            if (reference->layers[i].weight == before && m_document.choices().assignment.layers[i].weight == after)
                groups.insert(table.layers[i].group);
        m_board->setSelection(groups);
    });
}

void BitsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    setCompact(event->size().width() < kCompactWidth || event->size().height() < kCompactHeight);
}

void BitsPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    showChoices();
}

// At the smallest window the choice of the reference stands in the panel, beside what it changes.
void BitsPage::setCompact(bool compact)
{
    if (m_isCompact == compact) return;
    m_isCompact = compact;
    m_totals->setFixedWidth(compact ? kCompactPanel : kPanel);
    m_cards->setFixedHeight(compact ? kCompactCards : kCards);
    m_groups->setCompact(compact);
    m_compareLabel->setVisible(!compact);
    if (compact) {
        m_toolbar->removeWidget(m_compareLabel);
        m_totals->referenceRow()->insertWidget(1, m_compare);
    } else {
        m_toolbar->addWidget(m_compareLabel);
        m_toolbar->addWidget(m_compare);
    }
    m_totals->showTotals(std::nullopt);
}

void BitsPage::showStudy()
{
    const bool any = m_document.study() != nullptr;
    m_states->setCurrentIndex(any ? 0 : 1);
    if (!any) return;
    fillMetrics();
    fillReferences();
    showChoices();
    takeLayer(session().selectedLayer());
}

void BitsPage::fillMetrics()
{
    const QSignalBlocker blocked(m_metric);
    m_metric->clear();
    for (const ScoreRecord& record : m_document.study()->scores) {
        const QString metric = QString::fromStdString(record.report.metric);
        m_metric->addItem(Theme::metricName(metric), metric);
    }
    const bool any = m_metric->count() > 0;
    if (!any) m_metric->addItem(tr("none yet"));
    m_metric->setEnabled(any);
}

void BitsPage::fillReferences()
{
    const QSignalBlocker blocked(m_compare);
    m_compare->clear();
    for (const char* width : {"8", "4", "2"}) m_compare->addItem(referenceTitle(QString::fromUtf8(width)), QString::fromUtf8(width));
    const auto& saved = m_document.study()->assignments;
    if (!saved.empty()) m_compare->insertSeparator(m_compare->count());
    for (const AssignmentRecord& record : saved) m_compare->addItem(QString::fromStdString(record.name), QString::fromStdString(record.name));
    const int found = m_compare->findData(m_totals->reference());
    m_compare->setCurrentIndex(found >= 0 ? found : m_compare->findData(QStringLiteral("4")));
    if (found < 0) m_totals->setReference(QStringLiteral("4"));
}

void BitsPage::showChoices()
{
    if (!m_document.study() || !isVisible()) return;
    const BitChoices& choices = m_document.choices();
    const auto choose = [](QComboBox& combo, const QVariant& choice) {
        const QSignalBlocker blocked(&combo);
        if (const int index = combo.findData(choice); index >= 0) combo.setCurrentIndex(index);
    };
    choose(*m_metric, choices.metric);
    choose(*m_cost, choices.cost);
    choose(*m_levels, levelsData(choices.solverLevels));
    m_budget->setValue(kPercent * choices.budget);
    m_slider->setValue(choices.budget);
    const bool canSolve = !m_document.study()->scores.empty();
    m_solve->setEnabled(canSolve);
    showNotice();
    showMove(); // and the selection
    if (m_document.undoStack().count() > 0) session().noteCommand(m_document.isSolverChoice() ? m_document.selectArguments() : m_document.saveArguments(QStringLiteral("NAME"), false));
}

void BitsPage::showMove()
{
    if (!m_document.study() || !isVisible()) return;
    std::optional<BitChoices> preview;
    if (const auto& move = m_board->movingTo()) preview = m_document.moved(move->groups, move->bits);
    m_totals->showTotals(preview);
    const BitTotals before = m_document.totals();
    m_gain->showCurve(before, preview ? std::optional(m_document.totalsOf(*preview)) : std::nullopt);
    showSlider();
    showSelection();
}

void BitsPage::showSelection()
{
    if (!m_document.study() || !isVisible()) return;
    const auto& move = m_board->movingTo();
    m_groups->showGroups(move ? move->groups : m_board->selection(), move ? std::optional(move->bits) : std::nullopt);
}

void BitsPage::showSlider()
{
    const BitTotals totals = m_document.totals();
    const int highest = *std::ranges::max_element(m_document.choices().solverLevels);
    BudgetSlider::Marks marks;
    marks.lowest = std::floor(totals.freeFraction * 10 + 1e-6) / 10;
    marks.highest = std::max(1.0, std::ceil(totals.lowestFraction * 10 - 1e-6) / 10);
    marks.reachable = m_document.smallestBudget();
    const bool pinned = totals.lowestFraction > totals.freeFraction + 1e-9;
    if (pinned) marks.reachableWords = tr("pins keep it above %1").arg(percentText(marks.reachable));
    else if (marks.reachable > marks.lowest + 1e-3) marks.reachableWords = tr("not scored, it stays above %1").arg(percentText(marks.reachable));
    marks.cost = totals.costFraction;
    marks.costWords = m_board->movingTo() ? tr("cost before the move") : tr("cost %1").arg(percentText(totals.costFraction));
    marks.highestWords = tr("all %1 bit").arg(highest);
    m_slider->setMarks(marks);
}

void BitsPage::showNotice()
{
    const BitTotals totals = m_document.totals();
    const double smallest = m_document.smallestBudget();
    const bool infeasible = !m_document.solverState().ok() && m_document.solverState().error().code == ErrorCode::Infeasible;
    setRefused(*m_budget->field(), infeasible);
    m_notice->setVisible(infeasible);
    if (!infeasible) return;
    // The pin whose release lowers the cost most.
    m_blocking = {};
    double most = 0;
    for (const auto& [group, bits] : m_document.choices().pins) {
        BitChoices without = m_document.choices();
        without.pins.erase(group);
        const double freed = totals.lowestFraction - m_document.totalsOf(without).lowestFraction;
        if (freed <= most) continue;
        most = freed;
        m_blocking = group;
    }
    QString sentence = tr("The smallest reachable budget is %1.").arg(percentText(smallest));
    if (m_blocking.valid()) {
        const QString name = QString::fromStdString(m_document.study()->table.group(m_blocking).name);
        sentence = tr("The smallest reachable budget is %1, with %2 pinned at %3 bit.")
                       .arg(percentText(smallest), codeSpan(name)).arg(m_document.choices().pins.at(m_blocking));
        m_unpin->setText(tr("Unpin %1").arg(name));
    }
    m_noticeText->setText(sentence);
    m_useSmallest->setText(tr("Use %1").arg(percentText(smallest)));
    m_unpin->setVisible(m_blocking.valid());
}

void BitsPage::takeLayer(int layer)
{
    if (!m_document.study() || layer < 0 || layer >= static_cast<int>(m_document.study()->table.layers.size())) return;
    const GroupIndex group = m_document.study()->table.layers[static_cast<std::size_t>(layer)].group;
    if (group == m_board->current()) return;
    m_board->setCurrent(group);
    m_board->setSelection({group});
}

void BitsPage::tellLayer()
{
    const GroupIndex group = m_board->current();
    if (!group.valid()) return;
    const auto& layers = m_document.study()->table.group(group).layers;
    const bool known = std::ranges::any_of(layers, [&](LayerIndex layer) { return layer.value == session().selectedLayer(); });
    if (!known) session().selectLayer(static_cast<int>(layers.front().value));
}

} // namespace halftone
