// What is read from checkpoints that real PyTorch wrote (tests/golden/formats), value by value, and what is refused with which
// sentence.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/formats/torch_checkpoint.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(HALFTONE_SOURCE_DIR) / "tests/golden/formats";

// As make_checkpoints.py fills tensors.
std::vector<float> filled(std::int64_t count)
{
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i) / 8 - 1);
    return values;
}

std::vector<float> valuesOf(const Checkpoint& checkpoint, std::string_view name)
{
    const TensorData* tensor = checkpoint.tensors.find(name);
    if (!tensor) return {};
    const TensorData converted = tensor->toFloat32();
    return {converted.floats().begin(), converted.floats().end()};
}

std::vector<std::string> namesOf(const Checkpoint& checkpoint)
{
    std::vector<std::string> names;
    for (const NamedTensor& entry : checkpoint.tensors.entries) names.push_back(entry.name);
    return names;
}

void expectPlain(const Checkpoint& checkpoint, DType dtype)
{
    EXPECT_EQ(namesOf(checkpoint), (std::vector<std::string>{"conv.weight", "conv.bias", "fc.weight"}));
    const std::vector<Shape> shapes{{2, 1, 3, 3}, {2}, {3, 2}};
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const NamedTensor& entry = checkpoint.tensors.entries.at(i);
        EXPECT_EQ(entry.tensor.dtype(), dtype) << entry.name;
        EXPECT_EQ(entry.tensor.shape(), shapes[i]) << entry.name;
        EXPECT_EQ(valuesOf(checkpoint, entry.name), filled(elementCount(shapes[i]))) << entry.name;
    }
}

Error failure(const std::string& file)
{
    const auto result = parse(file);
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error{} : result.error();
}

void expectRefused(const std::string& file, ErrorCode code, std::string_view words)
{
    const Error error = failure(file);
    EXPECT_EQ(error.code, code) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
}

const std::string kFour
    = little(0x3f800000, 4) + little(0x40000000, 4) + little(0x40400000, 4) + little(0x40800000, 4); // 1 2 3 4

} // namespace

class BothContainers : public testing::TestWithParam<const char*> {
protected:
    std::string file(const std::string& name) const { return golden(name + "." + GetParam() + ".pt"); }
    Checkpoint open(const std::string& name) const
    {
        auto result = parse(file(name));
        EXPECT_TRUE(result.ok()) << name << ": " << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Checkpoint{};
    }
};
INSTANTIATE_TEST_SUITE_P(
    Torch, BothContainers, testing::Values("zip", "legacy"), [](const auto& each) { return std::string(each.param); });

TEST_P(BothContainers, ReadsAStateDict)
{
    const Checkpoint checkpoint = open("plain");
    expectPlain(checkpoint, DType::Float32);
    EXPECT_EQ(checkpoint.format, std::string("PyTorch (") + GetParam() + ")");
    EXPECT_EQ(checkpoint.wrappers, "");
}

TEST_P(BothContainers, KeepsTheElementType)
{
    expectPlain(open("half"), DType::Float16);
    expectPlain(open("bfloat16"), DType::BFloat16);
    expectPlain(open("double"), DType::Float64);
}

TEST_P(BothContainers, ReadsIntegersOfEveryWidth)
{
    const Checkpoint checkpoint = open("integers");
    EXPECT_EQ(valuesOf(checkpoint, "i64"), (std::vector<float>{-0x1p40f, 7}));
    EXPECT_EQ(valuesOf(checkpoint, "i32"), (std::vector<float>{-5, 6}));
    EXPECT_EQ(valuesOf(checkpoint, "i16"), (std::vector<float>{-300, 300}));
    EXPECT_EQ(valuesOf(checkpoint, "i8"), (std::vector<float>{-128, 127}));
    EXPECT_EQ(valuesOf(checkpoint, "u8"), (std::vector<float>{0, 255}));
    EXPECT_EQ(valuesOf(checkpoint, "bool"), (std::vector<float>{1, 0}));
}

TEST_P(BothContainers, ReadsNewerPickleProtocols)
{
    expectPlain(open("protocol4"), DType::Float32);
    expectPlain(open("protocol5"), DType::Float32);
}

