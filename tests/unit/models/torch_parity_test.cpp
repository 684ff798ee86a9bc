// Every architecture in PyTorch, by definitions written for this test, against the network that this program builds.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "core/base/random.h"
#include "core/execution/torch_network.h"
#include "core/export/export_formats.h"
#include "core/formats/safetensors.h"
#include "core/models/architectures.h"
#include "core/studies/model_import.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Of the largest magnitude of the output. Two float programs that sum in different orders differ by 1e-6 to 1e-5 here.
constexpr double kTolerance = 1e-4;
constexpr std::int64_t kBatch = 2;

#define HALFTONE_SKIP_WITHOUT_PEER()                                                                                           \
    if (!fs::exists(HALFTONE_PEER_PYTHON))                                                                                     \
    GTEST_SKIP() << "PyTorch from PyPI is absent: networks are not compared with it (" HALFTONE_PEER_PYTHON " does not exist)"

struct PeerAnswer {
    std::vector<float> output;
    Json said;
};

// One Python process for all jobs of a test: importing PyTorch takes seconds. It works while the next job is made.
class TorchPeer {
public:
    explicit TorchPeer(const std::string& test)
        : m_folder(fs::path(HALFTONE_BINARY_DIR) / "tests" / "torch_peer" / test)
    {
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        const std::string command = "exec '" HALFTONE_PEER_PYTHON "' -B '" HALFTONE_SOURCE_DIR "/tests/peers/torch_peer.py' > '"
            + file("log").string() + "' 2>&1";
        std::signal(SIGPIPE, SIG_IGN); // a process that has ended is seen by what it has not answered
        m_process = popen(command.c_str(), "w");
        EXPECT_NE(m_process, nullptr);
    }
    TorchPeer(const TorchPeer&) = delete;
    TorchPeer& operator=(const TorchPeer&) = delete;
    ~TorchPeer()
    {
        finish();
        fs::remove_all(m_folder);
    }

    fs::path file(const std::string& name) const { return m_folder / name; }
    // `job` gets the file names that follow from `name`, and the images.
    void ask(const std::string& name, Json job, const std::vector<float>& images = {}, const Shape& shape = {})
    {
        std::ofstream(file(name + ".in"), std::ios::binary)
            .write(reinterpret_cast<const char*>(images.data()), static_cast<std::streamsize>(images.size() * sizeof(float)));
        job["weights"] = weights(name).string();
        job["input"] = file(name + ".in").string();
        job["output"] = file(name).string();
        job["shape"] = shape;
        const std::string line = job.dump() + "\n";
        std::fputs(line.c_str(), m_process);
        std::fflush(m_process);
    }
    fs::path weights(const std::string& name) const { return file(name + ".weights"); }
    void finish()
    {
        if (!m_process) return;
        const int status = pclose(std::exchange(m_process, nullptr));
        EXPECT_EQ(status, 0) << std::ifstream(file("log")).rdbuf();
    }
    // After finish().
    PeerAnswer answer(const std::string& name) const
    {
        if (std::ifstream error(file(name + ".error")); error) ADD_FAILURE() << name << ": " << error.rdbuf();
        PeerAnswer answer;
        answer.said = Json::parse(std::ifstream(file(name + ".json")), nullptr, false);
        if (std::ifstream in(file(name), std::ios::binary | std::ios::ate); in) {
            answer.output.resize(static_cast<std::size_t>(in.tellg()) / sizeof(float));
            in.seekg(0);
            in.read(reinterpret_cast<char*>(answer.output.data()),
                static_cast<std::streamsize>(answer.output.size() * sizeof(float)));
        }
        return answer;
    }

private:
    fs::path m_folder;
    std::FILE* m_process = nullptr;
};

double difference(std::span<const float> a, std::span<const float> b)
{
    if (a.size() != b.size() || b.empty()) return 1;
    double worst = 0, most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(a[i]) - b[i]));
        most = std::max(most, std::abs(static_cast<double>(b[i])));
    }
    return std::isfinite(worst) && most > 0 ? worst / most : 1;
}

// Large tensors repeat themselves, with a period that divides no row: the networks have 1.7 thousand million weights together.
TensorData uniform(const Shape& shape, double low, double high, Random& random)
{
    constexpr std::size_t kPeriod = 65'537;
    std::vector<float> values(static_cast<std::size_t>(elementCount(shape)));
    const std::size_t drawn = std::min(values.size(), kPeriod);
    for (std::size_t i = 0; i < drawn; ++i) values[i] = static_cast<float>(low + (high - low) * random.uniform());
    for (std::size_t i = drawn; i < values.size(); ++i) values[i] = values[i - drawn];
    return TensorData::fromFloats(shape, values);
}

