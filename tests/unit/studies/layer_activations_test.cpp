// A layer's input over training images: against the plain executor in double precision, and the step against calibration's.
#include "core/studies/layer_activations.h"

#include <cmath>

#include "core/data/batch_loader.h"
#include "core/execution/torch_network.h"
#include "tests/support/reference_executor.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;

namespace {

class LayerActivationsOfStudy : public SmallStudy {
protected:
    Study newStudy()
    {
        auto study = Study::create(options(), m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    // All training images as floats, by the definition of normalisation.
    static std::vector<float> normalised(const Dataset& data)
    {
        std::vector<float> all;
        std::vector<std::uint8_t> bytes(28 * 28);
        for (std::int64_t i = 0; i < data.train->count(); ++i) {
            EXPECT_TRUE(data.train->read(i, bytes).ok());
            for (const auto byte : bytes)
                all.push_back(
                    (static_cast<float>(byte) / 255.0f - data.normalisation.mean[0]) / data.normalisation.deviation[0]);
        }
        return all;
    }
};

} // namespace

TEST_F(LayerActivationsOfStudy, EqualThePlainExecutorsValues)
{
    writeImages(m_folder / "data", "train", 20, 1); // few: the executor is slow
    Study study = newStudy();
    const auto made = layerActivations(study, {.layer = "layer2.0.conv1", .bins = 12});
    ASSERT_TRUE(made.ok()) << made.error().message;
    const Dataset& data = **study.dataset();
    const auto run = runReference(study.network(), normalised(data), 20);
    const LayerTable& table = study.table();
    const Layer* layer = nullptr;
    for (const auto& one : table.layers)
        if (one.name == "layer2.0.conv1") layer = &one;
    ASSERT_TRUE(layer);
    const auto& values = run.values[static_cast<std::size_t>(layer->input.value)];
    double sum = 0, squares = 0, largest = 0, zeros = 0;
    for (const double v : values) {
        sum += v;
        squares += v * v;
        largest = std::max(largest, v);
        zeros += v == 0 ? 1 : 0;
    }
    const double n = static_cast<double>(values.size());
    EXPECT_EQ(made->images, 20);
    EXPECT_EQ(made->statistics.count, static_cast<std::int64_t>(values.size()));
    EXPECT_TRUE(made->isUnsigned);
    EXPECT_NEAR(made->statistics.maximum, largest, 1e-4 * largest);
    EXPECT_NEAR(made->statistics.mean, sum / n, 1e-5 * largest);
    EXPECT_NEAR(made->statistics.deviation, std::sqrt(squares / n - sum / n * sum / n), 1e-5 * largest);
    EXPECT_NEAR(made->zeroFraction, zeros / n, 1e-4); // a float may round a tiny value to zero
    std::int64_t total = 0;
    for (std::size_t bin = 0; bin < 12; ++bin) {
        std::int64_t inside = 0;
        for (const double v : values)
            inside += v >= largest * static_cast<double>(bin) / 12 && v < largest * static_cast<double>(bin + 1) / 12 ? 1 : 0;
        EXPECT_NEAR(made->histogram.counts[bin], inside, 3) << bin; // values at a bin's edge
        total += made->histogram.counts[bin];
    }
    EXPECT_EQ(total, made->statistics.count);
    ASSERT_EQ(made->widths.size(), 3u);
    for (const GridView& width : made->widths) {
        ASSERT_EQ(width.levels.size(), std::size_t{1} << width.bits);
        EXPECT_EQ(width.levels[0], 0);
        double noise = 0;
        for (const double v : values) {
            const double code = std::clamp(std::nearbyint(v / width.step), 0.0, std::exp2(width.bits) - 1);
            noise += std::pow(v - code * width.step, 2);
        }
        EXPECT_NEAR(*width.signalToNoiseDb, 10 * std::log10(squares / noise), 0.01);
    }
    EXPECT_EQ(made->value, study.network().operation(study.network().value(layer->input).producer).name);
}

TEST_F(LayerActivationsOfStudy, StepsAreThoseThatCalibrationChooses)
{
    Study study = newStudy();
    const auto made = layerActivations(study, {.layer = "layer1.0.conv2"});
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->images, 256); // all there are
    const Dataset& data = **study.dataset();
    BatchLoader loader(data.train, data.normalisation, {.batchSize = 256, .shuffle = true, .seed = study.seed(), .epoch = -1});
    const auto images = (*loader.next())->images;
    for (const int bits : {2, 4, 8}) {
        auto network = *TorchNetwork::create(study.network());
        ASSERT_TRUE(network.assign(uniformAssignment(study.table(), bits), {}).ok());
        ASSERT_TRUE(network.calibrateNew(images).ok());
        for (const Layer& layer : study.table().layers)
            if (layer.name == "layer1.0.conv2") {
                const float step = network.grids()->activations.at(layer.input).scales[0];
                const GridView& view = made->widths[bits == 2 ? 0 : bits == 4 ? 1 : 2];
                EXPECT_NEAR(view.step, step, 1e-4 * step) << bits; // batches of another size sum in another order
            }
    }
}

TEST_F(LayerActivationsOfStudy, TheImagesThemselvesAreSigned)
{
    Study study = newStudy();
    const auto made = layerActivations(study, {.layer = "conv1", .images = 3, .bins = 5});
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->value, "input");
    EXPECT_EQ(made->images, 3);
    EXPECT_EQ(made->statistics.count, 3 * 28 * 28);
    EXPECT_FALSE(made->isUnsigned);
    EXPECT_EQ(made->histogram.lowest, -made->histogram.highest);
    EXPECT_EQ(made->widths[1].levels.size(), 16u);
    EXPECT_EQ(made->widths[0].levels.size(), 4u);
}

TEST_F(LayerActivationsOfStudy, WrongUseIsASentence)
{
    Study study = newStudy();
    EXPECT_EQ(layerActivations(study, {.layer = "conv1", .images = 0}).error().code, ErrorCode::BadInput);
    EXPECT_EQ(layerActivations(study, {.layer = "conv1", .bins = 0}).error().code, ErrorCode::BadInput);
    EXPECT_FALSE(layerActivations(study, {.layer = "conv1", .run = 7}).ok());
    const auto wrong = layerActivations(study, {.layer = "conv"});
    EXPECT_EQ(wrong.error().code, ErrorCode::NotFound);
    EXPECT_NE(wrong.error().message.find("conv1"), std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(layerActivations(study, {.layer = "conv1"}, TaskContext(stop.get_token())).error().code, ErrorCode::Cancelled);
}
