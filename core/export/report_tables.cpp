// The tables of a report's page.
#include "core/export/report_tables.h"

#include <fmt/format.h>

#include "core/export/report_look.h"
#include "core/export/report_numbers.h"
#include "core/export/svg.h"

namespace halftone {
namespace {

std::string cell(std::string_view text) { return fmt::format("<td>{}</td>", text); }

std::string numberCell(std::string_view text) { return fmt::format("<td class=\"n\">{}</td>", text); }

std::string seedsOf(const ReportPoint& point)
{
    std::string text;
    for (std::size_t i = 0; i < point.seeds.size(); ++i) text += fmt::format("{}{}", i > 0 ? ", " : "", point.seeds[i]);
    return text;
}

std::string accuraciesOf(const ReportPoint& point)
{
    std::string text;
    for (std::size_t i = 0; i < point.accuracies.size(); ++i)
        text += (i > 0 ? ", " : "") + formatFixed(100 * point.accuracies[i], 2);
    return text;
}

std::string scoreCell(const ReportSensitivity& metric, const ReportLayer& layer)
{
    for (const ReportScore& score : metric.scores) {
        if (score.group != layer.group) continue;
        if (score.scored) return numberCell(formatSignificant(score.gain));
        return fmt::format("<td class=\"n muted\" title=\"{}\">n/a</td>", escapeMarkup(score.reason));
    }
    return numberCell(layer.edge ? "–" : "n/a");
}

} // namespace

std::string frontierTable(const ReportFrontier& frontier)
{
    const std::string_view approximately = frontier.costIsMeasured ? "" : "≈ ";
    std::string table = fmt::format(
        "<div class=\"tables\"><table><thead><tr><th>Method</th><th class=\"n\">Budget</th><th class=\"n\">{}, % of {}</th>"
        "<th class=\"n\">{}</th><th class=\"n\">{}, 95 % interval</th><th class=\"n\">By seed, %</th>"
        "<th class=\"n\">Seeds</th><th class=\"n\">Epochs</th><th>Standing</th></tr></thead><tbody>\n",
        escapeMarkup(frontier.costName), escapeMarkup(frontier.costReference), escapeMarkup(frontier.costUnit),
        escapeMarkup(capitalised(frontier.metric)));
    for (const ReportReference& reference : frontier.references) {
        table += "<tr>" + cell(escapeMarkup(reference.name)) + numberCell("–")
            + numberCell(reference.costFraction ? std::string(approximately) + formatPercent(*reference.costFraction, 1) : "–")
            + numberCell("–") + numberCell(formatPercentInterval(reference.accuracy, reference.interval)) + numberCell("–")
            + numberCell("–") + numberCell("–") + cell("reference") + "</tr>\n";
    }
    for (const ReportPoint& point : frontier.points) {
        table += "<tr>" + cell(escapeMarkup(methodLook(point.metric).title)) + numberCell(formatPercent(point.budget, 0))
            + numberCell(std::string(approximately) + formatPercent(point.costFraction, 1))
            + numberCell(std::string(approximately) + formatScaled(point.cost))
            + numberCell(formatPercentInterval(point.accuracy, point.interval)) + numberCell(accuraciesOf(point))
            + numberCell(seedsOf(point)) + numberCell(formatCount(point.epochs));
        if (point.epochs != frontier.epochs)
            table += cell("other training effort");
        else
            table += cell(point.dominated ? "<span class=\"muted\">dominated</span>" : "best at its cost");
        table += "</tr>\n";
    }
    return table + "</tbody></table></div>\n";
}

std::string layerTable(const ReportData& data)
{
    std::string table
        = "<div class=\"tables\"><table><thead><tr><th>Layer</th><th>Kind</th><th>Output</th><th class=\"n\">MACs</th>"
          "<th class=\"n\">Weights</th><th>Linked with</th>";
    for (const ReportSensitivity& metric : data.sensitivity)
        table += fmt::format(
            "<th class=\"n\">{}, {}</th>", escapeMarkup(methodLook(metric.metric).title), escapeMarkup(metric.unit));
    std::vector<const ReportAssignment*> columns;
    for (const ReportAssignment& assignment : data.assignments) {
        if (!assignment.inTable || assignment.weightBits.size() != data.layers.size()) continue;
        columns.push_back(&assignment);
        table += fmt::format("<th>{}</th>", escapeMarkup(assignment.name));
    }
    table += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < data.layers.size(); ++i) {
        const ReportLayer& layer = data.layers[i];
        std::string others;
        for (const ReportLayer& other : data.layers) {
            if (&other != &layer && !layer.group.empty() && other.group == layer.group)
                others += (others.empty() ? "" : ", ") + other.name;
        }
        if (others.empty() && layer.edge) others = "first or last layer";
        table += fmt::format("<tr><td class=\"name\">{}</td>", escapeMarkup(layer.name)) + cell(escapeMarkup(layer.kind))
            + cell(escapeMarkup(layer.shape)) + numberCell(formatScaled(static_cast<double>(layer.macs)))
            + numberCell(formatCount(layer.weights)) + fmt::format("<td class=\"wrap\">{}</td>", escapeMarkup(others));
        for (const ReportSensitivity& metric : data.sensitivity) table += scoreCell(metric, layer);
        for (const ReportAssignment* assignment : columns)
            table += cell(bitGlyphElement(assignment->weightBits[i]) + " " + bitTitle(assignment->weightBits[i]));
        table += "</tr>\n";
    }
    return table + "</tbody></table></div>\n";
}

} // namespace halftone