TEST_P(BothContainers, SeesThroughStateDictAndModulePrefix)
{
    const Checkpoint checkpoint = open("wrapped");
    expectPlain(checkpoint, DType::Float32);
    EXPECT_EQ(checkpoint.wrappers, "state_dict, module.");
}

TEST_P(BothContainers, FindsTheModelInATrainingCheckpoint)
{
    const Checkpoint checkpoint = open("training");
    expectPlain(checkpoint, DType::Float32);
    EXPECT_EQ(checkpoint.wrappers, "model");
}

TEST_P(BothContainers, ReadsParametersAsTensors) { expectPlain(open("parameters"), DType::Float32); }

TEST_P(BothContainers, MakesViewsContiguous)
{
    const Checkpoint checkpoint = open("views");
    const std::vector<float> base = filled(24); // 4 x 6
    const auto pick = [&](const std::vector<std::size_t>& positions) {
        std::vector<float> values;
        for (const std::size_t i : positions) values.push_back(base[i]);
        return values;
    };
    EXPECT_EQ(valuesOf(checkpoint, "whole"), base);
    std::vector<float> transposed;
    for (std::size_t column = 0; column < 6; ++column)
        for (std::size_t row = 0; row < 4; ++row) transposed.push_back(base[row * 6 + column]);
    EXPECT_EQ(valuesOf(checkpoint, "transposed"), transposed);
    EXPECT_EQ(checkpoint.tensors.find("transposed")->shape(), (Shape{6, 4}));
    EXPECT_EQ(valuesOf(checkpoint, "column"), pick({1, 7, 13, 19}));
    EXPECT_EQ(valuesOf(checkpoint, "block"), pick({8, 9, 10, 14, 15, 16}));
    EXPECT_EQ(valuesOf(checkpoint, "stepped"), pick({0, 3, 12, 15}));
    EXPECT_EQ(valuesOf(checkpoint, "expanded"), pick({0, 1, 2, 0, 1, 2}));
    EXPECT_EQ(valuesOf(checkpoint, "scalar"), pick({0}));
    EXPECT_EQ(checkpoint.tensors.find("scalar")->shape(), Shape{});
    EXPECT_EQ(checkpoint.tensors.find("empty")->shape(), (Shape{0, 5}));
    EXPECT_FALSE(checkpoint.tensors.find("empty")->empty());
}

TEST_P(BothContainers, SharesTheBytesOfTiedWeights)
{
    const Checkpoint checkpoint = open("views");
    EXPECT_EQ(checkpoint.tensors.find("tied.a")->bytes().data(), checkpoint.tensors.find("tied.b")->bytes().data());
    EXPECT_EQ(valuesOf(checkpoint, "tied.b"), filled(6));
}

TEST_P(BothContainers, RefusesWhatIsNoStateDictAndSaysWhatToSave)
{
    expectRefused(file("whole_module"), ErrorCode::Unsupported, "state_dict()");
    expectRefused(file("whole_module"), ErrorCode::Unsupported, "__main__.Net");
    expectRefused(file("module_inside"), ErrorCode::Unsupported, "state_dict()");
    expectRefused(file("bare_tensor"), ErrorCode::Unsupported, "one tensor without a name");
    expectRefused(file("two_nets"), ErrorCode::Unsupported, "generator (3 tensors), discriminator (3 tensors)");
    expectRefused(file("nothing"), ErrorCode::BadInput, "no tensors with names");
    expectRefused(file("complex"), ErrorCode::Unsupported, "ComplexFloatStorage");
}

TEST(TorchZip, ReadsDeflatedArchives) { expectPlain(*parse(golden("deflated.zip.pt")), DType::Float32); }

TEST(TorchZip, ReadsArchivesSavedWithoutChecksums) { expectPlain(*parse(golden("no_checksums.zip.pt")), DType::Float32); }

TEST(TorchZip, ReadsTheTensorsOfAScriptedModule)
{
    const auto checkpoint = parse(golden("scripted.zip.pt"));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    expectPlain(*checkpoint, DType::Float32);
    EXPECT_EQ(checkpoint->wrappers, "scripted module");
}

