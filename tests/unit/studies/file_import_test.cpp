// What a study takes from model files that hold more than one set of weights, or their own network.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/file_io.h"
#include "core/formats/packed_file.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/studies/model_import.h"
#include "tests/support/test_networks.h"
#include "tests/unit/formats/made_files.h"

using namespace halftone;
using namespace halftone::made;
namespace fs = std::filesystem;

namespace {

class FileImport : public testing::Test {
protected:
    void SetUp() override { fs::create_directories(m_folder); }
    void TearDown() override { fs::remove_all(m_folder); }

    fs::path write(const std::string& name, std::span<const std::byte> content) const
    {
        EXPECT_TRUE(writeFileAtomically(m_folder / name, content).ok());
        return m_folder / name;
    }

    fs::path m_folder = fs::path(testing::TempDir()) / ("halftone_file_import_" + std::to_string(::getpid()));
};

float firstOf(const ImportedModel& model) { return model.network.parameters()[0].data.floats()[0]; }

// fashion_resnet8 twice: all weights 1 under "model", 2 under "ema".
std::string trainingCheckpoint()
{
    const Network network = *buildArchitecture("fashion_resnet8");
    std::vector<std::pair<std::string, std::string>> sets;
    std::vector<LegacyStorage> storages;
    for (const auto& [name, value] : {std::pair("model", 0x3f800000U), std::pair("ema", 0x40000000U)}) {
        std::vector<std::pair<std::string, std::string>> tensors;
        for (const Parameter& parameter : network.parameters()) {
            const std::int64_t count = elementCount(parameter.shape);
            const std::string key = std::to_string(storages.size());
            std::vector<std::int64_t> strides(parameter.shape.size(), 1);
            for (std::size_t d = strides.size(); d-- > 1;) strides[d - 1] = strides[d] * parameter.shape[d];
            tensors.emplace_back(
                parameter.name, tensor({made::storage("FloatStorage", key, count), 0, parameter.shape, strides}));
            std::string content;
            for (std::int64_t i = 0; i < count; ++i) content += little(value, 4);
            storages.push_back({key, count, content});
        }
        sets.emplace_back(name, dict(tensors));
    }
    return legacyFile(dict(sets), storages);
}

} // namespace

TEST_F(FileImport, TakesTheModelsOwnWeightsOrTheChosenOnes)
{
    const fs::path file = write("training.pt", *bytes(trainingCheckpoint()));
    const auto plain = importModel({.file = file});
    ASSERT_TRUE(plain.ok()) << plain.error().message;
    EXPECT_TRUE(checkImport(*plain, file).ok());
    EXPECT_EQ(plain->report.taken, "model");
    ASSERT_EQ(plain->report.sets.size(), 2U);
    EXPECT_EQ(plain->report.sets[1].key, "ema");
    EXPECT_EQ(firstOf(*plain), 1.0F);
    EXPECT_EQ(importReportFromJson(toJson(plain->report)), plain->report);

    const auto average = importModel({.file = file, .weights = "ema"});
    ASSERT_TRUE(average.ok()) << average.error().message;
    EXPECT_EQ(average->report.taken, "ema");
    EXPECT_EQ(firstOf(*average), 2.0F);

    const auto wrong = importModel({.file = file, .weights = "emma"});
    ASSERT_FALSE(wrong.ok());
    EXPECT_NE(wrong.error().message.find("those that it holds: model"), std::string::npos) << wrong.error().message;
}

TEST_F(FileImport, OpensAPackedFileWithItsNetworkAndBitWidths)
{
    const QuantizedModel model = quantizeForTest(everyOperationNetwork({.softmax = false}), 3);
    const fs::path file = write("net.packed", *writePacked(model));
    const auto read = importModel({.file = file});
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(toText(read->network), toText(model.network));
    EXPECT_EQ(read->report.format, "Halftone packed");
    EXPECT_TRUE(checkImport(*read, file).ok());
    ASSERT_TRUE(read->bits);
    EXPECT_EQ(toText(*read->bits), toText(model.bits));
    const auto named = importModel({.file = file, .weights = "ema"});
    ASSERT_FALSE(named.ok());
    EXPECT_NE(named.error().message.find("brings its own network"), std::string::npos);
}

TEST_F(FileImport, SaysWhatAFileOfNoKnownKindMayBe)
{
    const auto read = importModel({.file = write("notes.txt", *bytes("hello"))});
    ASSERT_FALSE(read.ok());
    for (const char* kind : {"PyTorch", "TorchScript", "safetensors", "ONNX", ".packed"})
        EXPECT_NE(read.error().message.find(kind), std::string::npos) << read.error().message;
}

TEST_F(FileImport, NamesTheNetworkFileThatCannotBeRead)
{
    for (const char* const name : {"cut.onnx", "cut.packed"}) {
        const auto read = importModel({.file = write(name, *bytes("no network"))});
        ASSERT_FALSE(read.ok());
        EXPECT_NE(read.error().message.find(name), std::string::npos) << read.error().message;
    }
}
