// The tree keeps its layers, and the checker sees each way of breaking them (fixtures/ holds a tree that breaks every rule).
#include "tests/layers/layer_rules.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::filesystem::path kFixtures = std::filesystem::path(HALFTONE_SOURCE_DIR) / "tests/layers/fixtures";

std::vector<std::string> asLines(const std::vector<LayerViolation>& violations)
{
    std::vector<std::string> lines;
    for (const LayerViolation& violation : violations)
        lines.push_back(violation.file + ":" + std::to_string(violation.line) + " " + violation.message);
    return lines;
}

TEST(Layers, AreKeptByThisTree) { EXPECT_THAT(asLines(checkLayers(HALFTONE_SOURCE_DIR)), IsEmpty()); }

TEST(Layers, AreReadFromThisTree)
{
    ASSERT_TRUE(std::filesystem::is_regular_file(std::filesystem::path(HALFTONE_SOURCE_DIR) / "core/base/result.h"));
    ASSERT_TRUE(std::filesystem::is_regular_file(std::filesystem::path(HALFTONE_SOURCE_DIR) / "app/CMakeLists.txt"));
}

TEST(LayerCheck, AcceptsATreeThatKeepsTheRules) { EXPECT_THAT(asLines(checkLayers(kFixtures / "kept")), IsEmpty()); }

TEST(LayerCheck, ReportsEveryWayOfBreakingTheRules)
{
    EXPECT_THAT(asLines(checkLayers(kFixtures / "broken")),
        UnorderedElementsAre("ARCHITECTURE.md:0 does not describe core/base/ (a paragraph that begins with **base/**)",
            "app/main.cpp:2 includes core/execution/runner.h: it brings in ATen/ATen.h, and only the learning library sees "
            "Torch",
            "core/base/qt.cpp:2 includes QString: core/ knows no Qt",
            "core/base/qt.cpp:3 includes QtCore/qglobal.h: core/ knows no Qt",
            "core/base/upwards.cpp:2 includes widgets/board.h: core/ never sees widgets/ or app/",
            "core/base/upwards.cpp:3 includes app/main.h: core/ never sees widgets/ or app/",
            "core/base/torch.cpp:2 includes torch/types.h: only the learning library sees Torch",
            "core/base/torch.cpp:3 includes c10/util/Exception.h: only the learning library sees Torch",
            "core/sensitivity/plain.cpp:2 includes core/sensitivity/alps.h: the plain library never sees the learning library",
            "core/sensitivity/plain.cpp:3 includes core/training/trainer.h: the plain library never sees the learning library",
            "core/store/study_file.h:4 includes SQLiteCpp/Database.h: types of other libraries stay in the .cpp",
            "widgets/board.h:4 includes app/main.h: widgets/ never sees app/",
            "widgets/board.h:5 includes qcustomplot.h: QCustomPlot is seen only by widgets/plots/*.cpp",
            "widgets/learns.cpp:2 includes torch/types.h: only the learning library sees Torch"));
}

TEST(LayerCheck, SaysNothingAboutAnEmptyFolder) { EXPECT_THAT(checkLayers(kFixtures / "not-there"), IsEmpty()); }

} // namespace
} // namespace halftone
