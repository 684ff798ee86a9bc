// TorchScript files in both directions between this program and PyTorch.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/execution/torch_network.h"
#include "core/execution/torchscript_reader.h"
#include "core/execution/torchscript_writer.h"
#include "core/models/architectures.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::UnorderedElementsAreArray;

// One Python process for all jobs of a test: importing PyTorch takes seconds.
class TorchScriptPeer : public testing::Test {
protected:
    void SetUp() override
    {
        if (!fs::exists(HALFTONE_PEER_PYTHON)
            || std::system("'" HALFTONE_PEER_PYTHON "' -c 'import torch' > /dev/null 2>&1") != 0)
            GTEST_SKIP() << "PyTorch from PyPI is absent: TorchScript files are not exchanged with it (" HALFTONE_PEER_PYTHON
                            " has no torch)";
        m_folder = fs::path(HALFTONE_BINARY_DIR) / "tests" / "torchscript_peer"
            / testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    void TearDown() override { fs::remove_all(m_folder); }

    std::string base(const std::string& name) const { return (m_folder / name).string(); }
    void ask(const std::string& name, const at::Tensor& x, nlohmann::json job = nlohmann::json::object())
    {
        const auto values = std::as_bytes(std::span(x.data_ptr<float>(), static_cast<std::size_t>(x.numel())));
        ASSERT_TRUE(writeFileAtomically(base(name) + ".in", values).ok());
        job.update({{"model", base(name) + ".pt"}, {"input", base(name) + ".in"}, {"shape", x.sizes().vec()},
            {"output", base(name) + ".out"}});
        m_jobs.push_back(std::move(job));
    }
    void run()
    {
        std::ofstream(base("jobs.json")) << m_jobs;
        const std::string command = "'" HALFTONE_PEER_PYTHON "' -B '" HALFTONE_SOURCE_DIR "/tests/peers/torchscript_peer.py' '"
            + base("jobs.json") + "' > '" + base("log") + "' 2>&1";
        ASSERT_EQ(std::system(command.c_str()), 0) << std::ifstream(base("log")).rdbuf();
    }
    at::Tensor answered(const std::string& name, at::IntArrayRef shape) const
    {
        at::Tensor values = torch::zeros(shape);
        const auto bytes = readFile(base(name) + ".out");
        EXPECT_TRUE(bytes.ok() && bytes->size() == static_cast<std::size_t>(values.numel()) * sizeof(float));
        if (bytes.ok() && bytes->size() == static_cast<std::size_t>(values.numel()) * sizeof(float))
            std::memcpy(values.data_ptr<float>(), bytes->data(), bytes->size());
        return values;
    }

private:
    fs::path m_folder;
    nlohmann::json m_jobs = nlohmann::json::array();
};

at::Tensor answer(const QuantizedModel& model, const at::Tensor& x)
{
    const at::NoGradGuard noGrad;
    auto network = TorchNetwork::create(model.network);
    EXPECT_TRUE(network.ok() && network->setGrids(model.grids).ok());
    return network->forward(x);
}

double difference(const at::Tensor& a, const at::Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }

at::Tensor images(std::int64_t count, std::int64_t size)
{
    return torch::tensor(randomFloats(count * 3 * size * size, 9, "peer images")).reshape({count, 3, size, size});
}

std::vector<std::string> layerNames(const Network& network)
{
    std::vector<std::string> names;
    for (const Layer& layer : layerTable(network).layers) names.push_back(layer.name);
    return names;
}

TEST_F(TorchScriptPeer, PyTorchAnswersAsTheNetworkThatWasWritten)
{
    const std::vector<QuantizedModel> all{quantizeForTest(everyOperationNetwork(), 4),
        quantizeForTest(mobileOperationNetwork(), 3), quantizeForTest(everyOperationNetwork({.softmax = false}), 2),
        quantizeForTest(mobileOperationNetwork({.seed = 3}), 8)};
    const auto batch = [](std::size_t i) { return images(i % 2 == 0 ? 1 : 5, 13); };
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto file = writeTorchScript(all[i]);
        ASSERT_TRUE(file.ok() && writeFileAtomically(base(std::to_string(i)) + ".pt", *file).ok());
        ask(std::to_string(i), batch(i));
    }
    ASSERT_NO_FATAL_FAILURE(run());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const at::Tensor wanted = answer(all[i], batch(i));
        EXPECT_LT(difference(answered(std::to_string(i), wanted.sizes()), wanted), 1e-5) << i;
        std::vector<std::string> names;
        std::ifstream list(base(std::to_string(i)) + ".out.names");
        for (std::string name; std::getline(list, name);) names.push_back(name);
        for (const Parameter& parameter : all[i].network.parameters()) EXPECT_THAT(names, Contains(parameter.name));
    }
}

TEST_F(TorchScriptPeer, ScriptsAndTracesOfKnownArchitecturesAreTheNetworksByName)
{
    struct Made {
        std::string architecture, kind;
        std::string name() const { return architecture + kind; }
    };
    const std::vector<Made> all{
        {"resnet18", "script"}, {"resnet18", "trace"}, {"mobilenet_v3_small", "trace"}, {"squeezenet1_1", "trace"}};
    const at::Tensor x = images(2, 224);
    for (const Made& made : all) ask(made.name(), x, {{"architecture", made.architecture}, {"kind", made.kind}});
    ASSERT_NO_FATAL_FAILURE(run());
    for (const Made& made : all) {
        const auto byName = buildArchitecture(made.architecture);
        ASSERT_TRUE(byName.ok());
        const auto bytes = readFile(base(made.name()) + ".pt");
        ASSERT_TRUE(bytes.ok());
        const auto read = readTorchScript(*bytes, {.input = {3, 224, 224}});
        ASSERT_TRUE(read.ok()) << made.name() << ": " << read.error().message;
        EXPECT_THAT(layerNames(read->network), UnorderedElementsAreArray(layerNames(*byName))) << made.name();
        EXPECT_EQ(read->network.macs(), byName->macs()) << made.name();
        EXPECT_EQ(read->network.parameterCount(), byName->parameterCount()) << made.name();
        EXPECT_LT(difference(answer(*read, x), answered(made.name(), {2, 1000})), 1e-4) << made.name();
    }
}

} // namespace
} // namespace halftone
