// The edits of a BitDocument, each one step to undo, and its solver.
#include "widgets/session/bit_document.h"

#include <algorithm>
#include <cmath>

#include <QUndoCommand>

#include "core/cost/all_cost_models.h"

namespace halftone {

// One edit. Live edits of one gesture carry the same id and join.
class ChangeBits : public QUndoCommand {
public:
    ChangeBits(BitDocument& document, const QString& what, BitChoices after, bool solved, int mergeId)
        : QUndoCommand(what)
        , m_document(document)
        , m_before(document.m_choices)
        , m_after(std::move(after))
        , m_solvedBefore(document.m_isSolved)
        , m_solvedAfter(solved)
        , m_mergeId(mergeId)
    {
    }
    void undo() override { m_document.apply(m_before, m_solvedBefore); }
    void redo() override { m_document.apply(m_after, m_solvedAfter); }
    int id() const override { return m_mergeId; }
    bool mergeWith(const QUndoCommand* later) override
    {
        const auto* next = static_cast<const ChangeBits*>(later);
        m_after = next->m_after;
        m_solvedAfter = next->m_solvedAfter;
        return true;
    }

private:
    BitDocument& m_document;
    BitChoices m_before, m_after;
    bool m_solvedBefore, m_solvedAfter;
    int m_mergeId; // -1: never joined
};

namespace {

constexpr double kBudgetTolerance = 1e-9; // a choice that meets its budget exactly is within it
constexpr double kBitsPerByte = 8;

const CostModel& costModel(const QString& name)
{
    const auto found = findCostModel(name.toStdString());
    return found.ok() ? **found : linearCost();
}

std::vector<int> solverLevels(const BitChoices& choices) { return choices.solverLevels; }

} // namespace

int BitTotals::layersAt(int bits) const
{
    const auto found = layers.find(bits);
    return found == layers.end() ? 0 : found->second;
}

BitDocument::BitDocument(QObject* parent)
    : QObject(parent)
{
}

void BitDocument::setStudy(std::shared_ptr<const StudyOverview> study)
{
    const bool sameNetwork = study && m_study && study->modelHash == m_study->modelHash && study->path == m_study->path;
    m_study = std::move(study);
    m_frontier.reset();
    m_totals.reset();
    m_shares.clear();
    if (!m_study) {
        m_choices = {};
        m_isSolved = false;
        m_undo.clear();
    } else if (!sameNetwork) {
        m_choices = {};
        m_choices.assignment = uniformAssignment(m_study->table, 4);
        m_choices.budget = 1;
        m_isSolved = false;
        m_undo.clear();
    }
    if (m_study && m_choices.metric.isEmpty() && !m_study->scores.empty()) {
        const char* first = m_study->scoresOf("eagl") ? "eagl" : m_study->scores.front().report.metric.c_str();
        m_choices.metric = QString::fromUtf8(first);
    }
    emit changed();
}

int BitDocument::bitsOf(LayerIndex layer) const { return m_choices.assignment[layer].weight; }

std::optional<double> BitDocument::gain(GroupIndex group) const
{
    const SensitivityReport* scores = m_study ? m_study->scoresOf(m_choices.metric.toStdString()) : nullptr;
    if (!scores) return std::nullopt;
    const auto found = std::ranges::find(scores->groups, group, &GroupScore::group);
    if (found == scores->groups.end() || !found->scored) return std::nullopt;
    return found->gain;
}

double BitDocument::costShare(LayerIndex layer) const
{
    if (m_shares.empty()) {
        const CostModel& model = costModel(m_choices.cost);
        const double total = totalCost(model, m_study->table, uniformAssignment(m_study->table, kEdgeBits));
        for (const Layer& each : m_study->table.layers) {
            const double own = model.layerCost(each, {.weight = kEdgeBits, .activation = kEdgeBits});
            m_shares.push_back(total > 0 ? own / total : 0);
        }
    }
    return m_shares[static_cast<std::size_t>(layer.value)];
}

// As the solver counts: every group at the lowest level but those that a pin or the want of a score holds.
double BitDocument::lowestCost(const BitChoices& choices, bool pinned) const
{
    const LayerTable& table = m_study->table;
    const std::vector<int> levels = solverLevels(choices);
    BitAssignment lowest = uniformAssignment(table, *std::ranges::min_element(levels));
    const auto hold = [&](GroupIndex group, int bits) {
        for (const LayerIndex layer : table.group(group).layers) lowest[layer] = {bits, bits};
    };
    if (const SensitivityReport* scores = m_study->scoresOf(choices.metric.toStdString()))
        for (const GroupScore& score : scores->groups)
            if (!score.scored) hold(score.group, *std::ranges::max_element(levels));
    if (pinned)
        for (const auto& [group, bits] : choices.pins) hold(group, bits);
    return innerCost(costModel(choices.cost), table, lowest);
}

double BitDocument::smallestBudget() const
{
    if (!m_study) return 0;
    constexpr double kSteps = 1000;
    return std::ceil(totals().lowestFraction * kSteps - 1e-6) / kSteps;
}

const BitTotals& BitDocument::totals() const
{
    if (!m_totals) m_totals = totalsOf(m_choices);
    return *m_totals;
}

BitTotals BitDocument::totalsOf(const BitChoices& choices) const
{
    BitTotals totals;
    if (!m_study) return totals;
    const LayerTable& table = m_study->table;
    const CostModel& model = costModel(choices.cost);
    const std::vector<int> levels = solverLevels(choices);
    totals.highestCost = innerCost(model, table, uniformAssignment(table, *std::ranges::max_element(levels)));
    totals.cost = innerCost(model, table, choices.assignment);
    if (totals.highestCost > 0) {
        totals.costFraction = totals.cost / totals.highestCost;
        totals.lowestFraction = lowestCost(choices, true) / totals.highestCost;
        totals.freeFraction = lowestCost(choices, false) / totals.highestCost;
    }
    totals.withinBudget = totals.costFraction <= choices.budget + kBudgetTolerance;
    totals.sizeBytes = totalCost(weightBytesCost(), table, choices.assignment);
    totals.bitOperations = totalCost(bitOperationsCost(), table, choices.assignment);
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const int bits = choices.assignment.layers[i].weight;
        ++totals.layers[bits];
        totals.macs[bits] += static_cast<double>(table.layers[i].macs);
    }
    if (const SensitivityReport* scores = m_study->scoresOf(choices.metric.toStdString())) {
        // As the solver counts: the part log2(b / lowest) / log2(highest / lowest) of a group's gain, 0 to 1.
        const double high = *std::ranges::max_element(levels), low = *std::ranges::min_element(levels);
        double kept = 0;
        for (const GroupScore& score : scores->groups) {
            if (!score.scored) continue;
            const int bits = choices.assignment[table.group(score.group).layers.front()].weight;
            kept += score.gain * std::log2(std::clamp<double>(bits, low, high) / low) / std::log2(high / low);
        }
        totals.gain = kept;
    }
    return totals;
}

