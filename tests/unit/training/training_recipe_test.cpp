// Recipes as text and their schedule.
#include "core/training/training_recipe.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(TrainingRecipe, ReadsItsOwnTextBack)
{
    for (TrainingRecipe recipe : {defaultRecipe(), paperRecipe(), fromScratchRecipe()}) {
        recipe.epochs = 17;
        recipe.seed = 12345678901234567ull;
        const auto read = recipeFromJson(toJson(recipe));
        ASSERT_TRUE(read.ok()) << recipe.name;
        EXPECT_EQ(*read, recipe) << recipe.name;
    }
}

TEST(TrainingRecipe, RefusesWhatIsNoRecipe)
{
    std::string unknownPolicy = toJson(defaultRecipe());
    unknownPolicy.replace(unknownPolicy.find("reestimate"), 10, "guess");
    for (const std::string& text : {std::string(), std::string("{}"), std::string("[1,2]"), std::string("{\"name\":3}"), unknownPolicy})
        EXPECT_FALSE(recipeFromJson(text).ok()) << text;
}

TEST(TrainingRecipe, FallsAlongACosineAfterItsWarmUp)
{
    TrainingRecipe recipe;
    recipe.finalRateFraction = 0.1;
    EXPECT_DOUBLE_EQ(rateFactor(recipe, 0, 100), 1);
    EXPECT_NEAR(rateFactor(recipe, 50, 100), 0.55, 1e-12); // half-way between 1 and 0.1
    EXPECT_DOUBLE_EQ(rateFactor(recipe, 100, 100), 0.1);
    recipe.warmupFraction = 0.1;
    EXPECT_DOUBLE_EQ(rateFactor(recipe, 0, 100), 1.0 / 11);
    EXPECT_DOUBLE_EQ(rateFactor(recipe, 9, 100), 10.0 / 11);
    EXPECT_DOUBLE_EQ(rateFactor(recipe, 10, 100), 1);
}

} // namespace
} // namespace halftone
