// Compares two metrics' rankings and the selections that they lead to.
#include "widgets/pages/sensitivity/agreement.h"

#include <algorithm>

#include "core/cost/cost_model.h"
#include "core/selection/bit_selection.h"
#include "core/sensitivity/rank_correlation.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Agreement", text); }

bool hasScore(const SensitivityReport& report, GroupIndex group)
{
    const auto found = std::ranges::find(report.groups, group, &GroupScore::group);
    return found != report.groups.end() && found->scored;
}

QString coverageOf(const StudyOverview& study, const SensitivityReport& a, const SensitivityReport& b)
{
    std::int64_t all = 0, both = 0;
    QString missing;
    for (std::size_t g = 0; g < study.table.groups.size(); ++g) {
        const LinkedGroup& group = study.table.groups[g];
        if (group.edge) continue;
        const GroupIndex index(static_cast<std::int64_t>(g));
        const bool inA = hasScore(a, index), inB = hasScore(b, index);
        ++all;
        if (inA && inB) ++both;
        else if (missing.isEmpty()) {
            const QString metric = Theme::metricName(QString::fromStdString(inA ? b.metric : a.metric));
            missing = tr("%1 has no %2 score.").arg(codeSpan(QString::fromStdString(group.name)), metric);
        }
    }
    QString words = both == all ? tr("All %1 groups have both scores.").arg(all) : tr("%1 of %2 groups have both scores.").arg(both).arg(all);
    if (all - both == 1) words += tr(" One is left out: %1").arg(missing);
    else if (all - both > 1) words += tr(" %1 are left out, among them: %2").arg(all - both).arg(missing);
    return words;
}

QString selectionsOf(const StudyOverview& study, const SensitivityReport& a, const SensitivityReport& b, const BitChoices& choices)
{
    const auto cost = findCostModel(choices.cost.toStdString());
    if (!cost.ok()) return {};
    const SelectionOptions options{.levels = choices.solverLevels, .budgetFraction = choices.budget, .pins = choices.pins};
    const auto first = selectBits(study.table, a, **cost, options), second = selectBits(study.table, b, **cost, options);
    if (!first.ok() || !second.ok()) return tr("No selection meets %1.").arg(percentText(choices.budget, 0));
    std::int64_t all = 0, same = 0;
    for (const auto& group : study.table.groups) {
        if (group.edge) continue;
        ++all;
        const LayerIndex layer = group.layers.front();
        if (first->assignment[layer] == second->assignment[layer]) ++same;
    }
    return tr("The selections at %1 agree on %2 of %3 groups.").arg(percentText(choices.budget, 0)).arg(same).arg(all);
}

} // namespace

Agreement agreementOf(const StudyOverview& study, const QString& a, const QString& b, const BitChoices& choices)
{
    const SensitivityReport* first = study.scoresOf(a.toStdString());
    const SensitivityReport* second = study.scoresOf(b.toStdString());
    if (!first || !second) return {};
    Agreement made{.correlation = {}, .coverage = coverageOf(study, *first, *second), .selections = {}};
    if (const auto correlation = scoreAgreement(*first, *second); correlation.ok()) made.correlation = correlation->correlation;
    made.selections = selectionsOf(study, *first, *second, choices);
    return made;
}

} // namespace halftone
