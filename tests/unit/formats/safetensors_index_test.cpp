// safetensors in several files: all are opened through any of them, and an index that lies is refused.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/file_io.h"
#include "core/formats/safetensors.h"
#include "core/formats/safetensors_index.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;
namespace fs = std::filesystem;

namespace {

constexpr const char* kFirst = "m-00001-of-00002.safetensors";
constexpr const char* kSecond = "m-00002-of-00002.safetensors";
constexpr const char* kIndex = "m.safetensors.index.json";
constexpr const char* kGood = R"({"metadata": {"total_size": 28}, "weight_map": {
    "a.weight": "m-00001-of-00002.safetensors", "b.weight": "m-00002-of-00002.safetensors", "b.bias": "m-00002-of-00002.safetensors"}})";

class ShardedSafeTensors : public testing::Test {
protected:
    void SetUp() override
    {
        fs::create_directories(m_folder / "inside");
        writeShard(kFirst, {{"a.weight", {1, 2, 3}}});
        writeShard(kSecond, {{"b.weight", {4, 5}}, {"b.bias", {6, 7}}});
        write(kIndex, kGood);
    }
    void TearDown() override { fs::remove_all(m_folder.parent_path()); }

    void write(const std::string& name, std::string_view text) const
    {
        ASSERT_TRUE(writeFileAtomically(m_folder / name, text).ok());
    }
    void writeShard(const std::string& name, const std::vector<std::pair<std::string, std::vector<float>>>& tensors) const
    {
        StateDict content;
        for (const auto& [key, values] : tensors)
            content.entries.push_back({key, TensorData::fromFloats({static_cast<std::int64_t>(values.size())}, values)});
        ASSERT_TRUE(writeFileAtomically(m_folder / name, writeSafeTensors(content)).ok());
    }
    Result<Checkpoint> read(const std::string& name = kIndex, const std::string& weights = {}) const
    {
        return readCheckpoint(m_folder / name, {.weights = weights});
    }
    void expectRefused(const std::string& index, ErrorCode code, const std::string& words) const
    {
        write(kIndex, index);
        const auto result = read();
        ASSERT_FALSE(result.ok()) << words;
        EXPECT_EQ(result.error().code, code) << result.error().message;
        EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
        EXPECT_NE(result.error().message.find(kIndex), std::string::npos) << result.error().message;
    }
    // A weight_map of one tensor in `file`.
    static std::string mapTo(const std::string& file) { return R"({"weight_map": {"a.weight": ")" + file + R"("}})"; }

    // Of this process's own: cases run side by side.
    fs::path m_folder = fs::path(testing::TempDir()) / ("halftone_shards_" + std::to_string(::getpid())) / "model";
};

} // namespace

TEST_F(ShardedSafeTensors, AreOpenedThroughTheIndexOrAnyOfThem)
{
    for (const char* name : {kIndex, kFirst, kSecond}) {
        const auto checkpoint = read(name);
        ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
        EXPECT_EQ(checkpoint->format, "safetensors (several files)");
        ASSERT_EQ(checkpoint->tensors.entries.size(), 3U);
        const TensorData* bias = checkpoint->tensors.find("b.bias");
        ASSERT_TRUE(bias);
        EXPECT_EQ(std::vector<float>(bias->floats().begin(), bias->floats().end()), (std::vector<float>{6, 7}));
        EXPECT_EQ(checkpoint->sets, (std::vector<WeightSet>{{"", 3}}));
    }
}

TEST_F(ShardedSafeTensors, MayLieInAFolderInside)
{
    fs::rename(m_folder / kFirst, m_folder / "inside" / kFirst);
    write(kIndex, mapTo(std::string("inside/") + kFirst));
    const auto checkpoint = read();
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_TRUE(checkpoint->tensors.find("a.weight"));
}

TEST_F(ShardedSafeTensors, NameTheShardsThatAreMissing)
{
    fs::remove(m_folder / kSecond);
    expectRefused(kGood, ErrorCode::NotFound, "1 of its 2 shards are not beside it: m-00002-of-00002.safetensors");
}

