// A report's tables as CSV and its charts as SVG files.
#include <algorithm>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "core/base/file_io.h"
#include "core/export/html_report.h"
#include "core/export/report_charts.h"
#include "core/export/report_look.h"

namespace halftone {
namespace {

// One table: comma-separated, quoted where RFC 4180 asks for it, a line feed after each row.
class Csv {
public:
    explicit Csv(std::initializer_list<std::string_view> header)
    {
        for (const std::string_view name : header) add(name);
        endRow();
    }
    Csv& add(std::string_view text)
    {
        if (!m_atRowStart) m_text += ',';
        m_atRowStart = false;
        if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
            m_text += text;
            return *this;
        }
        m_text += '"';
        for (const char c : text) m_text += c == '"' ? std::string("\"\"") : std::string(1, c);
        m_text += '"';
        return *this;
    }
    Csv& add(const char* text) { return add(std::string_view(text)); }
    Csv& add(double value)
    {
        return add(std::isfinite(value) ? fmt::format("{}", value) : std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }
    Csv& add(std::int64_t value) { return add(fmt::format("{}", value)); }
    Csv& add(int value) { return add(fmt::format("{}", value)); }
    Csv& add(bool value) { return add(std::string_view(value ? "true" : "false")); }
    Csv& add(const std::optional<double>& value) { return value ? add(*value) : add(std::string_view()); }
    void endRow()
    {
        m_text += '\n';
        m_atRowStart = true;
    }
    const std::string& text() const { return m_text; }

private:
    std::string m_text;
    bool m_atRowStart = true;
};

std::string layersCsv(const ReportData& data)
{
    Csv csv{"layer", "kind", "output", "macs", "weights", "group", "edge"};
    for (const ReportLayer& layer : data.layers)
        csv.add(layer.name)
            .add(layer.kind)
            .add(layer.shape)
            .add(layer.macs)
            .add(layer.weights)
            .add(layer.group)
            .add(layer.edge)
            .endRow();
    return csv.text();
}

std::string sensitivityCsv(const ReportData& data)
{
    Csv csv{"metric", "group", "gain", "unit", "scored", "reason", "metric_cpu_seconds"};
    for (const ReportSensitivity& metric : data.sensitivity) {
        for (const ReportScore& score : metric.scores) {
            csv.add(metric.metric)
                .add(score.group)
                .add(score.scored ? std::optional<double>(score.gain) : std::nullopt)
                .add(metric.unit);
            csv.add(score.scored).add(score.reason).add(metric.cpuSeconds).endRow();
        }
    }
    return csv.text();
}

// "accuracy", "mIoU", "output_agreement".
std::string columnOf(std::string metric)
{
    std::ranges::replace(metric, ' ', '_');
    return metric;
}

// One line a seed, so that nothing is lost to the mean; references have no seed.
std::string frontierCsv(const ReportFrontier& frontier)
{
    const std::string value = columnOf(frontier.metric), mean = value + "_mean";
    Csv csv{"method", "budget", "cost", "cost_unit", "cost_fraction", "cost_origin", mean, "interval_half_width", "seed", value,
        "epochs", "dominated"};
    const std::string origin = frontier.costIsMeasured ? "measured" : "estimated";
    for (const ReportReference& reference : frontier.references) {
        csv.add(reference.name)
            .add("")
            .add("")
            .add("")
            .add(reference.costFraction)
            .add(reference.costFraction ? origin : "")
            .add(reference.accuracy);
        csv.add(reference.interval).add("").add("").add("").add("").endRow();
    }
    for (const ReportPoint& point : frontier.points) {
        const std::size_t lines = std::max<std::size_t>(point.accuracies.size(), 1);
        for (std::size_t i = 0; i < lines; ++i) {
            csv.add(point.metric)
                .add(point.budget)
                .add(point.cost)
                .add(frontier.costUnit)
                .add(point.costFraction)
                .add(origin)
                .add(point.accuracy);
            csv.add(point.interval).add(i < point.seeds.size() ? fmt::format("{}", point.seeds[i]) : std::string());
            csv.add(i < point.accuracies.size() ? std::optional<double>(point.accuracies[i]) : std::nullopt)
                .add(point.epochs)
                .add(point.dominated)
                .endRow();
        }
    }
    return csv.text();
}

std::string assignmentsCsv(const ReportData& data)
{
    Csv csv{"assignment", "metric", "budget", columnOf(data.frontier.metric), "layer", "weight_bits"};
    for (const ReportAssignment& assignment : data.assignments) {
        if (assignment.weightBits.size() != data.layers.size()) continue;
        for (std::size_t i = 0; i < data.layers.size(); ++i) {
            csv.add(assignment.name)
                .add(assignment.metric)
                .add(assignment.budget)
                .add(assignment.accuracy)
                .add(data.layers[i].name);
            csv.add(assignment.weightBits[i]).endRow();
        }
    }
    return csv.text();
}

std::string trainingCsv(const ReportData& data)
{
    Csv csv{"chart", "run", "x_title", "x", "y_title", "y"};
    for (const ReportCurves& curves : data.training) {
        for (const ReportCurve& curve : curves.curves) {
            for (const ReportCurvePoint& point : curve.points)
                csv.add(curves.title).add(curve.name).add(curves.xTitle).add(point.x).add(curves.yTitle).add(point.y).endRow();
        }
    }
    return csv.text();
}

std::string exportCsv(const ReportData& data)
{
    Csv csv{"file", "format", "assignment", "passed", "label", "value"};
    for (const ReportExport& exported : data.exports) {
        const auto row = [&](std::string_view label, const auto& value) {
            csv.add(exported.file)
                .add(exported.format)
                .add(exported.assignment)
                .add(exported.passed)
                .add(label)
                .add(value)
                .endRow();
        };
        for (const std::string& reason : exported.reasons) row("reason", std::string_view(reason));
        for (const ReportRow& measured : exported.measured) row(measured.label, std::string_view(measured.value));
        for (const ReportLayerNoise& noise : exported.noise)
            row("signal to noise of " + noise.layer + ", dB", noise.signalToNoise);
    }
    return csv.text();
}

std::string provenanceCsv(const ReportData& data)
{
    Csv csv{"label", "value"};
    for (const ReportRow& row : data.provenance) csv.add(row.label).add(row.value).endRow();
    return csv.text();
}

Status makeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return Error{ErrorCode::Io,
            fmt::format("The folder {} cannot be made ({}); name one that can be written.", folder.string(), error.message())};
    return {};
}

} // namespace

