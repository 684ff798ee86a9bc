// Studies of already quantized files: the file's own scales come through import, evaluation, export and fine-tuning.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ATen/core/grad_mode.h>

#include <cstdlib>

#include "core/data/batch_loader.h"
#include "core/export/export_formats.h"
#include "core/graph/network_text.h"
#include "core/graph/quantized_model.h"
#include "core/studies/export_gate.h"
#include "core/studies/inspection.h"
#include "core/studies/layer_activations.h"
#include "core/studies/layer_weights.h"
#include "core/studies/loaded_network.h"
#include "tests/support/onnx_graphs.h"
#include "tests/support/test_networks.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

constexpr const char* kOwnScales = "pretrained, with the file's own scales";

std::string endingOf(const std::string& format) { return std::string((*findExportFormat(format))->ending); }

struct Listener final : ProgressSink {
    void progress(const Progress&) override { }
    void note(std::string_view sentence) override { notes += sentence; }
    std::string notes;
};

class FileGrids : public SmallStudy {
protected:
    // Every width from 2 to 8 somewhere; weights and inputs differ.
    static BitAssignment mixedBits(const LayerTable& table)
    {
        BitAssignment bits = uniformAssignment(table, 4);
        for (std::size_t i = 1; i + 1 < bits.layers.size(); ++i) bits.layers[i].weight = 2 + static_cast<int>(i) % 5;
        return bits;
    }
    enum class Weights { Random, Trained }; // training takes most of a test's time
    Study firstStudy(Weights weights = Weights::Random)
    {
        auto made = weights == Weights::Trained ? Result<Study>(trainedStudy()) : Study::create(options(), m_environment);
        EXPECT_TRUE(made.ok()) << made.error().message;
        Study study = std::move(*made);
        EXPECT_TRUE(study.file().saveAssignment({.name = "mixed", .bits = toText(mixedBits(study.table()))}).ok());
        return study;
    }
    Result<Study> studyOf(const fs::path& file)
    {
        NewStudyOptions made = options();
        made.path = m_folder / (file.stem().string() + "_" + std::to_string(++m_studies) + ".halftone");
        made.architecture.clear();
        made.model = file.string();
        return Study::create(made, m_environment);
    }
    Study writtenAndOpened(Study& first, const std::string& assignment, const std::string& format, bool fold)
    {
        const fs::path file = m_folder / (assignment + (fold ? "_folded" : "_") + format + endingOf(format));
        const auto exported
            = exportAssignment(first, {.assignment = assignment, .format = format, .file = file, .foldBatchNorm = fold});
        EXPECT_TRUE(exported.ok()) << exported.error().message;
        m_file = file;
        auto study = studyOf(file);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    static torch::Tensor outputs(Study& study, TorchNetwork& network)
    {
        const at::NoGradGuard noGrad;
        const auto data = study.dataset();
        EXPECT_TRUE(data.ok()) << data.error().message;
        BatchLoader loader((*data)->test, (*data)->normalisation, {.batchSize = (*data)->test->count()});
        return network.forward((*loader.next())->images);
    }
    static torch::Tensor outputsOf(Study& study, const std::string& assignment)
    {
        auto loaded = loadNetwork(study, assignment, {});
        EXPECT_TRUE(loaded.ok()) << loaded.error().message;
        return outputs(study, loaded->network);
    }
    TorchNetwork runnable(const fs::path& file, const Study& study) const
    {
        auto network = readExported(*readFile(file), study.network());
        EXPECT_TRUE(network.ok()) << network.error().message;
        return std::move(*network);
    }
    // Weights, then input, of each layer: formats need not keep the names of what stands between layers.
    static std::vector<FrozenGrid> byLayer(const NetworkGrids& grids, const LayerTable& table)
    {
        std::vector<FrozenGrid> list;
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            list.push_back(grids.weights.at(LayerIndex(static_cast<std::int64_t>(i))));
            list.push_back(grids.activations.at(table.layers[i].input));
        }
        return list;
    }
    static std::vector<FrozenGrid> byLayer(const Study& study) { return byLayer(study.fileGrids(), study.table()); }
    static std::vector<FrozenGrid> byLayer(const TorchNetwork& network) { return byLayer(*network.grids(), network.table()); }

