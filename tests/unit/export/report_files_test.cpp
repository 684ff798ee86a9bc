// The report's tables and charts as files.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/export/html_report.h"
#include "tests/unit/export/sample_report.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReportFiles : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_folder = std::filesystem::path(HALFTONE_BINARY_DIR) / "report-files-test"
            / ::testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::remove_all(m_folder);
    }

    std::string text(const std::string& name) const
    {
        std::ifstream stream(m_folder / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    // A reader of RFC 4180, apart from the writer.
    std::vector<std::vector<std::string>> rows(const std::string& name) const
    {
        std::vector<std::vector<std::string>> table{{""}};
        bool quoted = false;
        const std::string content = text(name);
        for (std::size_t i = 0; i < content.size(); ++i) {
            const char c = content[i];
            if (quoted && c == '"' && i + 1 < content.size() && content[i + 1] == '"')
                table.back().back() += content[++i];
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c == ',')
                table.back().emplace_back();
            else if (!quoted && c == '\n')
                table.push_back({""});
            else
                table.back().back() += c;
        }
        table.pop_back();
        return table;
    }

    std::filesystem::path m_folder;
};

TEST_F(ReportFiles, HoldOneLineASeedOfTheFrontier)
{
    const ReportData data = sampleReport();
    ASSERT_TRUE(writeCsvTables(m_folder, data).ok());
    const auto table = rows("frontier.csv");
    ASSERT_EQ(table.size(), 1U + 3U + 30U * 3U + 1U);
    for (const auto& row : table) ASSERT_EQ(row.size(), 12U);
    EXPECT_EQ(table[4][0], "eagl");
    EXPECT_EQ(table[4][5], "estimated");
    EXPECT_EQ(std::stod(table[4][9]), data.frontier.points[0].accuracies[0]); // every digit
    EXPECT_THAT(table[3], ElementsAre("all 2 bit", "", "", "", "0.5", "estimated", "0.824", "0.004", "", "", "", ""));
}

TEST_F(ReportFiles, NameTheColumnsOfTheMetricByTheTask)
{
    ReportData data = sampleReport();
    ASSERT_TRUE(writeCsvTables(m_folder, data).ok());
    EXPECT_EQ(rows("frontier.csv")[0][6], "accuracy_mean");
    data.frontier.metric = "output agreement";
    ASSERT_TRUE(writeCsvTables(m_folder, data).ok());
    EXPECT_EQ(rows("frontier.csv")[0][6], "output_agreement_mean");
    EXPECT_EQ(rows("frontier.csv")[0][9], "output_agreement");
    EXPECT_EQ(rows("assignments.csv")[0][3], "output_agreement");
}

TEST_F(ReportFiles, QuoteWhatNeedsIt)
{
    ReportData data = sampleReport();
    data.layers[3].name = "a,\"b\"\nc";
    ASSERT_TRUE(writeCsvTables(m_folder, data).ok());
    EXPECT_EQ(rows("layers.csv")[4][0], "a,\"b\"\nc");
    EXPECT_EQ(rows("layers.csv").size(), 1 + data.layers.size());
    EXPECT_EQ(rows("assignments.csv").size(), 1 + data.layers.size() * data.assignments.size());
}

TEST_F(ReportFiles, LeaveTheGainOfAnUnscoredGroupEmpty)
{
    ASSERT_TRUE(writeCsvTables(m_folder, sampleReport()).ok());
    int unscored = 0;
    for (const auto& row : rows("sensitivity.csv")) {
        if (row[4] != "false") continue;
        ++unscored;
        EXPECT_EQ(row[2], "");
        EXPECT_EQ(row[5], "the loss became NaN in epoch 1");
    }
    EXPECT_EQ(unscored, 1);
}

TEST_F(ReportFiles, HaveHeadersAloneWhenThereIsNothing)
{
    ASSERT_TRUE(writeCsvTables(m_folder, {}).ok());
    for (const char* name :
        {"layers.csv", "sensitivity.csv", "frontier.csv", "assignments.csv", "training.csv", "export.csv", "provenance.csv"})
        EXPECT_EQ(rows(name).size(), 1U) << name;
}

TEST_F(ReportFiles, WriteChartsThatStandAlone)
{
    ASSERT_TRUE(writeChartFiles(m_folder, sampleReport()).ok());
    for (const char* name : {"frontier.svg", "bit-maps.svg", "sensitivity.svg", "training-1.svg"})
        EXPECT_THAT(text(name), AllOf(HasSubstr("<svg"), HasSubstr("<style>"), HasSubstr("</svg>"))) << name;
    std::filesystem::remove_all(m_folder);
    ASSERT_TRUE(writeChartFiles(m_folder, {}).ok());
    EXPECT_TRUE(std::filesystem::is_empty(m_folder));
}

TEST_F(ReportFiles, SayWhichFolderCannotBeMade)
{
    std::filesystem::create_directories(m_folder);
    std::ofstream(m_folder / "file") << "x";
    const Status status = writeCsvTables(m_folder / "file/tables", sampleReport());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Io);
    EXPECT_THAT(status.error().message, HasSubstr("file/tables"));
}

} // namespace
} // namespace halftone
