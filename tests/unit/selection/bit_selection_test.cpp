// Choosing widths: against exhaustive search, the ResNet-20 oracle, pins, what cannot be met, and wrong use.
#include "core/selection/bit_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/cost/all_cost_models.h"
#include "core/models/architectures.h"

namespace halftone {
namespace {

using testing::HasSubstr;

LayerTable tableOf(std::string_view architecture) { return layerTable(*buildArchitecture(architecture)); }

SensitivityReport equalScores(const LayerTable& table, double gain = 1)
{
    SensitivityReport report{.metric = "test", .unit = "points"};
    for (std::size_t i = 0; i < table.groups.size(); ++i) {
        if (!table.groups[i].edge) report.groups.push_back({.group = GroupIndex(std::int64_t(i)), .gain = gain, .reason = {}});
    }
    return report;
}

// Edge layers at both ends and `inner` groups of one layer between them, with drawn MACs.
LayerTable drawnTable(Random& random, int inner)
{
    LayerTable table;
    for (int i = 0; i < inner + 2; ++i) {
        const bool edge = i == 0 || i == inner + 1;
        const std::int64_t macs = 1 + random.below(9);
        const std::string name = "layer" + std::to_string(i);
        table.layers.push_back({.name = name,
            .operation = {},
            .input = ValueIndex(i),
            .weight = {},
            .macs = macs,
            .weights = 8 * macs,
            .edge = edge,
            .group = GroupIndex(i)});
        table.groups.push_back(
            {.layers = {LayerIndex(i)}, .input = ValueIndex(i), .edge = edge, .name = name, .macs = macs, .weights = 8 * macs});
    }
    return table;
}

// Every combination of levels, with the header's formula for the gain written out again.
double exhaustiveGain(const LayerTable& table, const SensitivityReport& scores, const CostModel& cost,
    const SelectionOptions& options, double budget)
{
    const double lowest = *std::min_element(options.levels.begin(), options.levels.end());
    const double highest = *std::max_element(options.levels.begin(), options.levels.end());
    const std::size_t inner = scores.groups.size();
    double best = -1;
    std::vector<std::size_t> digits(inner, 0);
    for (bool more = true; more;) {
        BitAssignment assignment = uniformAssignment(table, 8);
        double gain = 0;
        bool allowed = true;
        for (std::size_t i = 0; i < inner; ++i) {
            const int bits = options.levels[digits[i]];
            assignment.layers[i + 1] = {.weight = bits, .activation = bits};
            gain += scores.groups[i].gain * std::log2(bits / lowest) / std::log2(highest / lowest);
            const auto pin = options.pins.find(scores.groups[i].group);
            allowed = allowed && (pin == options.pins.end() || pin->second == bits);
        }
        if (allowed && innerCost(cost, table, assignment) <= budget) best = std::max(best, gain);
        more = false;
        for (std::size_t i = 0; i < inner && !more; ++i) {
            more = ++digits[i] < options.levels.size();
            if (!more) digits[i] = 0;
        }
    }
    return best;
}

TEST(BitSelection, AgreesWithExhaustiveSearchUnderPins)
{
    Random random(8, "bit selection");
    for (int instance = 0; instance < 1500; ++instance) {
        const LayerTable table = drawnTable(random, int(1 + random.below(6)));
        const CostModel& cost = *allCostModels()[std::size_t(random.below(3))];
        SensitivityReport scores = equalScores(table);
        for (GroupScore& score : scores.groups) score.gain = 0.1 + random.uniform();
        SelectionOptions options{.levels = {4, 2}, .budgetFraction = 0.3 + 0.8 * random.uniform(), .pins = {}};
        if (random.below(2) == 0) options.levels = {2, 8, 4};
        if (random.below(3) == 0) options.pins[scores.groups[0].group] = options.levels[std::size_t(random.below(2))];
        const auto selection = selectBits(table, scores, cost, options);
        const double highest
            = innerCost(cost, table, uniformAssignment(table, *std::max_element(options.levels.begin(), options.levels.end())));
        const double expected = exhaustiveGain(table, scores, cost, options, options.budgetFraction * highest);
        ASSERT_EQ(selection.ok(), expected >= 0) << "instance " << instance;
        if (!selection.ok()) {
            ASSERT_EQ(selection.error().code, ErrorCode::Infeasible);
            continue;
        }
        ASSERT_NEAR(selection->gain, expected, 1e-12) << "instance " << instance;
        ASSERT_LE(selection->cost, selection->budget);
        ASSERT_EQ(selection->cost, innerCost(cost, table, selection->assignment));
        ASSERT_TRUE(validate(selection->assignment, table).ok());
    }
}

// The frontier's best point within a budget is the selection for that budget.
TEST(BitSelection, FrontierHoldsTheSelectionOfEveryBudget)
{
    Random random(9, "frontier");
    for (int instance = 0; instance < 100; ++instance) {
        const LayerTable table = drawnTable(random, 9);
        SensitivityReport scores = equalScores(table);
        for (GroupScore& score : scores.groups) score.gain = random.uniform();
        SelectionOptions options{.levels = {8, 4, 2}, .pins = {{scores.groups[2].group, 3}}};
        const auto frontier = selectFrontier(table, scores, linearCost(), options);
        ASSERT_TRUE(frontier.ok());
        ASSERT_EQ(frontier->front().cost, frontier->front().lowestCost);
        for (const double fraction : {0.35, 0.5, 0.72, 0.9, 1.0}) {
            options.budgetFraction = fraction;
            const auto selection = selectBits(table, scores, linearCost(), options);
            ASSERT_TRUE(selection.ok());
            const Selection* best = nullptr;
            for (const Selection& point : *frontier) best = point.cost <= selection->budget ? &point : best;
            ASSERT_NE(best, nullptr);
            EXPECT_EQ(best->assignment, selection->assignment);
        }
    }
}

TEST(BitSelection, ReproducesTheResNet20OracleAtNineBudgets)
{
    const std::filesystem::path path = HALFTONE_SOURCE_DIR "/../shared/oracles/eagl_resnet20.json";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "../shared/oracles/eagl_resnet20.json is absent: its selections are not checked";
    const auto oracle = nlohmann::json::parse(std::ifstream(path));
    const LayerTable table = tableOf("cifar_resnet20");
    int checked = 0;
    for (const auto& [key, expected] : oracle.at("selections").items()) { // "entropyInit/0.95"
        SCOPED_TRACE(key);
        const std::string step = key.substr(0, key.find('/'));
        SensitivityReport scores = equalScores(table);
        for (GroupScore& score : scores.groups) {
            const auto& entry = oracle.at("layers").at(std::size_t(table.group(score.group).layers.front().value));
            ASSERT_EQ(entry.at("layer").get<std::string>(), table.group(score.group).name);
            score.gain = entry.at(step);
        }
        const double fraction = std::stod(key.substr(key.find('/') + 1));
        const auto selection
            = selectBits(table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = fraction, .pins = {}});
        ASSERT_TRUE(selection.ok());
        std::set<std::string> kept;
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            if (selection->assignment.layers[i].weight == 4) kept.insert(table.layers[i].name);
        }
        EXPECT_EQ(kept, expected.at("keepAt4").get<std::set<std::string>>());
        EXPECT_NEAR(selection->gain, expected.at("gain").get<double>(), 1e-9);
        EXPECT_NEAR(selection->cost / selection->highestCost, expected.at("costOfAll4").get<double>(), 1e-12);
        ++checked;
    }
    EXPECT_EQ(checked, 18);
}

