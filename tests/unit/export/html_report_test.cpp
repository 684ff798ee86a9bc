// The report's page: one well-formed file that asks for nothing from outside, whatever the data says.
#include "core/export/html_report.h"

#include <filesystem>
#include <limits>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/file_io.h"
#include "core/export/report_charts.h"
#include "tests/unit/export/sample_report.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every tag closed by its own end, in order; the names of elements that break this, else empty.
std::string unbalancedTags(const std::string& page)
{
    static const std::regex tag("<(/?)([a-zA-Z0-9]+)((?:[^>\"]|\"[^\"]*\")*?)(/?)>");
    std::vector<std::string> open;
    for (std::sregex_iterator match(page.begin(), page.end(), tag), end; match != end; ++match) {
        const std::string name = (*match)[2];
        if (name == "meta" || (*match)[4] == "/") continue;
        if ((*match)[1] != "/")
            open.push_back(name);
        else if (open.empty() || open.back() != name)
            return "</" + name + ">";
        else
            open.pop_back();
    }
    return open.empty() ? std::string() : "<" + open.back() + ">";
}

std::size_t countOf(const std::string& text, std::string_view part)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

TEST(HtmlReport, IsWellFormedAndHasItsParts)
{
    const std::string page = htmlReport(sampleReport());
    EXPECT_EQ(unbalancedTags(page), "");
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    for (const char* part : {"<h2>Frontier</h2>", "<h2>Bit maps</h2>", "<h2>Sensitivity</h2>", "<h2>Layers</h2>",
             "<h2>Training</h2>", "<h2>Export</h2>", "<h2>Make it again</h2>"})
        EXPECT_THAT(page, HasSubstr(part));
    EXPECT_THAT(page, HasSubstr("layer2.0.downsample.0"));
    EXPECT_THAT(page, HasSubstr("halftone report c10.halftone --html c10.html"));
    EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
}

TEST(HtmlReport, AsksForNothingFromOutside)
{
    const std::string page = htmlReport(sampleReport());
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    for (const char* reference : {"<script", "<link", "<img", "<iframe", "href=", "src=", "url(", "@import"})
        EXPECT_THAT(page, Not(HasSubstr(reference)));
    const std::string withoutNamespace = std::regex_replace(page, std::regex("xmlns=\"http://www.w3.org/2000/svg\""), "");
    EXPECT_THAT(withoutNamespace, Not(HasSubstr("://")));
}

TEST(HtmlReport, MarksEstimatesAndMeasurements)
{
    const std::string page = htmlReport(sampleReport());
    EXPECT_THAT(page, HasSubstr("<dd>≈ 0.419 G</dd>"));
    EXPECT_THAT(page, HasSubstr("<dd>83,114 bytes</dd>"));
    EXPECT_THAT(page, HasSubstr("Linear cost, % of all 4 bit, estimated"));
    EXPECT_THAT(page, HasSubstr("Test accuracy, %, measured"));
    ReportData measured = sampleReport();
    measured.frontier.costIsMeasured = true;
    EXPECT_THAT(htmlReport(measured), HasSubstr("Linear cost, % of all 4 bit, measured"));
}

