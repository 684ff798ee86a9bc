// Keeps the parts of the Bits view in step with the document and with each other.
#include "widgets/pages/bits/bits_page.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QFocusEvent>
#include <QSignalBlocker>
#include <QStackedLayout>

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
#include "widgets/pages/bits/solver_levels.h"
#include "widgets/pages/bits/totals_panel.h"

namespace halftone {

namespace {

constexpr double kPercent = 100;

} // namespace

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

// Not by a proxy: Tab would come from the last control back to the board and never leave the page.
void BitsPage::focusInEvent(QFocusEvent* event) { m_board->setFocus(event->reason()); }

void BitsPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    showChoices();
}

void BitsPage::showStudy()
{
    const bool any = m_document.study() != nullptr;
    m_states->setCurrentIndex(any ? 0 : 1);
    if (!any) return;
    m_groups->forget();
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
    const BitTotals& before = m_document.totals();
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
    const BitTotals& totals = m_document.totals();
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
    const BitTotals& totals = m_document.totals();
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