BitChoices BitDocument::moved(const std::set<GroupIndex>& groups, int bits) const
{
    BitChoices next = m_choices;
    for (const GroupIndex group : groups) {
        const LinkedGroup& linked = m_study->table.group(group);
        if (linked.edge) continue;
        for (const LayerIndex layer : linked.layers) next.assignment[layer] = {bits, bits};
        if (const auto pin = next.pins.find(group); pin != next.pins.end()) pin->second = bits;
    }
    return next;
}

SelectionOptions BitDocument::selectionOptions(const BitChoices& choices) const
{
    return {.levels = solverLevels(choices), .budgetFraction = choices.budget, .pins = choices.pins};
}

Result<Selection> BitDocument::solved(const BitChoices& choices) const
{
    const SensitivityReport* scores = m_study->scoresOf(choices.metric.toStdString());
    if (!scores)
        return Error{ErrorCode::NotFound, "No metric has been scored yet; score EAGL in Sensitivity, it takes a moment."};
    return selectBits(m_study->table, *scores, costModel(choices.cost), selectionOptions(choices));
}

const std::vector<Selection>& BitDocument::frontier() const
{
    if (m_frontier) return *m_frontier;
    m_frontier.emplace();
    const SensitivityReport* scores = m_study ? m_study->scoresOf(m_choices.metric.toStdString()) : nullptr;
    if (!scores) return *m_frontier;
    auto best = selectFrontier(m_study->table, *scores, costModel(m_choices.cost), selectionOptions(m_choices));
    if (best.ok()) m_frontier = std::move(*best);
    return *m_frontier;
}

bool BitDocument::move(const std::set<GroupIndex>& groups, int bits)
{
    if (!m_study) return false;
    BitChoices next = moved(groups, bits);
    if (next == m_choices) return false;
    push(tr("Move to %1 bit").arg(bits), std::move(next), false);
    return true;
}

void BitDocument::setPinned(const std::set<GroupIndex>& groups, bool pinned)
{
    BitChoices next = m_choices;
    for (const GroupIndex group : groups) {
        const LinkedGroup& linked = m_study->table.group(group);
        if (linked.edge) continue; // first and last layers are fixed as they are
        if (pinned)
            next.pins[group] = next.assignment[linked.layers.front()].weight;
        else
            next.pins.erase(group);
    }
    if (next == m_choices) return;
    // Still what the solver chooses? Without a pin it may know better.
    const auto best = m_isSolved ? solved(next) : Result<Selection>(Error{});
    const bool isBest = best.ok() && best->assignment == next.assignment;
    push(pinned ? tr("Pin") : tr("Unpin"), std::move(next), isBest);
}