TEST(BitSelection, EdgeLayersStayAt8BitAndLinkedLayersMoveTogether)
{
    const LayerTable table = tableOf("resnet18");
    SensitivityReport scores = equalScores(table);
    for (std::size_t i = 0; i < scores.groups.size(); ++i) scores.groups[i].gain = 1.0 + 0.01 * double(i % 7);
    const auto selection = selectBits(table, scores, bitOperationsCost(), {.levels = {4, 2}, .budgetFraction = 0.6});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(selection->assignment.layers.front(), (LayerBits{8, 8}));
    EXPECT_EQ(selection->assignment.layers.back(), (LayerBits{8, 8}));
    std::size_t linked = 0;
    for (const LinkedGroup& group : table.groups) {
        linked += group.layers.size() > 1;
        for (const LayerIndex layer : group.layers)
            EXPECT_EQ(selection->assignment[layer], selection->assignment[group.layers.front()]);
    }
    EXPECT_EQ(linked, 3u); // a stage's first convolution with its downsample
}

TEST(BitSelection, ALayerLinkedWithAnEdgeLayerIsFixedWithIt)
{
    Random random(1, "linked edge");
    LayerTable table = drawnTable(random, 3);
    table.groups[4].layers.insert(table.groups[4].layers.begin(), LayerIndex(3)); // reads what the last layer reads
    table.layers[3].group = GroupIndex(4);
    table.groups.erase(table.groups.begin() + 3);
    table.layers[3].group = table.layers[4].group = GroupIndex(3);
    const auto selection = selectBits(table, equalScores(table), linearCost(), {.levels = {2}, .budgetFraction = 1});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(toText(selection->assignment), "8,2,2,8,8");
    EXPECT_EQ(selection->cost, 2.0 * double(table.layers[1].macs + table.layers[2].macs));
}