// Weights that keep the size of what passes (He et al. 2015), batch norms that scale by up to 1.5 either way, and shifts.
void fill(Network& network, Random& random)
{
    const auto set = [&](ParameterIndex index, double low, double high) {
        ASSERT_TRUE(network.setParameter(index, uniform(network.parameter(index).shape, low, high, random)).ok());
    };
    for (const Operation& operation : network.operations()) {
        const auto& parameters = operation.parameters;
        if (operation.as<BatchNorm>()) {
            set(parameters[0], -1.5, 1.5);
            set(parameters[1], -0.4, 0.6);
            set(parameters[2], 0, 0);
            set(parameters[3], 1, 1);
        } else if (!parameters.empty()) {
            const Shape& shape = network.parameter(parameters[0]).shape;
            const double bound = std::sqrt(6.0 * static_cast<double>(shape[0]) / static_cast<double>(elementCount(shape)));
            set(parameters[0], -bound, bound);
            if (parameters.size() > 1) set(parameters[1], -0.2, 0.2);
        }
    }
}

double meanOf(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

// Statistics near those of real inputs, but not equal, so that each number matters and activations stay where they bend.
void disturbStatistics(Network& network, Random& random)
{
    for (const Operation& operation : network.operations()) {
        if (!operation.as<BatchNorm>()) continue;
        const auto change = [&](ParameterIndex index, const auto& changed) {
            const auto now = network.parameter(index).data.floats();
            std::vector<float> values(now.size());
            for (std::size_t i = 0; i < now.size(); ++i) values[i] = static_cast<float>(changed(now[i]));
            ASSERT_TRUE(network.setParameter(index, TensorData::fromFloats({std::ssize(values)}, values)).ok());
        };
        const double variance = meanOf(network.parameter(operation.parameters[3]).data.floats());
        change(
            operation.parameters[2], [&](double mean) { return mean + 0.3 * std::sqrt(variance) * (random.uniform() - 0.5); });
        change(operation.parameters[3], [&](double own) { return (own + 0.2 * variance) * (0.7 + 0.6 * random.uniform()); });
    }
}

struct Images {
    Shape shape; // with the batch
    std::vector<float> values;
    torch::Tensor tensor() const { return torch::tensor(values).view(shape); }
};

Images randomImages(const Shape& input)
{
    Shape shape = input;
    shape.insert(shape.begin(), kBatch);
    return {shape, randomFloats(elementCount(shape), 5, "images")};
}

std::vector<float> forward(const Network& network, const Images& images)
{
    const at::NoGradGuard noGrad;
    auto runnable = TorchNetwork::create(network);
    EXPECT_TRUE(runnable.ok()) << runnable.error().message;
    const torch::Tensor output = runnable->forward(images.tensor()).contiguous();
    return {output.data_ptr<float>(), output.data_ptr<float>() + output.numel()};
}

void giveRandomWeights(Network& network, const Images& images)
{
    Random random(3, network.architecture());
    fill(network, random);
    const auto& operations = network.operations();
    if (std::none_of(operations.begin(), operations.end(), [](const Operation& one) { return one.as<BatchNorm>(); })) return;
    const at::NoGradGuard noGrad;
    auto runnable = *TorchNetwork::create(network);
    runnable.beginReestimation();
    runnable.forward(images.tensor(), {.batchNorm = BatchNormMode::Reestimate});
    network = runnable.trained();
    disturbStatistics(network, random);
}

struct Case {
    std::string name;
    std::string architecture;
    Shape input; // empty: the published one
};

// Odd sides, so that every padding and rounding shows, and as small as the deepest network takes; the published size also where
// a pooling there rounds up.
std::vector<Case> allCases()
{
    std::vector<Case> cases;
    for (const ArchitectureInfo& info : allArchitectures()) {
        const std::string name(info.name);
        const bool small = name.starts_with("cifar_") || name.starts_with("fashion_");
        const Shape input = name == "espnet" ? Shape{3, 96, 72} : Shape{3, 90, 75}; // ESPNet halves its sides three times
        cases.push_back({name, name, small ? Shape{} : input});
        if (name.starts_with("squeezenet") || name == "googlenet" || name == "alexnet" || name == "inception_v3")
            cases.push_back({name + "_published", name, {}});
    }
    return cases;
}

void waitUntilGone(const fs::path& file)
{
    using namespace std::chrono_literals;
    for (int i = 0; i < 30'000 && fs::exists(file); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_FALSE(fs::exists(file)) << "PyTorch's process does not answer";
}

void expectSameBatchNorms(const Network& network, const Json& said)
{
    std::size_t count = 0;
    ASSERT_TRUE(said.is_object());
    for (const Operation& operation : network.operations()) {
        const BatchNorm* norm = operation.as<BatchNorm>();
        if (!norm) continue;
        ++count;
        const auto found = said.find(operation.name);
        ASSERT_NE(found, said.end()) << operation.name;
        EXPECT_DOUBLE_EQ(norm->epsilon, (*found)["epsilon"]) << operation.name;
        EXPECT_NEAR(norm->momentum, (*found)["momentum"].get<double>(), 1e-12) << operation.name;
    }
    EXPECT_EQ(count, said.size());
}

TEST(TorchParity, EveryArchitectureComputesWhatPyTorchComputes)
{
    HALFTONE_SKIP_WITHOUT_PEER();
    TorchPeer peer("architectures");
    const std::vector<Case> cases = allCases();
    std::map<std::string, std::vector<float>> ours;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& [name, architecture, input] = cases[i];
        Network network = *buildArchitecture(architecture, {.classes = 0, .input = input});
        const Images images = randomImages(network.inputShape());
        giveRandomWeights(network, images);
        const Bytes file = writeSafeTensors(stateDict(network));
        if (i > 0) waitUntilGone(peer.weights(cases[i - 1].name)); // two at most lie on the disk
        if (HasFatalFailure()) return;
        std::ofstream(peer.weights(name), std::ios::binary)
            .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
        peer.ask(name, {{"task", "forward"}, {"architecture", architecture}}, images.values, images.shape);
        ours[name] = forward(network, images);
    }
    peer.finish();
    for (const auto& [name, architecture, input] : cases) {
        SCOPED_TRACE(name);
        const PeerAnswer answer = peer.answer(name);
        EXPECT_LT(difference(ours[name], answer.output), kTolerance);
        expectSameBatchNorms(*buildArchitecture(architecture), answer.said.is_object() ? answer.said["norms"] : Json());
    }
}

// What torchvision publishes for these two has the heads that only their training used.
TEST(TorchParity, StateDictsWithAuxiliaryHeadsOpenAndComputeTheSame)
{
    HALFTONE_SKIP_WITHOUT_PEER();
    TorchPeer peer("auxiliary");
    const Images images = randomImages({3, 90, 75});
    const std::map<std::string, std::int64_t> heads{{"inception_v3", 2 * 5 + 2}, {"googlenet", 2 * (5 + 4)}};
    for (const auto& [name, keys] : heads)
        peer.ask(name, {{"task", "publish"}, {"architecture", name}}, images.values, images.shape);
    peer.finish();
    for (const auto& [name, keys] : heads) {
        SCOPED_TRACE(name);
        const PeerAnswer answer = peer.answer(name);
        const auto model = importModel({.file = peer.weights(name), .input = {3, 90, 75}}); // without --arch
        ASSERT_TRUE(model.ok()) << model.error().message;
        EXPECT_EQ(model->network.architecture(), name);
        EXPECT_TRUE(checkImport(*model, peer.weights(name)).ok());
        EXPECT_EQ(model->report.leftOut, keys);
        EXPECT_LT(difference(forward(model->network, images), answer.output), kTolerance);
    }
}

// A fine-tuned network written as safetensors: the safetensors package finds every tensor under the name that it had in the
// file that the network came from, and the step sizes beside them.
TEST(TorchParity, ExportedSafetensorsOpenByTheNamesThatTheyCameWith)
{
    HALFTONE_SKIP_WITHOUT_PEER();
    Network network = *buildArchitecture("fashion_resnet8");
    const Images images = randomImages(network.inputShape());
    giveRandomWeights(network, images);
    auto runnable = *TorchNetwork::create(network);
    const BitAssignment bits = uniformAssignment(runnable.table(), 4);
    ASSERT_TRUE(runnable.assign(bits, {}).ok());
    ASSERT_TRUE(runnable.calibrateNew(images.tensor()).ok());
    const StateDict state = runnable.state();
    const QuantizedModel model{runnable.trained(), bits, *runnable.grids()};
    const auto format = findExportFormat("safetensors");
    ASSERT_TRUE(format.ok()) << format.error().message;
    const auto file = (*format)->write({.model = model, .state = state, .assignment = "four"});
    ASSERT_TRUE(file.ok()) << file.error().message;

    TorchPeer peer("safetensors");
    std::ofstream(peer.weights("four"), std::ios::binary)
        .write(reinterpret_cast<const char*>(file->data()), static_cast<std::streamsize>(file->size()));
    peer.ask("four", {{"task", "names"}});
    peer.finish();
    Json said = peer.answer("four").said;
    ASSERT_TRUE(said.is_object());
    for (const NamedTensor& entry : stateDict(network).entries) {
        SCOPED_TRACE(entry.name);
        ASSERT_TRUE(said.contains(entry.name));
        EXPECT_EQ(said[entry.name]["type"], "torch.float32");
        EXPECT_EQ(said[entry.name]["shape"], entry.tensor.shape());
        const auto values = entry.tensor.floats();
        EXPECT_NEAR(said[entry.name]["sum"], meanOf(values) * static_cast<double>(values.size()), 1e-6);
        said.erase(entry.name);
    }
    EXPECT_EQ(said.size(), bits.layers.size() + runnable.table().groups.size()); // linked layers share their input's
    for (const auto& [name, tensor] : said.items()) EXPECT_TRUE(name.ends_with("_quantizer.step")) << name;
}

} // namespace
} // namespace halftone
