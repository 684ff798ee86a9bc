// The exact solver against exhaustive search over thousands of drawn instances, and against wrong use.
#include "core/selection/knapsack.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <sstream>
#include <stop_token>
#include <thread>

#include "core/base/random.h"
#include "tests/unit/selection/exhaustive_search.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Small whole numbers make many ties; quarters stay exact in sums; wide numbers are like real gains and MACs.
enum class Numbers { Few, Quarters, Wide };

double drawn(Numbers numbers, bool mayBeNegative)
{
    switch (numbers) {
    case Numbers::Few:
        return *rc::gen::inRange(mayBeNegative ? -1 : 0, 4);
    case Numbers::Quarters:
        return *rc::gen::inRange(mayBeNegative ? -40 : 0, 200) / 4.0;
    case Numbers::Wide:
        return *rc::gen::inRange(mayBeNegative ? -1000 : 0, 1'000'000'000) * 0.37;
    }
    return 0;
}

std::vector<KnapsackItem> drawnItems()
{
    const auto gains = *rc::gen::element(Numbers::Few, Numbers::Quarters, Numbers::Wide);
    const auto costs = *rc::gen::element(Numbers::Few, Numbers::Quarters, Numbers::Wide);
    const int widest = *rc::gen::inRange(1, 5);
    std::vector<KnapsackItem> items(static_cast<std::size_t>(*rc::gen::inRange(1, widest > 2 ? 7 : 10)));
    for (KnapsackItem& item : items) {
        item.options.resize(static_cast<std::size_t>(*rc::gen::inRange(1, widest + 1))); // one option: a pin
        for (KnapsackOption& option : item.options) option = {drawn(gains, true), drawn(costs, false)};
    }
    return items;
}

void expectSame(const KnapsackSolution& actual, const KnapsackSolution& expected)
{
    RC_ASSERT(actual.gain == expected.gain);
    RC_ASSERT(actual.cost == expected.cost);
    RC_ASSERT(actual.chosen == expected.chosen);
}

void checkBudget(const std::vector<KnapsackItem>& items, const std::vector<KnapsackSolution>& all, double budget)
{
    const auto expected = exhaustiveBest(all, budget);
    const auto actual = solveKnapsack(items, budget);
    if (!expected) {
        RC_ASSERT(!actual.ok());
        RC_ASSERT(actual.error().code == ErrorCode::Infeasible);
        return;
    }
    RC_ASSERT(actual.ok());
    expectSame(*actual, *expected);
}

// RapidCheck with more instances than its hundred and a seed of ours, so that every run sees the same ones.
template <typename Property> void holdsForThousands(Property property)
{
    rc::detail::TestParams parameters;
    parameters.seed = 20;
    parameters.maxSuccess = 2000;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, parameters);
    std::ostringstream message;
    rc::detail::printResultMessage(result, message);
    EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
}

TEST(Knapsack, AgreesWithExhaustiveSearchAtEveryKindOfBudget)
{
    holdsForThousands([] {
        const auto items = drawnItems();
        const auto all = everyChoice(items);
        const double reachable = all[static_cast<std::size_t>(*rc::gen::inRange<std::size_t>(0, all.size()))].cost;
        checkBudget(items, all, reachable);
        checkBudget(items, all, std::nextafter(reachable, -1.0));
        checkBudget(items, all, reachable * 0.77 + 0.1);
        checkBudget(items, all, kInfinity);
        checkBudget(items, all, 0.0);
    });
}

TEST(Knapsack, FrontierAgreesWithExhaustiveSearch)
{
    holdsForThousands([] {
        const auto items = drawnItems();
        const auto expected = exhaustiveFrontier(everyChoice(items));
        const auto actual = solveKnapsackFrontier(items);
        RC_ASSERT(actual.ok());
        RC_ASSERT(actual->size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) expectSame((*actual)[i], expected[i]);
    });
}

// RapidCheck prefers small and special numbers; these are evenly drawn.
TEST(Knapsack, AgreesWithExhaustiveSearchOnThousandsOfDrawnInstances)
{
    Random random(20, "knapsack instances");
    for (int instance = 0; instance < 4000; ++instance) {
        const bool whole = random.below(2) == 0; // whole numbers tie often, real ones never
        const std::int64_t widest = 2 + random.below(2);
        std::vector<KnapsackItem> items(static_cast<std::size_t>(1 + random.below(8)));
        for (KnapsackItem& item : items) {
            for (std::int64_t option = 0; option < widest; ++option) {
                const double gain = whole ? double(random.below(5)) : random.normal();
                item.options.push_back({gain, whole ? double(random.below(5)) : 10.0 * random.uniform()});
            }
        }
        const auto all = everyChoice(items);
        const auto frontier = solveKnapsackFrontier(items);
        ASSERT_TRUE(frontier.ok());
        const double budget = all[static_cast<std::size_t>(random.below(std::int64_t(all.size())))].cost;
        const auto expected = exhaustiveBest(all, budget);
        const auto actual = solveKnapsack(items, budget);
        ASSERT_TRUE(actual.ok());
        ASSERT_EQ(actual->chosen, expected->chosen) << "instance " << instance;
        const auto past = std::find_if(frontier->begin(), frontier->end(), [&](const auto& s) { return s.cost > budget; });
        ASSERT_NE(past, frontier->begin());
        ASSERT_EQ(std::prev(past)->chosen, expected->chosen) << "instance " << instance;
    }
}