TEST(BitSelection, UselessGainsStillFillTheBudget)
{
    const LayerTable table = tableOf("cifar_resnet20");
    SensitivityReport scores = equalScores(table, -0.5);
    scores.groups[3].gain = 2.0;
    const auto selection = selectBits(table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 1.0});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(selection->cost, selection->highestCost);
    EXPECT_NEAR(selection->gain, 2.0 - 0.5 * double(scores.groups.size() - 1), 1e-12); // reported as scored
    const auto none = selectBits(table, equalScores(table, 0.0), linearCost(), {.levels = {4, 2}, .budgetFraction = 1.0});
    EXPECT_EQ(none->cost, none->highestCost);
}

TEST(BitSelection, GroupsWithoutAScoreAreHeldHigh)
{
    const LayerTable table = tableOf("cifar_resnet20");
    SensitivityReport scores = equalScores(table);
    scores.groups[5].scored = false;
    scores.groups[5].gain = std::numeric_limits<double>::quiet_NaN();
    const auto selection = selectBits(table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 0.56});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(selection->assignment[table.group(scores.groups[5].group).layers.front()].weight, 4);
    const auto tooLittle = selectBits(table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 0.5});
    ASSERT_FALSE(tooLittle.ok());
    EXPECT_THAT(tooLittle.error().message, HasSubstr("for want of a score"));
    const auto pinned = selectBits(
        table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 0.5, .pins = {{scores.groups[5].group, 2}}});
    EXPECT_TRUE(pinned.ok()); // a pin is the person's word
}

TEST(BitSelection, SaysWhyWhenNothingFits)
{
    const LayerTable table = tableOf("cifar_resnet20");
    const SensitivityReport scores = equalScores(table);
    const auto bare = selectBits(table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 0.4});
    ASSERT_FALSE(bare.ok());
    EXPECT_EQ(bare.error().code, ErrorCode::Infeasible);
    EXPECT_THAT(bare.error().message, HasSubstr("0.5000 of it"));
    EXPECT_THAT(bare.error().message, HasSubstr("add a lower bit width"));
    EXPECT_THAT(bare.error().message, testing::Not(HasSubstr("pin")));

    SelectionOptions options{.levels = {4, 2}, .budgetFraction = 0.55, .pins = {}};
    for (std::size_t i = 0; i < 6; ++i) options.pins[scores.groups[i].group] = 8;
    options.pins[scores.groups[9].group] = 2;
    const auto blocked = selectBits(table, scores, linearCost(), options);
    ASSERT_FALSE(blocked.ok());
    EXPECT_EQ(blocked.error().code, ErrorCode::Infeasible);
    EXPECT_THAT(blocked.error().message, HasSubstr("layer1.0.conv1 at 8 bit"));
    EXPECT_THAT(blocked.error().message, HasSubstr("and 2 more"));
    EXPECT_THAT(blocked.error().message, HasSubstr("without these 0.5000 is reachable"));
    // The fraction that is named can be met.
    const std::size_t at = blocked.error().message.find("bit x MAC, ") + 11;
    options.budgetFraction = std::stod(blocked.error().message.substr(at));
    EXPECT_TRUE(selectBits(table, scores, linearCost(), options).ok());
}

TEST(BitSelection, APinCanHoldAWidthThatIsNoLevel)
{
    const LayerTable table = tableOf("cifar_resnet20");
    const SensitivityReport scores = equalScores(table);
    const auto selection = selectBits(
        table, scores, linearCost(), {.levels = {4, 2}, .budgetFraction = 0.75, .pins = {{scores.groups[0].group, 6}}});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(selection->assignment[LayerIndex(1)], (LayerBits{6, 6}));
    EXPECT_LE(selection->cost, selection->budget);
}

