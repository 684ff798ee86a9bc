// What an overview says of a study equals what was stored, and its network is read once.
#include "core/studies/study_overview.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"

namespace halftone {
namespace {

class StudyOverviewTest : public testing::Test {
protected:
    void SetUp() override
    {
        m_path = std::filesystem::temp_directory_path()
            / ("halftone_overview_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".halftone");
        std::filesystem::remove(m_path);
        auto network = buildArchitecture("cifar_resnet20");
        ASSERT_TRUE(network.ok());
        initialiseParameters(*network, 1);
        m_table = layerTable(*network);
        auto made = StudyFile::create(m_path,
            {.settings = {{"data", "cifar10:x"}, {"seed", "0"}},
                .model = StudyModel{.networkText = toText(*network),
                    .weights = writeSafeTensors(stateDict(*network)),
                    .fileName = "resnet20.th",
                    .contentHash = {}}});
        ASSERT_TRUE(made.ok()) << made.error().message;
        m_file.emplace(std::move(*made));
    }
    void TearDown() override
    {
        m_file.reset();
        std::filesystem::remove(m_path);
    }

    std::filesystem::path m_path;
    LayerTable m_table;
    std::optional<StudyFile> m_file;
};

TEST_F(StudyOverviewTest, KnowsTheTaskOfItsData)
{
    EXPECT_EQ(readOverview(*m_file)->task, Task::Classification);
    ASSERT_TRUE(m_file->saveSettings({{"data", "segmentation:x"}}).ok());
    EXPECT_EQ(readOverview(*m_file)->task, Task::Segmentation);
    ASSERT_TRUE(m_file->saveSettings({{"data", "images:x"}}).ok());
    EXPECT_EQ(readOverview(*m_file)->task, Task::Outputs);
}

TEST_F(StudyOverviewTest, HoldsTheNetworksLayersAndSettings)
{
    const auto study = readOverview(*m_file);
    ASSERT_TRUE(study.ok()) << study.error().message;
    EXPECT_EQ(study->path, m_path);
    EXPECT_EQ(study->modelFile, "resnet20.th");
    EXPECT_EQ(study->setting("data"), "cifar10:x");
    EXPECT_EQ(study->setting("nothing"), "");
    ASSERT_EQ(study->layers.size(), m_table.layers.size());
    EXPECT_EQ(study->layers.size(), 20u); // option A shortcuts have no layers
    EXPECT_EQ(study->layers.front().name, "conv1");
    EXPECT_EQ(study->layers.front().kernel, "3x3");
    EXPECT_EQ(study->layers.front().macs, 3 * 16 * 9 * 32 * 32);
    EXPECT_TRUE(study->layers.front().edge);
    EXPECT_FALSE(study->frontier.has_value());
    EXPECT_EQ(study->scoresOf("eagl"), nullptr);
}

TEST_F(StudyOverviewTest, HasTheNewestScoresOfEachMetric)
{
    for (const double gain : {1.0, 2.0}) {
        SensitivityReport report{.metric = "eagl", .unit = "bits of entropy"};
        report.groups.push_back({.group = GroupIndex(1), .gain = gain});
        ASSERT_TRUE(m_file->saveScores({.key = "key " + std::to_string(gain), .report = report}).ok());
    }
    const auto study = readOverview(*m_file);
    ASSERT_TRUE(study.ok());
    ASSERT_NE(study->scoresOf("eagl"), nullptr);
    EXPECT_EQ(study->scoresOf("eagl")->groups.front().gain, 2.0);
    EXPECT_EQ(study->scores.size(), 1u);
}

TEST_F(StudyOverviewTest, KeepsTheNetworkOfAnEarlierOverview)
{
    const auto first = readOverview(*m_file);
    ASSERT_TRUE(first.ok());
    ASSERT_TRUE(m_file->saveAssignment({.name = "mine", .bits = toText(uniformAssignment(m_table, 2))}).ok());
    const auto second = readOverview(*m_file, &*first);
    ASSERT_TRUE(second.ok());
    EXPECT_EQ(second->network, first->network);
    ASSERT_NE(second->assignment("mine"), nullptr);
    const auto bits = assignmentOf(*second, "mine");
    ASSERT_TRUE(bits.ok());
    EXPECT_EQ(*bits, uniformAssignment(m_table, 2));
}

TEST_F(StudyOverviewTest, NamesAssignmentsAsTheStudyDoes)
{
    const auto study = readOverview(*m_file);
    ASSERT_TRUE(study.ok());
    EXPECT_EQ(*assignmentOf(*study, "fp32"), fullPrecisionAssignment(m_table));
    EXPECT_EQ(*assignmentOf(*study, "4"), uniformAssignment(m_table, 4));
    const auto missing = assignmentOf(*study, "eagl75");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_NE(missing.error().message.find("eagl75"), std::string::npos);
    EXPECT_FALSE(assignmentOf(*study, "9").ok());
    EXPECT_FALSE(assignmentOf(*study, "").ok());
}

} // namespace
} // namespace halftone
