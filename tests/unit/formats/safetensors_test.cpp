// safetensors: round trips, the reference files, and headers that break the format's rules.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "allocation_watch.h"
#include "core/formats/safetensors.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

Result<SafeTensors> read(const std::string& file) { return parseSafeTensors(std::as_bytes(std::span(file))); }

ErrorCode failure(const std::string& header, std::size_t dataSize)
{
    const auto result = read(safeTensorsFile(header, std::string(dataSize, '\0')));
    EXPECT_FALSE(result.ok()) << header;
    return result.ok() ? ErrorCode::Cancelled : result.error().code;
}

TensorData filledWith(DType dtype, Shape shape, unsigned char first)
{
    const auto buffer = std::make_shared<Bytes>(static_cast<std::size_t>(elementCount(shape) * byteWidth(dtype)) + 1);
    unsigned char value = first;
    for (std::byte& byte : *buffer) byte = std::byte{value++};
    return TensorData(dtype, std::move(shape), {buffer, buffer->data()});
}

StateDict everyType()
{
    StateDict dict;
    for (const DType dtype : {DType::Bool, DType::Float32, DType::UInt8, DType::Float64, DType::Float16, DType::Int8,
             DType::BFloat16, DType::Int64, DType::Int16, DType::Int32})
        dict.entries.push_back({std::string(name(dtype)), filledWith(dtype, {3, 1}, static_cast<unsigned char>(dtype))});
    dict.entries.push_back({"scalar \"quoted\" \xc3\xa4", filledWith(DType::Float32, {}, 1)});
    dict.entries.push_back({"none", filledWith(DType::Float32, {0, 4}, 1)});
    return dict;
}

void expectEqual(const StateDict& a, const StateDict& b)
{
    ASSERT_EQ(a.entries.size(), b.entries.size());
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        EXPECT_EQ(a.entries[i].name, b.entries[i].name);
        EXPECT_EQ(a.entries[i].tensor.dtype(), b.entries[i].tensor.dtype()) << a.entries[i].name;
        EXPECT_EQ(a.entries[i].tensor.shape(), b.entries[i].tensor.shape()) << a.entries[i].name;
        EXPECT_TRUE(std::ranges::equal(a.entries[i].tensor.bytes(), b.entries[i].tensor.bytes())) << a.entries[i].name;
    }
}

} // namespace

TEST(SafeTensors, KeepsEveryTypeInOrderWithItsMetadata)
{
    const StateDict dict = everyType();
    const std::map<std::string, std::string> metadata{{"b", "2"}, {"a", "line\nbreak \"and\" quotes"}};
    const auto back = parseSafeTensors(writeSafeTensors(dict, metadata));
    ASSERT_TRUE(back.ok()) << back.error().message;
    expectEqual(dict, back->tensors);
    EXPECT_EQ(back->metadata, metadata);
}

TEST(SafeTensors, WritesTheSameBytesForTheSameContent)
{
    const std::map<std::string, std::string> metadata{{"b", "2"}, {"a", "1"}};
    EXPECT_EQ(writeSafeTensors(everyType(), metadata), writeSafeTensors(everyType(), metadata));
}

TEST(SafeTensors, BeginsTheDataAtAMultipleOfEight)
{
    StateDict dict;
    for (const char* longer : {"a", "ab", "abc", "abcd"}) {
        dict.entries.push_back({longer, filledWith(DType::UInt8, {1}, 7)});
        EXPECT_EQ((writeSafeTensors(dict).size() - dict.entries.size()) % 8, 0u);
    }
}

TEST(SafeTensors, KeepsAnEmptyDictionary)
{
    const auto back = parseSafeTensors(writeSafeTensors({}));
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back->tensors.entries.empty());
}

// Written by hand after the format's page: a header in another order than the data, and data at an odd byte.
TEST(SafeTensors, ReadsUnalignedTensorsInTheHeadersOrder)
{
    const auto back = read(safeTensorsFile(
        R"({"z":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
        "\x07\0\0\x80\x3f"s));
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(back->tensors.entries[0].name, "z");
    EXPECT_EQ(back->tensors.entries[0].tensor.floats()[0], 1.0f);
    EXPECT_EQ(back->tensors.entries[1].tensor.toFloat32().floats()[0], 7.0f);
}

TEST(SafeTensors, RefusesWhatBreaksTheFormat)
{
    const auto described = [](const std::string& inner) { return "{\"a\":{" + inner + "}}"; };
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), 4), ErrorCode::Corrupt); // wrong size
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), 3), ErrorCode::Corrupt); // cut off
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), 5), ErrorCode::Corrupt); // bytes left
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])"), 8), ErrorCode::Corrupt); // a gap
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), 4), ErrorCode::Corrupt); // backwards
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), 4), ErrorCode::Corrupt);
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,6])"), 6), ErrorCode::Corrupt);
    EXPECT_EQ(
        failure(described(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0])"), 0), ErrorCode::Corrupt);
    EXPECT_EQ(
        failure(described(R"("dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0])"), 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1e99],"data_offsets":[0,4])"), 4), ErrorCode::Corrupt);
    EXPECT_EQ(failure(described(R"("dtype":"F32","shape":[1])"), 4), ErrorCode::Corrupt);
    EXPECT_EQ(failure(described(R"("dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4])"), 4), ErrorCode::Unsupported);
    EXPECT_EQ(failure(R"({"a":1})", 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure(R"({"__metadata__":{"a":1}})", 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure("[]", 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure("{", 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure("", 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure("{\"\xff\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0), ErrorCode::Corrupt);
}

TEST(SafeTensors, RefusesOverlapsAndOneNameTwice)
{
    EXPECT_EQ(
        failure(
            R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3),
        ErrorCode::Corrupt);
    EXPECT_EQ(
        failure(
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2),
        ErrorCode::Corrupt);
    const std::string none = R"("dtype":"U8","shape":[0],"data_offsets":[0,0])"; // takes no place, so nothing overlaps
    const auto twice = read(safeTensorsFile("{\"a\":{" + none + "},\"a\":{" + none + "}}", ""));
    ASSERT_FALSE(twice.ok());
    EXPECT_NE(twice.error().message.find("names a twice"), std::string::npos) << twice.error().message;
}

TEST(SafeTensors, RefusesAHeaderLargerThanTheFileOrTheFormatAllows)
{
    EXPECT_EQ(read(little(1000, 8) + "{}").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(read(little(~std::uint64_t(0), 8) + "{}").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(read("abc").error().code, ErrorCode::Corrupt);
}

TEST(SafeTensors, SurvivesAHeaderNestedVeryDeep)
{
    const std::string bomb = R"({"a":)" + std::string(200'000, '[');
    const AllocationWatch watch;
    EXPECT_EQ(failure(bomb, 0), ErrorCode::Corrupt);
    EXPECT_EQ(failure(bomb + std::string(200'000, ']') + "}", 0), ErrorCode::Corrupt);
    EXPECT_LT(watch.peakBytes(), 32 * bomb.size());
}

TEST(SafeTensors, RefusesEveryTruncation)
{
    const Bytes whole = writeSafeTensors(everyType(), {{"key", "value"}});
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(parseSafeTensors(std::span(whole).first(size)).ok()) << size;
}