TEST(BitSelection, RefusesWrongOptions)
{
    const LayerTable table = tableOf("cifar_resnet20");
    const SensitivityReport scores = equalScores(table);
    const GroupIndex first = scores.groups[0].group;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<SelectionOptions> wrong{{.levels = {}, .pins = {}}, {.levels = {4, 1}, .pins = {}},
        {.levels = {9, 2}, .pins = {}}, {.budgetFraction = 0, .pins = {}}, {.budgetFraction = -1, .pins = {}},
        {.budgetFraction = nan, .pins = {}}, {.pins = {{first, 1}}}, {.pins = {{first, 32}}}, {.pins = {{GroupIndex(99), 4}}},
        {.pins = {{GroupIndex(), 4}}}, {.pins = {{GroupIndex(0), 4}}}};
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        const auto selection = selectBits(table, scores, linearCost(), wrong[i]);
        ASSERT_FALSE(selection.ok()) << i;
        EXPECT_EQ(selection.error().code, ErrorCode::BadInput) << i;
        EXPECT_FALSE(selectFrontier(table, scores, linearCost(), wrong[i]).ok()) << i;
        EXPECT_FALSE(selectBaseline(Baseline::Random, table, linearCost(), wrong[i]).ok()) << i;
    }
    SensitivityReport missing = scores;
    missing.groups.pop_back();
    EXPECT_THAT(selectBits(table, missing, linearCost(), {}).error().message, HasSubstr("layer3.2.conv2"));
    SensitivityReport broken = scores;
    broken.groups[1].gain = nan;
    EXPECT_THAT(selectBits(table, broken, linearCost(), {}).error().message, HasSubstr("nan"));
    Random random(1, "two edges");
    const LayerTable edgesOnly = drawnTable(random, 0);
    EXPECT_THAT(selectBits(edgesOnly, {}, linearCost(), {}).error().message, HasSubstr("nothing to select"));
}

TEST(Baselines, FallInTheirOrderUntilTheBudgetIsMet)
{
    Random random(2, "baselines");
    LayerTable table = drawnTable(random, 4);
    for (Layer& layer : table.layers) layer.macs = 10;
    const SelectionOptions options{.levels = {2, 4}, .budgetFraction = 0.75, .pins = {}};
    EXPECT_EQ(toText(selectBaseline(Baseline::FirstToLast, table, linearCost(), options)->assignment), "8,2,2,4,4,8");
    EXPECT_EQ(toText(selectBaseline(Baseline::LastToFirst, table, linearCost(), options)->assignment), "8,4,4,2,2,8");
    EXPECT_EQ(toText(selectBaseline(Baseline::Uniform, table, linearCost(), options)->assignment), "8,4,4,2,2,8");
    EXPECT_EQ(selectBaseline(Baseline::Uniform, table, linearCost(), options)->gain, 0);
    const SelectionOptions pinned{.levels = {2, 4}, .budgetFraction = 0.75, .pins = {{GroupIndex(1), 4}}};
    EXPECT_EQ(toText(selectBaseline(Baseline::FirstToLast, table, linearCost(), pinned)->assignment), "8,4,2,2,4,8");
    const SelectionOptions tooLittle{.levels = {2, 4}, .budgetFraction = 0.5, .pins = {{GroupIndex(1), 4}}};
    for (const Baseline baseline : {Baseline::Uniform, Baseline::FirstToLast, Baseline::LastToFirst, Baseline::Random}) {
        EXPECT_EQ(selectBaseline(baseline, table, linearCost(), tooLittle).error().code, ErrorCode::Infeasible);
    }
}

TEST(Baselines, UniformKeepsAsManyGroupsAsTheBudgetAllows)
{
    Random random(3, "uniform baseline");
    LayerTable table = drawnTable(random, 4);
    const std::int64_t macs[] = {1, 9, 1, 1, 9, 1};
    for (std::size_t i = 0; i < 6; ++i) table.layers[i].macs = macs[i];
    const SelectionOptions options{.levels = {4, 2}, .budgetFraction = 0.6, .pins = {}}; // 48 of 80: 8 above all-2
    EXPECT_EQ(toText(selectBaseline(Baseline::Uniform, table, linearCost(), options)->assignment), "8,2,4,4,2,8");
}

TEST(Baselines, RandomDependsOnItsSeedAlone)
{
    const LayerTable table = tableOf("cifar_resnet20");
    const SelectionOptions options;
    std::set<std::string> drawn;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto selection = selectBaseline(Baseline::Random, table, linearCost(), options, seed);
        ASSERT_TRUE(selection.ok());
        EXPECT_LE(selection->cost, selection->budget);
        EXPECT_EQ(selection->assignment, selectBaseline(Baseline::Random, table, linearCost(), options, seed)->assignment);
        drawn.insert(toText(selection->assignment));
    }
    EXPECT_GT(drawn.size(), 10u);
}

TEST(Baselines, AreFoundByTheirNames)
{
    EXPECT_EQ(*findBaseline("uniform"), Baseline::Uniform);
    EXPECT_EQ(*findBaseline("first-to-last"), Baseline::FirstToLast);
    EXPECT_EQ(*findBaseline("last-to-first"), Baseline::LastToFirst);
    EXPECT_EQ(*findBaseline("random"), Baseline::Random);
    EXPECT_THAT(findBaseline("unifrom").error().message, HasSubstr("did you mean uniform"));
}

} // namespace
} // namespace halftone
