// EAGL against hand-made counts, a Gaussian's known entropies and the published ResNet-20.
#include "core/sensitivity/eagl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/file_io.h"
#include "core/base/random.h"
#include "core/graph/step_search.h"
#include "core/models/architectures.h"

namespace halftone {
namespace {

using nlohmann::json;
using testing::HasSubstr;

FrozenGrid signedGrid(int bits, float scale)
{
    return {.bits = bits, .lowest = -(1 << (bits - 1)), .highest = (1 << (bits - 1)) - 1, .scales = {scale}};
}

TEST(Eagl, EntropyOfKnownCounts)
{
    const FrozenGrid grid = signedGrid(4, 1.0f);
    EXPECT_EQ(codeEntropyBits({}, grid), 0.0);
    EXPECT_EQ(codeEntropyBits(std::vector<float>(1000, 3.0f), grid), 0.0);
    EXPECT_EQ(codeEntropyBits(std::vector<float>{1, -1, 2, 2}, grid), 1.5);
    std::vector<float> everyCode;
    for (int repeat = 0; repeat < 77; ++repeat) {
        for (int code = -8; code <= 7; ++code) everyCode.push_back(float(code));
    }
    EXPECT_NEAR(codeEntropyBits(everyCode, grid), 4.0, 1e-12);
}

// A plain loop in double over a map of codes: nothing shared with the kernels.
TEST(Eagl, AgreesWithAPlainLoop)
{
    Random random(1, "eagl");
    std::vector<float> values(12'345);
    for (float& value : values) value = static_cast<float>(random.normal());
    for (int bits = 2; bits <= 8; ++bits) {
        const FrozenGrid grid = signedGrid(bits, 2.1f / float(1 << (bits - 1)));
        std::map<int, double> counts;
        for (const std::int8_t code : quantizeToCodes(grid, values)) counts[code] += 1;
        double entropy = 0;
        for (const auto& [code, count] : counts)
            entropy -= count / double(values.size()) * std::log2(count / double(values.size()));
        EXPECT_NEAR(codeEntropyBits(values, grid), entropy, 1e-10) << bits;
    }
}

TEST(Eagl, PoolsTheCodesOfAllChannels)
{
    const FrozenGrid grid{.bits = 4, .lowest = -8, .highest = 7, .scales = {1.0f, 0.5f, 0.25f}};
    EXPECT_NEAR(codeEntropyBits(std::vector<float>{1, 2, 0.5f, 1, 0.25f, 0.5f}, grid), 1.0, 1e-12); // codes 1, 2 in each
}

// methods_ibm.md 3.3: entropies of a Gaussian's codes at the least-square-error step and at LSQ's initial step, given to two
// digits; a million draws are within 0.005 of the limit.
TEST(Eagl, GivesTheKnownEntropiesOfAGaussian)
{
    Random random(6, "gaussian entropy");
    std::vector<float> values(1'000'000);
    for (float& value : values) value = static_cast<float>(random.normal());
    const struct {
        int bits;
        float bestStep;
        double atBest;
        float initStep;
        double atInit;
    } cases[] = {{2, 1.049f, 1.78, 1.596f, 1.46}, {3, 0.602f, 2.72, 0.921f, 2.21}, {4, 0.339f, 3.59, 0.603f, 2.80},
        {8, 0.031f, 7.07, 0.142f, 4.87}};
    for (const auto& c : cases) {
        EXPECT_NEAR(codeEntropyBits(values, signedGrid(c.bits, c.bestStep)), c.atBest, 0.02)
            << c.bits; // 8 bit: the step has two digits
        EXPECT_NEAR(codeEntropyBits(values, signedGrid(c.bits, c.initStep)), c.atInit, 0.01) << c.bits;
    }
}

// The bytes of one float tensor of a safetensors file.
std::vector<float> tensorOf(const Bytes& file, const std::string& name)
{
    std::uint64_t headerSize = 0;
    std::memcpy(&headerSize, file.data(), sizeof headerSize);
    const char* header = reinterpret_cast<const char*>(file.data()) + sizeof headerSize;
    const json offsets = json::parse(header, header + headerSize).at(name).at("data_offsets");
    std::vector<float> values((offsets[1].get<std::size_t>() - offsets[0].get<std::size_t>()) / sizeof(float));
    std::memcpy(values.data(), file.data() + sizeof headerSize + headerSize + offsets[0].get<std::size_t>(),
        values.size() * sizeof(float));
    return values;
}

struct PublishedResNet20 {
    json oracle;
    Bytes weights;
};

std::optional<PublishedResNet20> publishedResNet20()
{
    const std::filesystem::path oracle = HALFTONE_SOURCE_DIR "/../shared/oracles/eagl_resnet20.json";
    const auto weights = readFile(HALFTONE_SOURCE_DIR "/../shared/data/models/cifar10/resnet20.safetensors");
    if (!weights.ok() || !std::filesystem::exists(oracle)) return std::nullopt;
    return PublishedResNet20{json::parse(std::ifstream(oracle)), *weights};
}

constexpr const char* kAbsent
    = "../shared/oracles/eagl_resnet20.json or ../shared/data/models/cifar10/resnet20.safetensors is absent: ";

TEST(Eagl, ReproducesCountsAndEntropiesOfThePublishedResNet20)
{
    const auto published = publishedResNet20();
    if (!published) GTEST_SKIP() << kAbsent << "entropies of a real network are not checked";
    for (const json& layer : published->oracle.at("layers")) {
        SCOPED_TRACE(layer.at("layer"));
        const std::vector<float> values = tensorOf(published->weights, layer.at("layer").get<std::string>() + ".weight");
        ASSERT_EQ(values.size(), layer.at("parameters").get<std::size_t>());
        double magnitude = 0;
        for (const float value : values) magnitude += std::abs(double(value));
        const double initStep = 2 * magnitude / double(values.size()) / std::sqrt(7.0);
        EXPECT_NEAR(initStep, layer.at("initStep").get<double>(), 1e-12);
        // The oracle divides in double, the program in float; no weight of this network is so near to a tie that it matters.
        for (const EntropyKernel kernel : {EntropyKernel::Reference, fastestEntropyKernel()}) {
            CodeCounts counts{};
            ASSERT_TRUE(countCodes(kernel, values, {static_cast<float>(initStep), -8, 7}, counts));
            std::int64_t moved = 0;
            for (std::size_t bin = 0; bin < 16; ++bin)
                moved += std::abs(counts[bin] - layer.at("countsInit").at(bin).get<std::int64_t>());
            EXPECT_EQ(moved, 0);
        }
        EXPECT_NEAR(
            codeEntropyBits(values, signedGrid(4, static_cast<float>(initStep))), layer.at("entropyInit").get<double>(), 1e-9);
        const auto mse4 = static_cast<float>(layer.at("mseStep4").get<double>());
        const auto mse2 = static_cast<float>(layer.at("mseStep2").get<double>());
        EXPECT_NEAR(codeEntropyBits(values, signedGrid(4, mse4)), layer.at("entropyMse4").get<double>(), 1e-9);
        EXPECT_NEAR(codeEntropyBits(values, signedGrid(2, mse2)), layer.at("entropyMse2").get<double>(), 1e-9);
        EXPECT_NEAR(leastSquareErrorStep(values, -8, 7) / mse4, 1.0, 1e-4);
        EXPECT_NEAR(leastSquareErrorStep(values, -2, 1) / mse2, 1.0, 1e-4);
    }
}

struct Small {
    Network network = *buildArchitecture("fashion_resnet8");
    LayerTable table;
    NetworkGrids grids;
};

Small initialisedNetwork()
{
    Small small;
    initialiseParameters(small.network, 3);
    small.table = layerTable(small.network);
    for (std::size_t i = 0; i < small.table.layers.size(); ++i) {
        const bool edge = small.table.layers[i].edge;
        small.grids.weights[LayerIndex(std::int64_t(i))] = signedGrid(edge ? 8 : 4, 0.01f + 0.001f * float(i % 3));
    }
    return small;
}

TEST(Eagl, GainOfAGroupIsTheSumOverItsLayers)
{
    const Small small = initialisedNetwork();
    const auto report = eaglScores(small.network, small.table, small.grids, 2);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->metric, "eagl");
    EXPECT_EQ(report->highBits, 4);
    EXPECT_EQ(report->lowBits, 2);
    EXPECT_GE(report->cpuSeconds, 0.0);
    std::size_t next = 0;
    std::size_t largest = 0;
    for (std::size_t i = 0; i < small.table.groups.size(); ++i) {
        if (small.table.groups[i].edge) continue;
        ASSERT_LT(next, report->groups.size());
        const GroupScore& score = report->groups[next++];
        EXPECT_EQ(score.group, GroupIndex(std::int64_t(i)));
        double sum = 0;
        for (const LayerIndex index : small.table.groups[i].layers) {
            sum += codeEntropyBits(small.network.parameter(small.table.layer(index).weight).data.floats(),
                small.grids.weights.at(index), EntropyKernel::Reference);
        }
        largest = std::max(largest, small.table.groups[i].layers.size());
        EXPECT_GT(sum, 0.0);
        EXPECT_EQ(score.gain, sum);
        EXPECT_TRUE(score.scored);
    }
    EXPECT_EQ(next, report->groups.size());
    EXPECT_GT(largest, 1u); // linked layers are among them
}

TEST(Eagl, AGroupWithoutAGridIsNotScored)
{
    Small small = initialisedNetwork();
    const LayerIndex missing = small.table.group(GroupIndex(2)).layers.back();
    small.grids.weights.erase(missing);
    const auto report = eaglScores(small.network, small.table, small.grids, 2);
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->groups[1].scored);
    EXPECT_THAT(report->groups[1].reason, HasSubstr(small.table.layer(missing).name));
    EXPECT_TRUE(report->groups[2].scored);
}

TEST(Eagl, NamesTheLayerThatItCannotScore)
{
    Small small = initialisedNetwork();
    const LayerIndex index = small.table.group(GroupIndex(3)).layers.front();
    const Layer& layer = small.table.layer(index);

    NetworkGrids wrong = small.grids;
    wrong.weights[index].scales = {0.1f, 0.1f, 0.1f};
    const auto misfit = eaglScores(small.network, small.table, wrong, 2);
    ASSERT_FALSE(misfit.ok());
    EXPECT_EQ(misfit.error().code, ErrorCode::BadInput);
    EXPECT_THAT(misfit.error().message, HasSubstr(layer.name));
    for (const float scale : {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        wrong.weights[index].scales = {scale};
        EXPECT_FALSE(eaglScores(small.network, small.table, wrong, 2).ok()) << scale;
    }

    const TensorData& data = small.network.parameter(layer.weight).data;
    std::vector<float> values(data.floats().begin(), data.floats().end());
    values[values.size() / 2] = std::numeric_limits<float>::quiet_NaN();
    ASSERT_TRUE(small.network.setParameter(layer.weight, TensorData::fromFloats(data.shape(), values)).ok());
    const auto broken = eaglScores(small.network, small.table, small.grids, 2);
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().code, ErrorCode::Failed);
    EXPECT_THAT(broken.error().message, HasSubstr(layer.name));

    small.network = *buildArchitecture("fashion_resnet8");
    EXPECT_THAT(eaglScores(small.network, small.table, small.grids, 2).error().message, HasSubstr("no weights"));
}

} // namespace
} // namespace halftone