Status writeCsvTables(const std::filesystem::path& folder, const ReportData& data)
{
    HALFTONE_CHECK(makeFolder(folder));
    HALFTONE_CHECK(writeFileAtomically(folder / "layers.csv", layersCsv(data)));
    HALFTONE_CHECK(writeFileAtomically(folder / "sensitivity.csv", sensitivityCsv(data)));
    HALFTONE_CHECK(writeFileAtomically(folder / "frontier.csv", frontierCsv(data.frontier)));
    HALFTONE_CHECK(writeFileAtomically(folder / "assignments.csv", assignmentsCsv(data)));
    HALFTONE_CHECK(writeFileAtomically(folder / "training.csv", trainingCsv(data)));
    HALFTONE_CHECK(writeFileAtomically(folder / "export.csv", exportCsv(data)));
    return writeFileAtomically(folder / "provenance.csv", provenanceCsv(data));
}

Status writeChartFiles(const std::filesystem::path& folder, const ReportData& data)
{
    HALFTONE_CHECK(makeFolder(folder));
    const std::string style = chartStyle();
    const auto write = [&](const std::string& name, const std::optional<Svg>& chart) {
        return chart ? writeFileAtomically(folder / (name + ".svg"), chart->file(style)) : Status{};
    };
    HALFTONE_CHECK(write("frontier", frontierChart(data.frontier)));
    HALFTONE_CHECK(write("bit-maps", bitMapChart(data)));
    HALFTONE_CHECK(write("sensitivity", sensitivityChart(data)));
    for (std::size_t i = 0; i < data.training.size(); ++i)
        HALFTONE_CHECK(write(fmt::format("training-{}", i + 1), curveChart(data.training[i])));
    return {};
}

} // namespace halftone