// Every field that holds words holds a script here.
TEST(HtmlReport, ShowsHostileWordsAsText)
{
    const std::string evil = "</title></style><script>alert(1)</script>\"'&\xFF";
    ReportData data = sampleReport();
    data.title = data.subtitle = data.model.architecture = data.model.source = data.model.input = data.model.data = evil;
    for (ReportLayer& layer : data.layers) layer.name = layer.kind = layer.shape = layer.group = evil;
    for (ReportSensitivity& metric : data.sensitivity) {
        metric.metric = metric.unit = evil;
        for (ReportScore& score : metric.scores) score = {evil, 0, false, evil};
    }
    data.frontier.costName = data.frontier.costUnit = data.frontier.costReference = evil;
    for (ReportPoint& point : data.frontier.points) point.metric = evil;
    for (ReportReference& reference : data.frontier.references) reference.name = evil;
    for (ReportAssignment& assignment : data.assignments) assignment.name = assignment.metric = evil;
    data.training[0].title = data.training[0].xTitle = data.training[0].yTitle = evil;
    for (ReportCurve& curve : data.training[0].curves) curve.name = curve.metric = evil;
    for (ReportExport& exported : data.exports) {
        exported.file = exported.format = exported.assignment = evil;
        exported.reasons = {evil};
        exported.measured = {{evil, evil}};
        exported.noise = {{evil, 3}};
    }
    data.provenance = {{evil, evil}};
    data.commands = data.notes = {evil};
    data.choice = ReportChoice{evil, evil, 0.5, 0.1, evil, evil, {{evil, evil}}, evil, {{evil, evil}}};
    const std::string page = htmlReport(data);
    EXPECT_EQ(unbalancedTags(page), "");
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("\xFF")));
    EXPECT_EQ(countOf(page, "</style>"), 1U);
    EXPECT_EQ(countOf(page, "</title></style>"), 0U);
}

TEST(HtmlReport, SaysWhatWouldStandWhereThereIsNothingYet)
{
    const std::string page = htmlReport({});
    EXPECT_EQ(unbalancedTags(page), "");
    for (const char* sentence :
        {"No comparison has run yet", "No assignment yet", "Nothing scored yet", "Nothing trained yet", "Nothing exported yet"})
        EXPECT_THAT(page, HasSubstr(sentence));
}

TEST(HtmlReport, NeverCallsAGroupRobustThatWasNotScored)
{
    const std::string page = htmlReport(sampleReport());
    EXPECT_THAT(page, HasSubstr("Not scored: the loss became NaN in epoch 1"));
    ReportData data = sampleReport();
    data.sensitivity[0].scores.resize(3);
    EXPECT_THAT(htmlReport(data), HasSubstr("Not scored yet"));
    data.sensitivity[0].scores[0].gain = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(htmlReport(data), Not(HasSubstr(">nan")));
}

TEST(HtmlReport, SaysWhyAFileWasRefused)
{
    ReportData data = sampleReport();
    data.exports[0].passed = false;
    data.exports[0].reasons = {"Only 97.1 % of the predictions agree."};
    EXPECT_THAT(
        htmlReport(data), AllOf(HasSubstr("✗ The file was refused"), HasSubstr("Only 97.1 % of the predictions agree.")));
}

TEST(FrontierChart, MarksPointsOfOtherTrainingEffort)
{
    const std::optional<Svg> chart = frontierChart(sampleReport().frontier);
    ASSERT_TRUE(chart);
    EXPECT_EQ(countOf(chart->element(), "class=\"otherEffort\""), 1U);
    EXPECT_EQ(countOf(chart->element(), "class=\"hit\""), 31U);
}

TEST(FrontierChart, DrawsHollowWhatIsDominated)
{
    ReportFrontier frontier;
    frontier.epochs = 2;
    frontier.points
        = {{"eagl", 0.75, 1, 0.75, 0.9, 0, {0}, {0.9}, 2, false}, {"eagl", 0.8, 1, 0.8, 0.89, 0, {0}, {0.89}, 2, true}};
    const std::string chart = frontierChart(frontier)->element();
    EXPECT_EQ(countOf(chart, "mark sEagl full"), 1U);
    EXPECT_EQ(countOf(chart, "mark sEagl hollow"), 1U);
}

TEST(FrontierChart, LeavesOutWhatIsNoNumber)
{
    ReportFrontier frontier;
    EXPECT_FALSE(frontierChart(frontier));
    frontier.points = {{"eagl", 0.75, 1, 0.75, std::numeric_limits<double>::quiet_NaN(), 0, {}, {}, 2, false}};
    EXPECT_FALSE(frontierChart(frontier));
    frontier.points.push_back({"eagl", 0.75, 1, 0.75, 0.5, 0, {}, {}, 2, false});
    EXPECT_TRUE(frontierChart(frontier));
}

