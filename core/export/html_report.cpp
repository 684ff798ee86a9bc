// The report of a study as one self-contained HTML page.
#include "core/export/html_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/file_io.h"
#include "core/export/report_charts.h"
#include "core/export/report_look.h"
#include "core/export/report_numbers.h"
#include "core/export/report_tables.h"

namespace halftone {
namespace {

const char* const kIcon
    = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="13" fill="#2B2250"/>
<circle cx="19.5" cy="46" r="10" fill="#F7C55F"/><circle cx="44.5" cy="46" r="10" fill="#F7C55F"/><circle cx="14.5" cy="26.5" r="6" fill="#36AE97"/>
<circle cx="32" cy="26.5" r="6" fill="#36AE97"/><circle cx="49.5" cy="26.5" r="6" fill="#36AE97"/><circle cx="12" cy="13" r="3.4" fill="#A67BE6"/>
<circle cx="22" cy="13" r="3.4" fill="#A67BE6"/><circle cx="32" cy="13" r="3.4" fill="#A67BE6"/><circle cx="42" cy="13" r="3.4" fill="#A67BE6"/>
<circle cx="52" cy="13" r="3.4" fill="#A67BE6"/></svg>)";

std::string figure(const std::optional<Svg>& chart)
{
    return chart ? "<div class=\"figure\">" + chart->element() + "</div>\n" : std::string();
}

std::string empty(std::string_view sentence)
{
    return fmt::format("<div class=\"card\"><p class=\"empty\">{}</p></div>\n", sentence);
}

// A card longer than a printed page may break across pages.
bool isLong(const std::optional<Svg>& chart) { return chart && chart->height() > 800; }

std::string card(std::string_view head, std::string_view body, bool mayBreak = false)
{
    return fmt::format("<section class=\"card{}\">{}\n{}</section>\n", mayBreak ? " long" : "", head, body);
}

std::string head(std::string_view title, std::string_view caption, std::string_view key = {})
{
    return fmt::format("<header><h3>{}</h3><span class=\"caption\">{}</span>{}</header>", title, caption,
        key.empty() ? std::string() : fmt::format("<span class=\"key\">{}</span>", key));
}

std::string definitions(const std::vector<ReportRow>& rows, std::string_view before = {})
{
    std::string list = "<dl>";
    for (const ReportRow& row : rows)
        list += fmt::format("<dt>{}</dt><dd>{}{}</dd>\n", escapeMarkup(row.label), before, escapeMarkup(row.value));
    return list + "</dl>\n";
}

std::string bitKey(const ReportData& data)
{
    std::vector<int> widths;
    for (const ReportAssignment& assignment : data.assignments) {
        for (const int bits : assignment.weightBits) {
            if (std::find(widths.begin(), widths.end(), bits) == widths.end()) widths.push_back(bits);
        }
    }
    std::sort(widths.rbegin(), widths.rend());
    std::string key;
    for (const int bits : widths) key += "<span>" + bitGlyphElement(bits) + " " + bitTitle(bits) + "</span>";
    return key;
}

std::string modelCard(const ReportData& data)
{
    const auto choices = [&] {
        std::vector<std::string> groups;
        for (const ReportLayer& layer : data.layers) {
            if (!layer.edge && std::find(groups.begin(), groups.end(), layer.group) == groups.end())
                groups.push_back(layer.group);
        }
        return static_cast<std::int64_t>(groups.size());
    }();
    std::vector<ReportRow> rows{{"Architecture", data.model.architecture}, {"Weights", data.model.source},
        {"Input", data.model.input}, {"Data", data.model.data}, {"Parameters", formatCount(data.model.parameters)},
        {"Multiply-accumulates, one image", formatScaled(static_cast<double>(data.model.macs))},
        {"Layers", formatCount(static_cast<std::int64_t>(data.layers.size()))},
        {"Linked groups to choose for", formatCount(choices)}};
    std::erase_if(rows, [](const ReportRow& row) { return row.value.empty(); });
    return card(head("Network", ""), definitions(rows));
}

std::string choiceCard(const ReportData& data)
{
    const ReportChoice& choice = *data.choice;
    std::string body = fmt::format("<p><span class=\"big\">{}</span> <span class=\"unit\">%{} {}, measured</span></p>\n",
        formatFixed(100 * choice.accuracy, 2),
        choice.interval > 0 ? " ±" + formatFixed(100 * choice.interval, 2) : std::string(), escapeMarkup(data.frontier.metric));
    if (!choice.remark.empty()) body += "<p>" + escapeMarkup(choice.remark) + "</p>\n";
    for (const ReportAssignment& assignment : data.assignments) {
        if (assignment.name != choice.assignment) continue;
        body += figure(bitStrip(data.layers, assignment, 500));
        break;
    }
    if (!choice.measured.empty())
        body += fmt::format("<div class=\"measured\"><h3>Measured<span>{}</span></h3>{}</div>\n",
            escapeMarkup(choice.measuredWith), definitions(choice.measured));
    if (!choice.estimated.empty())
        body += fmt::format("<div class=\"estimated\"><h3>Estimated<span>{}</span></h3>{}</div>\n",
            escapeMarkup(choice.estimatedWith), definitions(choice.estimated, "≈ "));
    return card(head(escapeMarkup(choice.title), "the network that was chosen"), body);
}

std::string frontierPart(const ReportData& data)
{
    const ReportFrontier& frontier = data.frontier;
    std::string part = "<h2>Frontier</h2>\n";
    const std::optional<Svg> chart = frontierChart(frontier);
    if (!chart)
        return part
            + empty("No comparison has run yet. <code>halftone frontier</code> fine-tunes every method at every budget.");
    std::string caption = fmt::format("{} {} each", frontier.epochs, frontier.epochs == 1 ? "epoch" : "epochs");
    if (frontier.testImages > 0) caption += fmt::format(", {} test images", formatCount(frontier.testImages));
    std::string key;
    const auto mark = [&](bool filled, std::string_view words) {
        Svg svg(12, 12, std::string(words));
        drawMarker(svg, Marker::Circle, {6, 6}, "sEagl", filled);
        key += fmt::format("<span>{} {}</span>", svg.element(), words);
    };
    mark(true, "best at its cost");
    mark(false, "dominated");
    const auto& points = frontier.points;
    if (std::any_of(points.begin(), points.end(), [](const ReportPoint& point) { return point.interval > 0; })) {
        Svg svg(6, 14, "interval");
        svg.line({3, 0}, {3, 14}, "interval sEagl");
        key += "<span>" + svg.element() + " 95 % interval over seeds</span>";
    }
    if (std::any_of(points.begin(), points.end(), [&](const ReportPoint& point) { return point.epochs != frontier.epochs; }))
        key += "<span>dotted underline: other training effort</span>";
    part += card(head(capitalised(frontier.metric) + " against cost", caption, key), figure(chart));
    part += card(
        head("Every point",
            fmt::format("{} measured here, cost {}", escapeMarkup(frontier.metric), frontier.costIsMeasured ? "measured here" : "estimated (≈)")),
        frontierTable(frontier), true);
    return part;
}

std::string bitMapPart(const ReportData& data)
{
    const std::optional<Svg> chart = bitMapChart(data);
    std::string part = "<h2>Bit maps</h2>\n";
    if (!chart) return part + empty("No assignment yet. <code>halftone select</code> chooses bit widths for a budget.");
    return part
        + card(head("Bit width of each layer", "network order, width is share of MACs, " + data.frontier.metric + " measured", bitKey(data)),
            figure(chart), isLong(chart));
}

std::string sensitivityPart(const ReportData& data)
{
    std::string part = "<h2>Sensitivity</h2>\n";
    const std::optional<Svg> chart = sensitivityChart(data);
    if (!chart) return part + empty("Nothing scored yet. <code>halftone score</code> tells how sensitive each layer is.");
    std::string caption = "gain of keeping a linked group at the higher width; larger is more sensitive. Measured here: ";
    for (std::size_t i = 0; i < data.sensitivity.size(); ++i) {
        const ReportSensitivity& metric = data.sensitivity[i];
        caption += fmt::format("{}{} {} of processor time", i > 0 ? ", " : "", escapeMarkup(methodLook(metric.metric).title),
            formatSeconds(metric.cpuSeconds));
    }
    return part + card(head("Gain of each group", caption), figure(chart), isLong(chart));
}

std::string layersPart(const ReportData& data)
{
    if (data.layers.empty()) return "<h2>Layers</h2>\n" + empty("The network's layers are not in this report.");
    return "<h2>Layers</h2>\n" + card(head("Every layer", "bit widths are those of the weights"), layerTable(data), true);
}

std::string trainingPart(const ReportData& data)
{
    std::string charts;
    for (const ReportCurves& curves : data.training) {
        const std::optional<Svg> chart = curveChart(curves);
        if (!chart) continue;
        const auto faint = std::count_if(
            curves.curves.begin(), curves.curves.end(), [](const ReportCurve& curve) { return !curve.labelled; });
        charts += card(head(escapeMarkup(curves.title),
                           faint > 0 ? fmt::format("measured; {} further runs are faint", faint) : "measured"),
            figure(chart));
    }
    if (charts.empty()) charts = empty("Nothing trained yet. <code>halftone finetune</code> trains an assignment.");
    return "<h2>Training</h2>\n" + charts;
}

std::string exportPart(const ReportData& data)
{
    std::string part = "<h2>Export</h2>\n";
    if (data.exports.empty())
        return part + empty("Nothing exported yet. <code>halftone export</code> writes a network and verifies the file.");
    for (const ReportExport& exported : data.exports) {
        std::string body = fmt::format("<p><span class=\"verdict {}\">{}</span></p>\n", exported.passed ? "passed" : "refused",
            exported.passed ? "✓ The file computes what the network computes" : "✗ The file was refused");
        if (!exported.reasons.empty()) {
            body += "<ul>";
            for (const std::string& reason : exported.reasons) body += "<li>" + escapeMarkup(reason) + "</li>";
            body += "</ul>\n";
        }
        if (!exported.measured.empty())
            body += fmt::format("<div class=\"measured\"><h3>Measured<span>file read back and run</span></h3>{}</div>\n",
                definitions(exported.measured));
        part += card(head("<code>" + escapeMarkup(exported.file) + "</code>",
                         escapeMarkup(exported.format + ", assignment " + exported.assignment)),
            body + figure(noiseChart(exported)), isLong(noiseChart(exported)));
    }
    return part;
}

std::string endParts(const ReportData& data)
{
    std::string part;
    if (!data.notes.empty()) {
        part += "<h2>Notes</h2>\n<section class=\"card\"><ul>";
        for (const std::string& note : data.notes) part += "<li>" + escapeMarkup(note) + "</li>\n";
        part += "</ul></section>\n";
    }
    if (!data.commands.empty()) {
        std::string commands;
        for (const std::string& command : data.commands) commands += escapeMarkup(command) + "\n";
        part += "<h2>Make it again</h2>\n"
            + card(head("Commands", "same seed, machine and threads give the same numbers"), "<pre>" + commands + "</pre>");
    }
    return part;
}

} // namespace