    fs::path m_file; // that writtenAndOpened() wrote
    int m_studies = 0;
};

double largestDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

// Batch norms that stand as nodes compute what they computed; the whole evaluation is the same.
class FileGridsOfFormat : public FileGrids, public testing::WithParamInterface<const char*> { };

} // namespace

TEST_P(FileGridsOfFormat, EvaluateAsTheStudyThatWroteThem)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", GetParam(), false);
    const auto wanted = evaluateStudy(first, {.assignment = "mixed"}), seen = evaluateStudy(second, {.assignment = "as-in-file"});
    ASSERT_TRUE(wanted.ok()) << wanted.error().message;
    ASSERT_TRUE(seen.ok()) << seen.error().message;
    EXPECT_EQ(wanted->weights, "pretrained, calibrated but not fine-tuned");
    EXPECT_EQ(seen->weights, kOwnScales);
    EXPECT_EQ(seen->correct, wanted->correct);
    EXPECT_NEAR(seen->loss, wanted->loss, 1e-5);
    EXPECT_LT(largestDifference(outputsOf(first, "mixed"), outputsOf(second, "as-in-file")), 1e-5);

    const fs::path again = m_folder / ("again" + m_file.extension().string());
    const auto exported = exportAssignment(second, {.assignment = "as-in-file", .format = GetParam(), .file = again, .foldBatchNorm = false});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
    EXPECT_EQ(exported->weights, kOwnScales);
    EXPECT_EQ(byLayer(second), byLayer(loadNetwork(first, "mixed", {})->network));
    EXPECT_EQ(byLayer(runnable(again, second)), byLayer(second));
}

INSTANTIATE_TEST_SUITE_P(Formats, FileGridsOfFormat, testing::Values("onnx-qdq", "onnx-qcdq", "qonnx", "packed", "torchscript"),
    [](const testing::TestParamInfo<const char*>& one) {
        std::string name = one.param;
        std::erase(name, '-');
        return name;
    });

TEST_F(FileGrids, OfFoldedBatchNormsAreThoseOfTheFile)
{
    Study first = firstStudy(Weights::Trained);
    Study second = writtenAndOpened(first, "mixed", "onnx-qdq", true);
    TorchNetwork file = runnable(m_file, second);
    EXPECT_TRUE(torch::equal(outputsOf(second, "as-in-file"), outputs(second, file))); // the file's own answers, to the bit
    EXPECT_EQ(byLayer(second), byLayer(file));
    EXPECT_GT(byLayer(second).front().scales.size(), 1u); // one a filter
    // Folding moves values by float rounding, and some of them to the next code.
    const auto wanted = evaluateStudy(first, {.assignment = "mixed"}), seen = evaluateStudy(second, {.assignment = "as-in-file"});
    ASSERT_TRUE(wanted.ok() && seen.ok());
    EXPECT_LE(std::abs(seen->correct - wanted->correct), 1);

    for (const char* const format : {"onnx-qdq", "safetensors", "torchscript"}) {
        const fs::path again = m_folder / ("again" + endingOf(format));
        const auto exported = exportAssignment(second, {.assignment = "as-in-file", .format = format, .file = again});
        ASSERT_TRUE(exported.ok()) << exported.error().message;
        EXPECT_TRUE(exported->verdict.passed) << toJson(exported->verdict);
        EXPECT_EQ(byLayer(runnable(again, second)), byLayer(second)) << format;
    }
}

TEST_F(FileGrids, NeedNoDataToRun)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", "packed", false);
    const fs::path path = second.file().path();
    { const Study closed = std::move(second); }
    fs::remove_all(m_folder / "data");
    auto again = Study::open(path, m_environment);
    ASSERT_TRUE(again.ok()) << again.error().message;
    const auto loaded = loadNetwork(*again, "as-in-file", {});
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->origin, kOwnScales);
    EXPECT_FALSE(loadNetwork(*again, "4", {}).ok()); // other widths are calibrated, which needs images
}