TEST(TorchZip, RefusesTensorsOfOtherKindsByName)
{
    expectRefused(golden("uint16.zip.pt"), ErrorCode::Unsupported, "uint16");
    expectRefused(golden("sparse.zip.pt"), ErrorCode::Unsupported, "_rebuild_sparse_tensor");
}

TEST(TorchZip, RefusesBigEndianFiles)
{
    const std::string pickle = pickled(dict({{"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}));
    EXPECT_TRUE(parse(zipFile({{"x/data.pkl", pickle}, {"x/byteorder", "little"}, {"x/data/0", kFour}})).ok());
    expectRefused(
        zipFile({{"x/data.pkl", pickle}, {"x/byteorder", "big"}, {"x/data/0", kFour}}), ErrorCode::Unsupported, "big-endian");
    expectRefused(legacyFile(pickle, {}, false), ErrorCode::Unsupported, "big-endian");
}

TEST(TorchZip, NamesAStorageThatIsMissingOrShort)
{
    const std::string pickle = pickled(dict({{"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}));
    expectRefused(zipFile({{"x/data.pkl", pickle}}), ErrorCode::Corrupt, "tensor a: its storage 0 is missing");
    expectRefused(zipFile({{"x/data.pkl", pickle}, {"x/data/0", kFour.substr(1)}}), ErrorCode::Corrupt, "smaller");
}

TEST(TorchZip, SaysWhatAnotherZipArchiveHolds)
{
    expectRefused(zipFile({{"policy.pth", ""}, {"data", ""}}), ErrorCode::Unsupported, "policy.pth");
    expectRefused(zipFile({{"readme.txt", ""}}), ErrorCode::Unsupported, "no data.pkl");
}

TEST(TorchLegacy, ReadsOldStoragesThatAreViewsOfOthers)
{
    const std::string view = tuple({text("view"), integer(1), integer(2)});
    const auto checkpoint = parse(legacyFile(dict({{"a", tensor({storage("FloatStorage", "0", 4, view), 1, {1}, {1}})},
                                                 {"b", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}),
        {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(valuesOf(*checkpoint, "a"), (std::vector<float>{3}));
    EXPECT_EQ(valuesOf(*checkpoint, "b"), (std::vector<float>{1, 2, 3, 4}));
}

TEST(TorchLegacy, ReadsPythonTwosOrderedDictAndTexts)
{
    const std::string tensorA = tensor({storage("FloatStorage", "0", 4), 0, {2, 2}, {2, 1}});
    const std::string pairs = list({list({"U\x01"
                                          "a",
        tensorA})});
    const auto checkpoint = parse(legacyFile(call(global("collections", "OrderedDict"), {pairs}), {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(valuesOf(*checkpoint, "a"), (std::vector<float>{1, 2, 3, 4}));
}

TEST(TorchLegacy, PassesOverObjectsThatAreNotNeededAndRunsNothing)
{
    const std::filesystem::path mark = std::filesystem::temp_directory_path() / "halftone_checkpoint_was_executed";
    std::filesystem::remove(mark);
    const std::string attack = call(global("os", "system"), {text("touch " + mark.string())});
    const auto checkpoint = parse(
        legacyFile(dict({{"evil", attack}, {"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}), {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(namesOf(*checkpoint), std::vector<std::string>{"a"});
    expectRefused(legacyFile(attack, {}), ErrorCode::Unsupported, "os.system");
    EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(TorchLegacy, SaysThatNumPyArraysAreNoTensors)
{
    const std::string array = call(global("numpy.core.multiarray", "_reconstruct"), {"N"});
    expectRefused(legacyFile(dict({{"a", array}}), {}), ErrorCode::Unsupported, "NumPy");
}

TEST(TorchLegacy, RefusesAPickleThatTorchDidNotSave)
{
    expectRefused(pickled(dict({{"a", "K\x01"}})), ErrorCode::Unsupported, "torch.save");
}

TEST(TorchLegacy, SeesThroughNestedWrappersAndASingleUnknownOne)
{
    const std::string weights = dict({{"module.a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}});
    auto checkpoint = parse(legacyFile(
        dict({{"net", dict({{"state_dict", weights}})}, {"epoch", tensor({storage("FloatStorage", "0", 4), 0, {}, {}})}}),
        {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->wrappers, "net.state_dict, module.");
    EXPECT_EQ(namesOf(*checkpoint), std::vector<std::string>{"a"});
    checkpoint = parse(legacyFile(dict({{"backbone", weights}, {"epoch", "K\x01"}}), {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->wrappers, "backbone, module.");
}

TEST(TorchLegacy, KeepsThePrefixThatNotEveryNameHas)
{
    const std::string one = tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}});
    const auto checkpoint = parse(legacyFile(dict({{"module.a", one}, {"b", one}}), {{"0", 4, kFour}}));
    ASSERT_TRUE(checkpoint.ok());
    EXPECT_EQ(namesOf(*checkpoint), (std::vector<std::string>{"module.a", "b"}));
}

TEST(CheckpointReader, NamesWhatPeopleHaveInPlaceOfWeights)
{
    expectRefused("", ErrorCode::Corrupt, "empty");
    expectRefused("<!DOCTYPE html><html></html>", ErrorCode::BadInput, "web page");
    expectRefused("\n  <html>", ErrorCode::BadInput, "web page");
    expectRefused("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", ErrorCode::BadInput, "git lfs pull");
    expectRefused("\x89HDF\r\n\x1a\n", ErrorCode::Unsupported, "HDF5");
    expectRefused("\x1f\x8b\x08", ErrorCode::Unsupported, "gunzip");
    expectRefused("HTPACKED\1", ErrorCode::Unsupported, ".packed");
    expectRefused("hello", ErrorCode::BadInput, "neither");
    std::string tar(512, '\0');
    tar.replace(0, 8, "sys_info").replace(257, 5, "ustar");
    expectRefused(tar, ErrorCode::Unsupported, "oldest");
}

TEST(TorchScript, IsKnownByItsConstantsAndItsSource)
{
    EXPECT_TRUE(isTorchScript(bytes(golden("scripted.zip.pt"))));
    EXPECT_TRUE(isTorchScript(kGolden / "scripted.zip.pt"));
    for (const char* name : {"plain.zip.pt", "whole_module.zip.pt", "plain.legacy.pt"}) {
        EXPECT_FALSE(isTorchScript(bytes(golden(name)))) << name;
        EXPECT_FALSE(isTorchScript(kGolden / name)) << name;
    }
    EXPECT_FALSE(isTorchScript(bytes("PK")));
    EXPECT_FALSE(isTorchScript(bytes("")));
    EXPECT_FALSE(isTorchScript(bytes(zipFile({{"a/constants.pkl", ""}, {"a/data.pkl", ""}}))));
    EXPECT_FALSE(isTorchScript(bytes(zipFile({{"a/code/x.py", ""}, {"a/data.pkl", ""}}))));
    EXPECT_FALSE(isTorchScript(std::filesystem::path("/nowhere/at/all.pt")));
    EXPECT_FALSE(isTorchScript(kGolden));
}

TEST(CheckpointReader, LooksAtContentNotAtTheName)
{
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "weights.onnx";
    std::ofstream(path, std::ios::binary) << golden("plain.zip.pt");
    const auto checkpoint = readCheckpoint(path);
    std::filesystem::remove(path);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    expectPlain(*checkpoint, DType::Float32);
}

TEST(CheckpointReader, NamesTheFileInItsSentence)
{
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "page.pth";
    std::ofstream(path) << "<html>";
    const auto page = readCheckpoint(path);
    std::filesystem::remove(path);
    ASSERT_FALSE(page.ok());
    EXPECT_NE(page.error().message.find(path.string()), std::string::npos);
    EXPECT_EQ(readCheckpoint("/nowhere/at/all.pth").error().code, ErrorCode::NotFound);
    EXPECT_EQ(readCheckpoint(testing::TempDir()).error().code, ErrorCode::BadInput);
}