std::string htmlReport(const ReportData& data)
{
    const std::string title = escapeMarkup(data.title.empty() ? "Halftone report" : data.title);
    std::string top = modelCard(data);
    if (!data.provenance.empty())
        top += card(head("Provenance", "what every number was made with"), definitions(data.provenance));
    std::string page
        = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
          "content=\"light dark\">\n";
    page += "<title>" + title + "</title>\n<style>" + pageStyle() + "</style>\n</head>\n<body>\n<main>\n";
    page += fmt::format("<header>{}<div><h1>{}</h1><div class=\"caption\">{}</div></div></header>\n", kIcon, title,
        escapeMarkup(data.subtitle));
    page += "<div class=\"columns\">" + (data.choice ? choiceCard(data) + "<div>" + top + "</div>" : top) + "</div>\n";
    page += frontierPart(data) + bitMapPart(data) + sensitivityPart(data) + layersPart(data) + trainingPart(data)
        + exportPart(data) + endParts(data);
    return page
        + "<footer>Made by Halftone. Estimates carry ≈; every other number was measured or counted. Rest the pointer on a mark "
          "for its numbers.</footer>\n"
          "</main>\n</body>\n</html>\n";
}

Status writeHtmlReport(const std::filesystem::path& file, const ReportData& data)
{
    return writeFileAtomically(file, htmlReport(data));
}

} // namespace halftone