TEST_F(FileGrids, AreKeptWhereTheWidthIsTheFilesAndCalibratedElsewhere)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", "qonnx", false);
    const auto loaded = loadNetwork(second, "4", {}); // inputs are at 4 bit in the file too
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_THAT(loaded->origin, HasSubstr("the file's own scales where its widths are kept, calibrated elsewhere"));
    const NetworkGrids grids = *loaded->network.grids();
    EXPECT_EQ(grids.activations, second.fileGrids().activations);
    for (const auto& [layer, grid] : second.fileGrids().weights) {
        const FrozenGrid& used = grids.weights.at(layer);
        EXPECT_EQ(used == grid, used.bits == grid.bits) << layer.value;
    }
    const auto other = loadNetwork(second, "5", {});
    ASSERT_TRUE(other.ok());
    EXPECT_NE(other->origin, kOwnScales);
}

TEST_F(FileGrids, StartTheStepsOfAFineTune)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", "packed", false);
    FinetuneOptions training{.assignment = "as-in-file"};
    training.recipe.epochs = 0; // what a run starts from is what it leaves
    training.recipe.batchSize = 32;
    Listener listener;
    const auto untrained = finetune(second, training, TaskContext({}, &listener));
    ASSERT_TRUE(untrained.ok()) << untrained.error().message;
    const auto started = loadNetwork(second, "as-in-file", {});
    ASSERT_TRUE(started.ok());
    EXPECT_THAT(started->origin, HasSubstr("fine-tuned"));
    EXPECT_EQ(*started->network.grids(), second.fileGrids());
    const std::size_t all = second.fileGrids().weights.size() + second.fileGrids().activations.size();
    const std::string words = std::to_string(all) + " steps start from the file's own scales.";
    EXPECT_THAT(listener.notes, HasSubstr(words));
    EXPECT_EQ(untrained->run.message, words);
    training.recipe.epochs = 1;
    const auto trained = finetune(second, training);
    ASSERT_TRUE(trained.ok()) << trained.error().message;
    EXPECT_FALSE(*loadNetwork(second, "as-in-file", {})->network.grids() == second.fileGrids()); // and learn from there
    FinetuneOptions other = training;
    other.assignment = "fp32";
    const auto full = finetune(second, other);
    ASSERT_TRUE(full.ok()) << full.error().message;
    EXPECT_EQ(full->run.message, "");
}

TEST_F(FileGrids, AChannelEachCannotStartOneStep)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", "onnx-qdq", true);
    FinetuneOptions training{.assignment = "as-in-file"};
    training.recipe.epochs = 0;
    const auto run = finetune(second, training);
    ASSERT_TRUE(run.ok()) << run.error().message;
    EXPECT_THAT(run->run.message, HasSubstr("as always, because the file has a scale a channel or another range there: the weights of "));
    const NetworkGrids grids = *loadNetwork(second, "as-in-file", {})->network.grids();
    EXPECT_EQ(grids.activations, second.fileGrids().activations);
    for (const auto& [layer, grid] : grids.weights) EXPECT_EQ(grid.scales.size(), 1u) << layer.value;
}

TEST_F(FileGrids, AreShown)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "4", "packed", false);
    const auto file = inspectModel({.file = m_file}), study = inspectStudy(second);
    ASSERT_TRUE(file.ok() && study.ok());
    ASSERT_EQ(file->inFile.size(), file->layers.size());
    ASSERT_EQ(study->inFile.size(), study->layers.size());
    EXPECT_EQ(study->inFile[1].weights, second.fileGrids().weights.at(LayerIndex(1)));
    EXPECT_EQ(file->inFile[1].weights, study->inFile[1].weights);
    EXPECT_EQ(file->inFile[1].input, second.fileGrids().activations.at(second.table().layers[1].input));
    EXPECT_TRUE(inspectStudy(first)->inFile.empty());

    const std::string layer = second.table().layers[1].name;
    const auto weights = layerWeights(second.file(), {.layer = layer});
    ASSERT_TRUE(weights.ok()) << weights.error().message;
    EXPECT_EQ(weights->widths[1].grid.stepOrigin, "the file's own");
    EXPECT_EQ(weights->widths[1].grid.step, second.fileGrids().weights.at(LayerIndex(1)).scales[0]);
    EXPECT_FALSE(weights->widths[1].grid.signalToNoiseDb.has_value()); // the weights are on it
    EXPECT_EQ(weights->widths[2].grid.stepOrigin, "least square error");
    const auto inputs = layerActivations(second, {.layer = layer, .images = 16});
    ASSERT_TRUE(inputs.ok()) << inputs.error().message;
    EXPECT_EQ(inputs->widths[1].stepOrigin, "the file's own");
    EXPECT_EQ(inputs->widths[0].stepOrigin, "least square error");
}