TEST_F(ShardedSafeTensors, AskForTheIndexWhenItIsNotThere)
{
    fs::remove(m_folder / kIndex);
    const auto result = read(kFirst);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::NotFound);
    EXPECT_NE(result.error().message.find(kIndex), std::string::npos) << result.error().message;
    writeShard("n-00001-of-00001.safetensors", {{"a", {1}}}); // the only one needs none
    EXPECT_TRUE(read("n-00001-of-00001.safetensors").ok());
}

TEST_F(ShardedSafeTensors, AreNeverLookedForOutsideTheFolder)
{
    writeShard("../outside.safetensors", {{"a.weight", {1}}});
    for (const std::string& file :
        {"../outside.safetensors"s, "inside/../../outside.safetensors"s,
            (m_folder.parent_path() / "outside.safetensors").string(), ""s, "inside/"s, "a\\\\b"s, "c:x"s, "a\\u0000b"s, ".."s})
        expectRefused(mapTo(file), ErrorCode::Corrupt, "not a file in its own folder");
}

TEST_F(ShardedSafeTensors, MustHoldWhatTheIndexSays)
{
    const std::string first = kFirst, second = kSecond;
    expectRefused(
        R"({"weight_map": {"a.weight": ")" + first + R"(", "b.weight": ")" + first + R"(", "b.bias": ")" + second + R"("}})",
        ErrorCode::Corrupt, "b.weight is in its shard " + second + ", not in " + first);
    expectRefused(R"({"weight_map": {"a.weight": ")" + first + R"(", "c": ")" + first + R"("}})", ErrorCode::Corrupt,
        "lack 1 of the tensors in the index: c (in " + first + ")");
    expectRefused(R"({"weight_map": {"b.bias": ")" + second + R"("}})", ErrorCode::Corrupt,
        "holds b.weight, which the index does not list");
    expectRefused(R"({"metadata": {"total_size": 29}, "weight_map": {"a.weight": ")" + first + R"("}})", ErrorCode::Corrupt,
        "hold 12 bytes of tensors where the index says 29");
    expectRefused(R"({"weight_map": {"a.weight": ")" + first + R"(", "a.weight": ")" + second + R"("}})", ErrorCode::Corrupt,
        "names a.weight twice");
    write(kFirst, "no safetensors");
    expectRefused(mapTo(first), ErrorCode::Corrupt, "its shard " + first + " cannot be read");
}

TEST_F(ShardedSafeTensors, HoldATensorOnlyOnce)
{
    writeShard(kFirst, {{"a.weight", {1, 2, 3}}, {"b.bias", {0, 0}}});
    expectRefused(kGood, ErrorCode::Corrupt, "b.bias is in its shard m-00001-of-00002.safetensors, not in");
}

TEST_F(ShardedSafeTensors, WantAnIndexThatIsOne)
{
    expectRefused(R"({"weight_map": 3})", ErrorCode::Corrupt, "no weight_map");
    expectRefused(R"({"weight_map": {}})", ErrorCode::Corrupt, "no weight_map");
    expectRefused(R"({"weight_map": {"a": 3}})", ErrorCode::Corrupt, "does not name the file of a");
    expectRefused(R"({"weight_map": )", ErrorCode::Corrupt, "JSON");
    expectRefused(
        R"({"metadata": {"total_size": 9999999999999999999}, "weight_map": {"a": "b"}})", ErrorCode::Corrupt, "promises");
    expectRefused(R"({"weight_map": )" + std::string(100000, '['), ErrorCode::Corrupt, "JSON");
    const auto inMemory = parse(kGood);
    ASSERT_FALSE(inMemory.ok());
    EXPECT_NE(inMemory.error().message.find("index of safetensors"), std::string::npos);
}

TEST(ShardName, LeadsToItsIndex)
{
    EXPECT_EQ(indexOfShard("a/m-00001-of-00012.safetensors"), fs::path("a/m.safetensors.index.json"));
    for (const char* name : {"m.safetensors", "m-1-of-2.safetensors", "m-00001-of-00001.safetensors", "m-00001-of-00002.bin",
             "-00001-of-00002.safetensors", "m-0000x-of-00002.safetensors"})
        EXPECT_FALSE(indexOfShard(name).has_value()) << name;
}
