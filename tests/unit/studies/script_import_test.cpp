// TorchScript files as models: whose size they take, and when only their weights are wanted.
#include "core/studies/script_import.h"

#include <gtest/gtest.h>

#include "core/studies/inspection.h"

namespace halftone {
namespace {

const std::filesystem::path kScript = HALFTONE_SOURCE_DIR "/tests/golden/torchscript/residual_scripted.pt";

TEST(ScriptImport, TakesTheSizeOfTheDataWhereNoneIsGiven)
{
    const auto byData = importModelOrScript({.file = kScript}, {3, 16, 16});
    ASSERT_TRUE(byData.ok()) << byData.error().message;
    EXPECT_EQ(byData->network.inputShape(), (Shape{3, 16, 16}));
    const auto given = importModelOrScript({.file = kScript, .input = {3, 24, 24}}, {3, 16, 16});
    ASSERT_TRUE(given.ok()) << given.error().message;
    EXPECT_EQ(given->network.inputShape(), (Shape{3, 24, 24}));
    EXPECT_EQ(importModelOrScript({.file = kScript}).error().code, ErrorCode::BadInput);
}

TEST(ScriptImport, LeavesTheSoftmaxAtTheEndOut)
{
    const auto model = importModelOrScript({.file = kScript, .input = {3, 16, 16}});
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->report.format, "TorchScript");
    EXPECT_TRUE(model->report.keys.complete());
    EXPECT_EQ(model->network.value(model->network.output()).shape, Shape{5});
    EXPECT_TRUE(model->network.operations().back().as<Linear>());
}

TEST(ScriptImport, TakesTheWeightsAloneForANamedArchitecture)
{
    const auto model = importModelOrScript({.file = kScript, .architecture = "fashion_resnet8"});
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_FALSE(model->report.keys.complete()); // it is another network
    EXPECT_EQ(model->network.architecture(), "fashion_resnet8");
}

TEST(ScriptImport, IsInspectedLikeEveryModel)
{
    const auto report = inspectModel({.file = kScript, .input = {3, 16, 16}});
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->layers.size(), 9u);
    EXPECT_EQ(report->layers.front().name, "stem.0");
}

} // namespace
} // namespace halftone