TEST_F(FileGrids, ThatDoNotFitTheNetworkAreRefused)
{
    Study first = firstStudy();
    Study second = writtenAndOpened(first, "mixed", "packed", false);
    const StudyModel model = *second.file().loadModel();
    const StudySettings settings = *second.file().settings();
    const auto opened = [&](const NamedGrids& grids) {
        StudyModel changed = model;
        changed.grids = grids;
        const fs::path path = m_folder / ("changed" + std::to_string(++m_studies) + ".halftone");
        EXPECT_TRUE(StudyFile::create(path, {.settings = settings, .model = changed}).ok());
        return Study::open(path, m_environment);
    };
    const auto refused = [&](const NamedGrids& grids, const char* expected) {
        const auto study = opened(grids);
        ASSERT_FALSE(study.ok());
        EXPECT_EQ(study.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(study.error().message, HasSubstr("The study's grids do not fit its network: "));
        EXPECT_THAT(study.error().message, HasSubstr(expected));
    };
    NamedGrids grids = model.grids;
    grids.weights["layer9.conv1"] = grids.weights.begin()->second;
    refused(grids, "the weights of 'layer9.conv1', and no such layer");
    grids = model.grids;
    grids.weights.begin()->second.scales.resize(3, 1.0f);
    refused(grids, "has 3 scales for");
    grids = model.grids;
    grids.activations.begin()->second.bits = 2;
    refused(grids, "");
    // A study that was made before grids were kept has none, and calibrates as it did.
    auto old = opened({});
    ASSERT_TRUE(old.ok()) << old.error().message;
    ASSERT_TRUE(old->file().saveAssignment({.name = "as-in-file", .bits = toText(mixedBits(old->table()))}).ok());
    const auto loaded = loadNetwork(*old, "as-in-file", {});
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->origin, "pretrained, calibrated but not fine-tuned");
}

namespace {

// As onnxruntime's own tools write a network: 8 bits, weights with a scale a filter (axis 0), biases of 32 bits. 1x28x28, ten answers.
Bytes foreignQuantizedFile()
{
    using Integers = std::vector<std::int64_t>;
    OnnxGraph graph(13, {1, 28, 28});
    graph.codes("u8", OnnxType::UInt8, {}, {0});
    graph.codes("i8", OnnxType::Int8, {}, {0});
    const auto quantized = [&](const std::string& x, float scale, const char* zero) {
        const std::string s = graph.floats(x + ".s", {}, {scale});
        return graph.node("DequantizeLinear", x + ".dq", {graph.node("QuantizeLinear", x + ".q", {x, s, zero}), s, zero});
    };
    const auto layer = [&](const char* type, const std::string& name, const std::string& x, float inputScale, Shape shape) {
        const auto filters = static_cast<std::size_t>(shape[0]);
        const std::vector<float> values = randomFloats(elementCount(shape), 3, name);
        std::vector<std::int32_t> codes, bias;
        for (const float v : values) codes.push_back(static_cast<std::int32_t>(std::lround(std::clamp(60 * v, -128.0f, 127.0f))));
        std::vector<float> scales, biasScales;
        for (std::size_t f = 0; f < filters; ++f) {
            scales.push_back(0.002f + 0.0007f * static_cast<float>(f % 7));
            biasScales.push_back(scales.back() * inputScale);
            bias.push_back(static_cast<std::int32_t>(f) * 40 - 100);
        }
        const Integers perFilter{static_cast<std::int64_t>(filters)};
        const std::vector<OnnxAttribute> axis{{"axis", std::int64_t(0)}};
        const std::string w = graph.node("DequantizeLinear", name + ".w",
            {graph.codes(name + ".codes", OnnxType::Int8, shape, codes), graph.floats(name + ".ws", perFilter, scales),
                graph.codes(name + ".wz", OnnxType::Int8, perFilter, std::vector<std::int32_t>(filters))},
            axis);
        const auto raw = std::as_bytes(std::span(bias));
        graph.file.initializers.push_back({name + ".bias", OnnxType::Int32, perFilter, Bytes(raw.begin(), raw.end())});
        const std::string b = graph.node(
            "DequantizeLinear", name + ".b", {name + ".bias", graph.floats(name + ".bs", perFilter, biasScales)}, axis);
        if (std::string_view(type) == "Gemm") return graph.node(type, name, {x, w, b}, {{"transB", std::int64_t(1)}});
        return graph.node(type, name, {x, w, b}, {{"pads", Integers{1, 1, 1, 1}}});
    };
    std::string x = layer("Conv", "conv1", quantized("x", 0.02f, "i8"), 0.02f, {8, 1, 3, 3});
    x = layer("Conv", "conv2", quantized(graph.node("Relu", "relu1", {x}), 0.01f, "u8"), 0.01f, {16, 8, 3, 3});
    x = graph.node("Flatten", "flat", {graph.node("GlobalAveragePool", "pool", {graph.node("Relu", "relu2", {x})})});
    x = layer("Gemm", "fc", quantized(x, 0.008f, "u8"), 0.008f, {10, 16});
    graph.output(x, {10});
    return graph.bytes();
}

} // namespace