TEST(Knapsack, OfEqualGainsTakesTheCheaperThenTheFirst)
{
    const std::vector<KnapsackItem> items{{{{1, 2}, {1, 1}, {1, 1}}}, {{{0, 0}, {0, 0}}}};
    const auto solution = solveKnapsack(items, 10);
    ASSERT_TRUE(solution.ok());
    EXPECT_EQ(solution->chosen, (std::vector<int>{1, 0}));
    EXPECT_EQ(solution->cost, 1);
}

TEST(Knapsack, SaysWhyWhenNothingFits)
{
    const std::vector<KnapsackItem> items{{{{1, 5}, {0, 3}}}, {{{1, 4}}}};
    const auto solution = solveKnapsack(items, 6.5);
    ASSERT_FALSE(solution.ok());
    EXPECT_EQ(solution.error().code, ErrorCode::Infeasible);
    EXPECT_NE(solution.error().message.find("smallest reachable cost is 7"), std::string::npos) << solution.error().message;
    EXPECT_TRUE(solveKnapsack(items, 7).ok());
}

TEST(Knapsack, RefusesWhatIsNotANumber)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::vector<KnapsackItem>> wrong{{{}}, {{{{nan, 1}}}}, {{{{1, nan}}}}, {{{{kInfinity, 1}}}},
        {{{{1, kInfinity}}}}, {{{{1, -1}}}}, std::vector<KnapsackItem>(5000, {{{1, 1}}})};
    for (const auto& items : wrong) {
        const auto one = solveKnapsack(items, 10);
        ASSERT_FALSE(one.ok());
        EXPECT_EQ(one.error().code, ErrorCode::BadInput);
        const auto all = solveKnapsackFrontier(items);
        ASSERT_FALSE(all.ok());
        EXPECT_EQ(all.error().code, ErrorCode::BadInput);
    }
    EXPECT_EQ(solveKnapsack({{{{1, 1}}}}, nan).error().code, ErrorCode::BadInput);
}

TEST(Knapsack, NoItemsIsOneEmptyChoice)
{
    ASSERT_TRUE(solveKnapsack({}, 0).ok());
    EXPECT_TRUE(solveKnapsack({}, 0)->chosen.empty());
    EXPECT_EQ(solveKnapsackFrontier({})->size(), 1u);
}

// Latencies are real numbers without a common divisor: no table of costs would be small, and rounding would be wrong.
std::vector<KnapsackItem> realCosts(std::size_t count, std::uint64_t seed)
{
    Random random(seed, "latencies");
    std::vector<KnapsackItem> items(count);
    for (KnapsackItem& item : items) {
        const double time = 0.05 + random.uniform();
        const double gain = random.uniform();
        item.options = {{gain, time}, {gain * 0.6 * random.uniform(), 0.7 * time}, {0, 0.5 * time}};
    }
    return items;
}

TEST(Knapsack, SolvesRealValuedCostsOfALargeNetwork)
{
    const auto items = realCosts(54, 1);
    double all = 0;
    for (const KnapsackItem& item : items) all += item.options[0].cost;
    double before = 0;
    for (const double fraction : {0.55, 0.65, 0.75, 0.85, 0.95}) {
        const auto solution = solveKnapsack(items, fraction * all);
        ASSERT_TRUE(solution.ok());
        EXPECT_LE(solution->cost, fraction * all);
        EXPECT_GT(solution->gain, before);
        before = solution->gain;
    }
}

// Gain equal to cost with random weights: nothing dominates and the bound does not cut until the budget is met exactly.
std::vector<KnapsackItem> subsetSum(std::size_t count)
{
    Random random(4, "subset sum");
    std::vector<KnapsackItem> items(count);
    for (KnapsackItem& item : items) {
        const double weight = 1.0 + random.uniform();
        item.options = {{weight, weight}, {0, 0}};
    }
    return items;
}

// The largest sum within the budget of the first `left` items on top of `sum`, added from the last item to the first.
double largestSum(const std::vector<KnapsackItem>& items, std::size_t left, double sum, double budget)
{
    if (sum > budget) return 0;
    if (left == 0) return sum;
    const double with = largestSum(items, left - 1, items[left - 1].options[0].cost + sum, budget);
    return std::max(with, largestSum(items, left - 1, sum, budget));
}

// Millions of undominated choices, far more than the solver extends at once.
TEST(Knapsack, SolvesWhatDoesNotFitInOneLayer)
{
    const auto items = subsetSum(24);
    for (const double budget : {11.1, 13.21, 16.05, 18.54}) {
        const auto solution = solveKnapsack(items, budget);
        ASSERT_TRUE(solution.ok());
        EXPECT_EQ(solution->gain, largestSum(items, items.size(), 0, budget));
        EXPECT_EQ(solution->cost, solution->gain);
    }
}

TEST(Knapsack, TooLargeAFrontierIsAnErrorNotAFlood)
{
    const auto frontier = solveKnapsackFrontier(subsetSum(60));
    ASSERT_FALSE(frontier.ok());
    EXPECT_EQ(frontier.error().code, ErrorCode::Unsupported);
    EXPECT_NE(frontier.error().message.find("single budgets"), std::string::npos);
}

TEST(Knapsack, StopsWithinATenthOfASecond)
{
    const auto items = subsetSum(60);
    for (const bool whole : {false, true}) {
        std::stop_source stop;
        std::jthread person([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            stop.request_stop();
        });
        const auto start = std::chrono::steady_clock::now();
        const TaskContext task(stop.get_token());
        const ErrorCode code
            = whole ? solveKnapsackFrontier(items, task).error().code : solveKnapsack(items, 41.7, task).error().code;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        EXPECT_EQ(code, ErrorCode::Cancelled);
        EXPECT_LT(spent.count(), 0.5); // 20 ms and at most a few more; the rest is for a loaded machine
    }
}

} // namespace
} // namespace halftone