TEST(FrontierChart, PointsBelowWithAnArrowWhenAReferenceIsFarBelow)
{
    ReportFrontier frontier = sampleReport().frontier;
    frontier.references[2].accuracy = 0.1;
    EXPECT_THAT(frontierChart(frontier)->element(), HasSubstr("all 2 bit ↓ 10.00 ±0.40 %"));
}

TEST(BitMapChart, IgnoresAssignmentsOfAnotherNetwork)
{
    ReportData data = sampleReport();
    for (ReportAssignment& assignment : data.assignments) assignment.weightBits.pop_back();
    EXPECT_FALSE(bitMapChart(data));
}

TEST(BitMapChart, DrawsEveryWidthFromTwoToEightAndNone)
{
    ReportData data = sampleReport();
    data.assignments.resize(1);
    for (std::size_t i = 0; i < data.layers.size(); ++i)
        data.assignments[0].weightBits[i] = i == 0 ? 32 : 2 + static_cast<int>(i % 7);
    const std::string chart = bitMapChart(data)->element();
    for (const char* words : {"full precision", "2 bit", "3 bit", "5 bit", "8 bit"}) EXPECT_THAT(chart, HasSubstr(words));
}

TEST(CurveChart, DrawsOnePointAndThinsThousands)
{
    ReportCurves curves;
    curves.curves = {{"one", "eagl", true, {{1, 2}}}, {"none", "", true, {}}, {"many", "", true, {}}};
    for (int i = 0; i < 100000; ++i) curves.curves[2].points.push_back({static_cast<double>(i), 1.0});
    const std::string chart = curveChart(curves)->element();
    EXPECT_LT(chart.size(), 20000U);
    EXPECT_THAT(chart, HasSubstr("<circle"));
    EXPECT_THAT(chart, Not(HasSubstr(">none<")));
    EXPECT_FALSE(curveChart({}));
}

TEST(SensitivityChart, TakesAPowerOfTenOutOfTinyGains)
{
    ReportData data = sampleReport();
    for (ReportScore& score : data.sensitivity[1].scores) score.gain *= 1e-5;
    const std::string chart = sensitivityChart(data)->element();
    EXPECT_THAT(chart, HasSubstr(">10⁻⁷ training loss<"));
    EXPECT_THAT(chart, HasSubstr(">bits of entropy<"));
}

TEST(SensitivityChart, DrawsNegativeGainsToTheLeftOfZero)
{
    ReportData data = sampleReport();
    data.sensitivity.resize(1);
    data.sensitivity[0].scores[0].gain = -1;
    EXPECT_THAT(sensitivityChart(data)->element(), HasSubstr(">-1.00<"));
}

TEST(CurveChart, TellsRunsOfOneMethodApart)
{
    ReportCurves curves;
    curves.curves
        = {{"a", "eagl", true, {{0, 1}, {1, 2}}}, {"b", "eagl", true, {{0, 2}, {1, 1}}}, {"c", "alps", true, {{0, 2}, {1, 1}}}};
    const std::string chart = curveChart(curves)->element();
    EXPECT_THAT(chart, HasSubstr("series dash0 sEagl"));
    EXPECT_THAT(chart, HasSubstr("series dash1 sEagl"));
    EXPECT_THAT(chart, HasSubstr("series dash0 sAlps"));
}

TEST(HtmlReport, WritesItsFile)
{
    const std::filesystem::path folder = std::filesystem::path(HALFTONE_BINARY_DIR) / "sample-report";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(writeHtmlReport(folder / "sample.html", sampleReport()).ok()); // kept for the eye
    const Result<Bytes> page = readFile(folder / "sample.html");
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->size(), htmlReport(sampleReport()).size());
    const Status refused = writeHtmlReport(folder / "not-there/sample.html", sampleReport());
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, HasSubstr("not-there"));
}

} // namespace
} // namespace halftone