void BitDocument::setMetric(const QString& metric)
{
    BitChoices next = m_choices;
    next.metric = metric;
    chooseAnew(tr("Gain by %1").arg(metric), std::move(next));
}

void BitDocument::setCost(const QString& cost)
{
    BitChoices next = m_choices;
    next.cost = cost;
    chooseAnew(tr("Cost axis %1").arg(cost), std::move(next));
}

void BitDocument::setSolverLevels(const std::vector<int>& levels)
{
    if (levels.empty()) return;
    BitChoices next = m_choices;
    next.solverLevels = levels;
    chooseAnew(tr("Choose from other widths"), std::move(next));
}

void BitDocument::chooseAnew(const QString& what, BitChoices next)
{
    if (!m_study || next == m_choices) return;
    if (!m_isSolved) return push(what, std::move(next), false);
    const auto best = solved(next);
    if (best.ok()) next.assignment = best->assignment;
    push(what, std::move(next), best.ok());
    noteSolver(best.ok() ? Status{} : Status(best.error()));
}

// After an edit, which took the last sentence away.
void BitDocument::noteSolver(const Status& state)
{
    if (state.ok()) return;
    m_solverState = state;
    emit changed();
}

bool BitDocument::setBudget(double fraction, bool live)
{
    if (!m_study) return false;
    BitChoices next = m_choices;
    next.budget = fraction;
    const auto best = solved(next);
    const Status state = best.ok() ? Status{} : Status(best.error());
    if (best.ok()) next.assignment = best->assignment;
    const bool same = next == m_choices;
    if (same) {
        m_isSolved = m_isSolved || best.ok();
        m_solverState = state;
        emit changed();
    } else {
        push(tr("Budget %1 %").arg(100 * fraction, 0, 'f', 1), std::move(next), best.ok(), true);
        noteSolver(state);
    }
    if (!live) ++m_gesture;
    return best.ok() && !same;
}

bool BitDocument::solve() { return setBudget(m_choices.budget); }

void BitDocument::load(const BitAssignment& assignment, const QString& name)
{
    if (!m_study || !validate(assignment, m_study->table).ok()) return;
    BitChoices next = m_choices;
    next.assignment = assignment;
    std::erase_if(next.pins, [&](const auto& pin) {
        return assignment[m_study->table.group(pin.first).layers.front()].weight != pin.second;
    });
    const BitTotals totals = totalsOf(next);
    next.budget = totals.costFraction;
    if (next != m_choices) push(tr("Load %1").arg(name), std::move(next), false);
}

void BitDocument::push(const QString& what, BitChoices next, bool solved, bool joins)
{
    if (!joins) ++m_gesture;
    m_undo.push(new ChangeBits(*this, what, std::move(next), solved, joins ? m_gesture : -1)); // the stack owns it
}

void BitDocument::apply(const BitChoices& choices, bool solved)
{
    const bool sameFrontier = choices.pins == m_choices.pins && choices.metric == m_choices.metric
        && choices.cost == m_choices.cost && choices.solverLevels == m_choices.solverLevels;
    if (!sameFrontier) m_frontier.reset();
    m_totals.reset();
    if (choices.cost != m_choices.cost) m_shares.clear();
    m_choices = choices;
    m_isSolved = solved;
    m_solverState = Status{}; // it spoke of other choices
    emit changed();
}

QStringList BitDocument::saveArguments(const QString& name, bool replace) const
{
    QStringList made{QStringLiteral("assign"), QStringLiteral("STUDY"), name, QStringLiteral("--bits"),
        QString::fromStdString(toText(m_choices.assignment)), QStringLiteral("--cost"), m_choices.cost};
    if (m_isSolved)
        made << QStringLiteral("--chosen-by") << m_choices.metric << QStringLiteral("--budget")
             << QString::number(m_choices.budget, 'g', 10);
    if (replace) made << QStringLiteral("--replace");
    return made;
}

QStringList BitDocument::selectArguments() const
{
    QStringList levels;
    for (const int level : m_choices.solverLevels) levels << QString::number(level);
    QStringList made{QStringLiteral("select"), QStringLiteral("STUDY"), QStringLiteral("--metric"), m_choices.metric,
        QStringLiteral("--cost"), m_choices.cost, QStringLiteral("--budget"), QString::number(m_choices.budget, 'g', 10),
        QStringLiteral("--levels"), levels.join(QLatin1Char(','))};
    for (const auto& [group, bits] : m_choices.pins) {
        const std::string& layer = m_study->table.layer(m_study->table.group(group).layers.front()).name;
        made << QStringLiteral("--pin") << QString::fromStdString(layer + "=" + std::to_string(bits));
    }
    return made;
}

} // namespace halftone
