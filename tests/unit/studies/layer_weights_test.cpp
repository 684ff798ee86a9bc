// What is told of a layer's weights: against loops in double precision, from studies, and how long it takes.
#include "core/studies/layer_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "core/base/random.h"
#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;

namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed)
{
    Random random(seed, "layer weights");
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(0.1 * random.normal());
    return values;
}

double entropyOf(const std::vector<float>& values, const std::vector<double>& levels)
{
    std::map<std::size_t, double> counts;
    for (const float v : values) {
        std::size_t nearest = 0;
        for (std::size_t i = 0; i < levels.size(); ++i)
            if (std::abs(v - levels[i]) < std::abs(v - levels[nearest])) nearest = i;
        ++counts[nearest];
    }
    double entropy = 0;
    for (const auto& [level, count] : counts) {
        const double p = count / static_cast<double>(values.size());
        entropy -= p * std::log2(p);
    }
    return entropy;
}

class LayerWeightsOfStudy : public StudyFolder {
protected:
    StudyFile studyWithNetwork()
    {
        Network network("small");
        auto x = network.addInput({1, 8, 8});
        x = *network.add("conv1", Conv2d{.outChannels = 4, .kernel = {3, 3}, .padding = {1, 1}}, {x});
        x = *network.add("flatten", Flatten{}, {x});
        network.setOutput(*network.add("fc", Linear{.outFeatures = 2}, {x}, true));
        initialiseParameters(network, 3);
        m_network = network;
        return newStudy({.model = StudyModel{.networkText = toText(network), .weights = writeSafeTensors(stateDict(network))}});
    }
    std::int64_t finishedRun(StudyFile& file, float step)
    {
        auto run = someRun("a run");
        run.assignmentBits = "4,8";
        run.optionsJson = R"({"recipe":{"symmetricWeights2":false}})";
        const auto id = file.startRun(run);
        EXPECT_TRUE(id.ok());
        StateDict state = stateDict(m_network);
        state.entries[0].tensor = TensorData::fromFloats({4, 1, 3, 3}, m_trained);
        state.entries.push_back({"conv1.weight_quantizer.step", TensorData::fromFloats({1}, std::vector{step})});
        EXPECT_TRUE(file.finishRun(*id, {.weights = writeSafeTensors(state)}).ok());
        return *id;
    }
    Network m_network;
    std::vector<float> m_trained = drawn(36, 9);
};

} // namespace

TEST(LayerWeights, TellsWhatEachWidthMakesOfThem)
{
    const auto values = drawn(2304, 1);
    const auto made = describeWeights({.values = values, .bins = 20});
    ASSERT_TRUE(made.ok()) << made.error().message;
    double largest = 0;
    for (const float v : values) largest = std::max(largest, std::abs(static_cast<double>(v)));
    EXPECT_EQ(made->histogram.lowest, -largest);
    EXPECT_EQ(made->histogram.highest, largest);
    EXPECT_EQ(made->histogram.counts.size(), 20u);
    ASSERT_EQ(made->widths.size(), 3u);
    const std::size_t levels[] = {3, 16, 256};
    const std::int64_t bytes[] = {576, 1152, 2304};
    for (std::size_t i = 0; i < 3; ++i) {
        const WeightsAtWidth& width = made->widths[i];
        EXPECT_EQ(width.grid.bits, 2 << i);
        EXPECT_EQ(width.grid.levels.size(), levels[i]);
        EXPECT_EQ(width.bytes, bytes[i]);
        EXPECT_EQ(width.grid.stepOrigin, "least square error");
        EXPECT_NEAR(width.entropyBits, entropyOf(values, width.grid.levels), 1e-9);
        double signal = 0, noise = 0;
        for (const float v : values) {
            double nearest = 1e9;
            for (const double level : width.grid.levels) nearest = std::min(nearest, std::abs(v - level));
            signal += static_cast<double>(v) * v;
            noise += nearest * nearest;
        }
        EXPECT_NEAR(*width.grid.signalToNoiseDb, 10 * std::log10(signal / noise), 1e-6);
    }
    // J. Max, Quantizing for minimum distortion (1960), table II: the best uniform grid of 16 levels leaves a Gaussian an error
    // of 0.01154, which is 19.4 dB.
    EXPECT_NEAR(*made->widths[1].grid.signalToNoiseDb, 19.4, 0.4);
    EXPECT_GT(*made->widths[2].grid.signalToNoiseDb, 38);
}

