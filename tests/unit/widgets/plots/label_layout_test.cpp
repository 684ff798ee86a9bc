// Tests of the places of labels: apart, in order, inside, as near as can be to where they belong.
#include "widgets/plots/label_layout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace halftone {
namespace {

TEST(PushApart, LeavesLabelsWithRoomWhereTheyAre)
{
    EXPECT_EQ(pushApart({{10, 8, 0}, {40, 8, 0}}, {0, 100}), (std::vector<double>{10, 40}));
    EXPECT_TRUE(pushApart({}, {0, 100}).empty());
}

TEST(PushApart, SharesTheWayBetweenNeighbours)
{
    const std::vector<double> middles = pushApart({{50, 10, 0}, {50, 10, 0}}, {0, 100});
    EXPECT_DOUBLE_EQ(middles[0], 45);
    EXPECT_DOUBLE_EQ(middles[1], 55);
}

TEST(PushApart, NeverLetsLabelsOverlapOrLeaveTheirPlace)
{
    std::mt19937 random(5);
    std::uniform_real_distribution<double> place(-20, 320);
    for (int round = 0; round < 300; ++round) {
        std::vector<LabelSlot> labels;
        for (unsigned i = 0; i < 1 + random() % 24; ++i) labels.push_back({place(random), 8.0 + random() % 8, static_cast<int>(random() % 3)});
        std::vector<LabelBand> blocked;
        for (unsigned i = 0; i < random() % 4; ++i) {
            const double top = place(random);
            blocked.push_back({top, top + 5 + random() % 30});
        }
        const std::vector<double> middles = pushApart(labels, {0, 300}, blocked);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (std::isnan(middles[i])) continue;
            const double top = middles[i] - labels[i].height / 2;
            const double bottom = middles[i] + labels[i].height / 2;
            EXPECT_GE(top, -1e-9);
            EXPECT_LE(bottom, 300 + 1e-9);
            for (const LabelBand& band : blocked) EXPECT_TRUE(bottom <= band.top + 1e-9 || top >= band.bottom - 1e-9) << round;
            for (std::size_t j = 0; j < i; ++j) {
                if (std::isnan(middles[j])) continue;
                EXPECT_GE(std::abs(middles[i] - middles[j]), (labels[i].height + labels[j].height) / 2 - 1e-9) << round;
                const bool ordered = !blocked.empty() || labels[i].wanted >= labels[j].wanted || middles[i] < middles[j];
                EXPECT_TRUE(ordered) << round;
            }
        }
    }
}

TEST(PushApart, LeavesOutTheLeastImportantWhenThereIsNoRoomForAll)
{
    const std::vector<double> middles = pushApart({{5, 10, 0}, {5, 10, 2}, {5, 10, 1}}, {0, 20});
    EXPECT_TRUE(std::isnan(middles[0]));
    EXPECT_FALSE(std::isnan(middles[1]));
    EXPECT_FALSE(std::isnan(middles[2]));
    EXPECT_TRUE(std::isnan(pushApart({{5, 10, 0}}, {0, 20}, {{-1, 21}})[0]));
    EXPECT_TRUE(std::isnan(pushApart({{std::nan(""), 10, 0}}, {0, 20})[0]));
}

TEST(PlaceBeside, TakesTheFirstFreeSide)
{
    const BesideOptions options{{50, 50}, {20, 10}, 8, {0, 0, 100, 100}};
    EXPECT_EQ(placeBeside(options, {}), QRectF(58, 45, 20, 10));
    EXPECT_EQ(placeBeside(options, {QRectF(60, 40, 5, 20)}), QRectF(22, 45, 20, 10));
    EXPECT_EQ(placeBeside(options, {}, {{60, 50}, {30, 48}, {30, 52}}), QRectF(40, 58, 20, 10)) << "covers fewer points";
    EXPECT_TRUE(placeBeside(options, {QRectF(0, 0, 100, 100)}).isNull());
    EXPECT_TRUE(placeBeside({{50, 50}, {200, 10}, 8, {0, 0, 100, 100}}, {}).isNull());
}

} // namespace
} // namespace halftone