TEST_F(FileGrids, OfAnotherProgramWithAScaleAFilterAnswerAsOnnxruntimeDoes)
{
    const fs::path file = m_folder / "foreign.onnx";
    ASSERT_TRUE(writeFileAtomically(file, foreignQuantizedFile()).ok());
    auto study = studyOf(file);
    ASSERT_TRUE(study.ok()) << study.error().message;
    EXPECT_EQ(study->fileGrids().weights.at(LayerIndex(1)).scales.size(), 16u);
    const auto evaluated = evaluateStudy(*study, {.assignment = "as-in-file"});
    ASSERT_TRUE(evaluated.ok()) << evaluated.error().message;
    EXPECT_EQ(evaluated->weights, kOwnScales);
    if (!fs::exists(HALFTONE_PEER_PYTHON))
        GTEST_SKIP() << "onnxruntime from PyPI is absent: a quantized file of another program is not run (" HALFTONE_PEER_PYTHON
                        " does not exist)";
    const auto data = study->dataset();
    BatchLoader loader((*data)->test, (*data)->normalisation, {.batchSize = 10});
    const torch::Tensor images = (*loader.next())->images.contiguous();
    const auto count = static_cast<std::size_t>(images.numel());
    ASSERT_TRUE(writeFileAtomically(m_folder / "in", std::as_bytes(std::span(images.data_ptr<float>(), count))).ok());
    const std::string jobs = (m_folder / "jobs.json").string();
    std::ofstream(jobs) << nlohmann::json{{{"model", file.string()}, {"input", (m_folder / "in").string()}, {"shape", images.sizes().vec()},
        {"output", (m_folder / "out").string()}, {"level", "none"}, {"values", false}}};
    const std::string command = "'" HALFTONE_PEER_PYTHON "' '" HALFTONE_SOURCE_DIR "/tests/peers/onnx_peer.py' '" + jobs + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    torch::Tensor wanted = torch::empty({10, 10});
    std::ifstream(m_folder / "out", std::ios::binary).read(reinterpret_cast<char*>(wanted.data_ptr<float>()), 400);
    const at::NoGradGuard noGrad;
    auto loaded = loadNetwork(*study, "as-in-file", {});
    ASSERT_TRUE(loaded.ok());
    const double most = wanted.abs().max().item<double>();
    EXPECT_GT(most, 0.1);
    // Sums in another order reach the next code at some places of the maps, which the pooling takes the mean of.
    EXPECT_LT(largestDifference(loaded->network.forward(images), wanted), 1e-4 * most);
}