TEST(LayerWeights, CountsBytesOfOddSizesUpwards)
{
    const auto made = describeWeights({.values = drawn(3, 1)});
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->widths[0].bytes, 1);
    EXPECT_EQ(made->widths[1].bytes, 2);
    EXPECT_EQ(made->widths[2].bytes, 3);
}

TEST(LayerWeights, HandlesOneValueAndAllZeros)
{
    const std::vector<float> one{0.5f}, zeros(7, 0.0f);
    const auto single = describeWeights({.values = one});
    ASSERT_TRUE(single.ok());
    EXPECT_FALSE(single->widths[1].grid.signalToNoiseDb); // exact
    const auto nothing = describeWeights({.values = zeros, .bins = 3});
    ASSERT_TRUE(nothing.ok());
    EXPECT_EQ(nothing->histogram.counts, (std::vector<std::int64_t>{0, 7, 0}));
    EXPECT_EQ(nothing->widths[0].entropyBits, 0);
}

TEST(LayerWeights, RefusesWhatCannotBeShown)
{
    const std::vector<float> broken{1, std::numeric_limits<float>::quiet_NaN()}, fine{1};
    EXPECT_EQ(describeWeights({.values = broken}).error().code, ErrorCode::Failed);
    EXPECT_EQ(describeWeights({.values = {}}).error().code, ErrorCode::BadInput);
    EXPECT_EQ(describeWeights({.values = fine, .bins = 0}).error().code, ErrorCode::BadInput);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(describeWeights({.values = fine}, TaskContext(stop.get_token())).error().code, ErrorCode::Cancelled);
}

TEST_F(LayerWeightsOfStudy, ReadsThePretrainedWeights)
{
    const auto file = studyWithNetwork();
    const auto made = layerWeights(file, {.layer = "fc", .bins = 10});
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->source, "pretrained");
    EXPECT_EQ(made->layer, "fc");
    EXPECT_EQ(made->statistics.count, 4 * 8 * 8 * 2);
    double sum = 0;
    for (const float v : m_network.parameter(m_network.findParameter("fc.weight")).data.floats()) sum += v;
    EXPECT_NEAR(made->statistics.mean, sum / 512, 1e-12);
}

TEST_F(LayerWeightsOfStudy, ARunBringsItsWeightsAndItsLearnedStep)
{
    auto file = studyWithNetwork();
    const auto id = finishedRun(file, 0.0625f);
    const auto made = layerWeights(file, {.layer = "conv1", .run = id});
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->source, "run " + std::to_string(id));
    EXPECT_EQ(made->statistics.maximum, *std::max_element(m_trained.begin(), m_trained.end()));
    EXPECT_EQ(made->widths[1].grid.step, 0.0625); // 4 bit, the run's width
    EXPECT_EQ(made->widths[1].grid.stepOrigin, "learned in run " + std::to_string(id));
    EXPECT_EQ(made->widths[2].grid.stepOrigin, "least square error");
    EXPECT_EQ(made->widths[0].grid.levels.size(), 4u); // the run's recipe keeps -2
    EXPECT_FALSE(layerWeights(file, {.layer = "conv1", .run = id + 1}).ok());
}

TEST_F(LayerWeightsOfStudy, AStepThatIsNoneIsASentence)
{
    auto file = studyWithNetwork();
    const auto id = finishedRun(file, -1.0f);
    const auto made = layerWeights(file, {.layer = "conv1", .run = id});
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, ErrorCode::Corrupt);
}

TEST_F(LayerWeightsOfStudy, ARunWithoutWeightsAndAWrongNameAreSentences)
{
    auto file = studyWithNetwork();
    const auto id = file.startRun(someRun("unfinished"));
    ASSERT_TRUE(id.ok());
    EXPECT_EQ(layerWeights(file, {.layer = "conv1", .run = *id}).error().code, ErrorCode::BadInput);
    const auto wrong = layerWeights(file, {.layer = "conv"});
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().code, ErrorCode::NotFound);
    EXPECT_NE(wrong.error().message.find("conv1"), std::string::npos) << wrong.error().message;
}

