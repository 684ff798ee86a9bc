// Packed files: every width, their size, and files that somebody broke.
#include "core/formats/packed_file.h"

#include <cstring>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/graph/network_text.h"
#include "tests/support/test_networks.h"

namespace halftone {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

QuantizedModel modelAt(int bits, Network (*make)(const EveryOperationOptions&) = everyOperationNetwork)
{
    return quantizeForTest(make({}), bits);
}

// Bit after bit, as docs/formats/packed.md describes them.
Bytes packedByHand(const std::vector<std::int8_t>& codes, int bits, std::int32_t lowest)
{
    Bytes bytes((codes.size() * static_cast<std::size_t>(bits) + 7) / 8);
    for (std::size_t i = 0; i < codes.size(); ++i)
        for (int b = 0; b < bits; ++b) {
            const std::size_t place = i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(b);
            if ((codes[i] - lowest) >> b & 1) bytes[place / 8] |= static_cast<std::byte>(1 << place % 8);
        }
    return bytes;
}

TEST(PackedCodes, LieBitAfterBitAndComeBackAtEveryWidthAndCount)
{
    for (int bits = 1; bits <= 8; ++bits)
        for (std::size_t count = 0; count < 40; ++count) {
            Random random(count, "codes");
            const std::int32_t lowest = -(1 << (bits - 1));
            std::vector<std::int8_t> codes(count);
            for (auto& code : codes) code = static_cast<std::int8_t>(lowest + random.below(std::int64_t{1} << bits));
            const Bytes bytes = packCodes(codes, bits, lowest);
            EXPECT_EQ(bytes, packedByHand(codes, bits, lowest)) << bits << " bits, " << count;
            EXPECT_EQ(unpackCodes(bytes, bits, lowest, static_cast<std::int64_t>(count)), codes);
        }
}

TEST(PackedFile, GivesTheSameNetworkBitsGridsAndCodesBack)
{
    for (auto make : {everyOperationNetwork, mobileOperationNetwork})
        for (const int bits : {2, 3, 4, 5, 6, 7, 8, kFullPrecision}) {
            const QuantizedModel model = modelAt(bits, make);
            const auto file = writePacked(model);
            ASSERT_TRUE(file.ok()) << file.error().message;
            const auto read = readPacked(*file);
            ASSERT_TRUE(read.ok()) << read.error().message;
            EXPECT_EQ(toText(read->network), toText(model.network));
            EXPECT_EQ(read->bits, model.bits);
            EXPECT_EQ(read->grids, model.grids);
            const LayerTable table = layerTable(model.network);
            for (std::size_t i = 0; i < model.network.parameters().size(); ++i) {
                const auto wrote = model.network.parameters()[i].data.floats(), seen = read->network.parameters()[i].data.floats();
                const auto layer = std::find_if(table.layers.begin(), table.layers.end(),
                    [&](const Layer& l) { return l.weight == ParameterIndex(static_cast<std::int64_t>(i)); });
                if (layer == table.layers.end() || bits == kFullPrecision) {
                    EXPECT_TRUE(std::equal(wrote.begin(), wrote.end(), seen.begin(), seen.end()));
                    continue;
                }
                const FrozenGrid& grid = model.grids.weights.at(LayerIndex(layer - table.layers.begin()));
                EXPECT_EQ(quantizeToCodes(grid, seen), quantizeToCodes(grid, wrote)) << layer->name;
            }
            EXPECT_EQ(*writePacked(*read), *file); // writing what was read changes nothing
        }
}

// What docs/formats/packed.md says of the size: bits * weights / 8, four bytes a scale and a float, and the manifest.
TEST(PackedFile, IsAsLargeAsItsBitsSay)
{
    for (const int bits : {2, 4, 8}) {
        const QuantizedModel model = modelAt(bits);
        const Bytes file = *writePacked(model);
        std::uint32_t manifest = 0;
        std::memcpy(&manifest, file.data() + 12, 4);
        const LayerTable table = layerTable(model.network);
        double wanted = 16 + manifest;
        std::int64_t layerWeights = 0, floats = 0;
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            wanted += static_cast<double>(table.layers[i].weights * model.bits.layers[i].weight) / 8 + 4;
            layerWeights += table.layers[i].weights;
        }
        for (const Parameter& parameter : model.network.parameters()) floats += elementCount(parameter.shape);
        wanted += 4.0 * static_cast<double>(floats - layerWeights);
        EXPECT_NEAR(static_cast<double>(file.size()), wanted, 64 + 4 * static_cast<double>(model.network.parameters().size()));
    }
}

TEST(PackedFile, RefusesAModelWhoseGridsDoNotFit)
{
    QuantizedModel model = modelAt(4);
    model.grids.weights.at(LayerIndex(1)).highest += 1;
    EXPECT_THAT(writePacked(model).error().message, HasSubstr("wider than its bits"));
    model = modelAt(4);
    model.grids.weights.begin()->second.highest += 300;
    EXPECT_THAT(writePacked(model).error().message, HasSubstr("does not fit signed bytes"));
    model = modelAt(4);
    model.grids.activations.clear();
    EXPECT_THAT(writePacked(model).error().message, HasSubstr("the input of"));
}

Bytes withManifest(const Bytes& file, const std::function<void(Json&)>& change)
{
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + 12, 4);
    const char* text = reinterpret_cast<const char*>(file.data()) + 16;
    Json manifest = Json::parse(text, text + length);
    change(manifest);
    const std::string changed = manifest.dump();
    Bytes made(file.begin(), file.begin() + 12);
    const auto size = static_cast<std::uint32_t>(changed.size());
    for (int shift = 0; shift < 32; shift += 8) made.push_back(static_cast<std::byte>(size >> shift));
    for (const char c : changed) made.push_back(static_cast<std::byte>(c));
    made.resize((made.size() + 63) / 64 * 64);
    made.insert(made.end(), file.begin() + static_cast<std::ptrdiff_t>((16 + length + 63) / 64 * 64), file.end());
    return made;
}

TEST(PackedFile, SaysWhatIsWrongWithABrokenFile)
{
    const Bytes good = *writePacked(modelAt(4));
    const auto refusal = [&](const std::function<void(Json&)>& change) {
        const auto read = readPacked(withManifest(good, change));
        EXPECT_FALSE(read.ok());
        return read.ok() ? std::string() : read.error().message;
    };
    ASSERT_TRUE(readPacked(withManifest(good, [](Json&) {})).ok());
    EXPECT_THAT(refusal([](Json& m) { m["network"] = "network x\n"; }), HasSubstr("network cannot be read"));
    EXPECT_THAT(refusal([](Json& m) { m["bits"] = "4,4"; }), HasSubstr("bit widths"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"].erase(0); }), HasSubstr("as many tensors"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0]["name"] = "other"; }), HasSubstr("another name"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0]["offset"] = 1 << 30; }), HasSubstr("outside the file"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0]["bytes"] = std::uint64_t{1} << 63; }), HasSubstr("outside the file"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0]["bits"] = 3; }), HasSubstr("tensor 0"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0]["scales"] = 3; }), HasSubstr("number of scales"));
    EXPECT_THAT(refusal([](Json& m) { m["tensors"][0].erase("bits"); }), HasSubstr("another size"));
    EXPECT_THAT(refusal([](Json& m) { m["activations"][0]["value"] = -1; }), HasSubstr("no value"));
    EXPECT_THAT(refusal([](Json& m) { m["activations"][0]["scale"] = 0; }), HasSubstr("positive"));
    EXPECT_THAT(refusal([](Json& m) { m["activations"].clear(); }), HasSubstr("other bits than its grid"));
    Bytes newer = good;
    newer[8] = std::byte{2};
    EXPECT_THAT(readPacked(newer).error().message, HasSubstr("version 2"));
}

TEST(PackedFile, SurvivesTruncationAndDamageAnywhere)
{
    const Bytes good = *writePacked(modelAt(2));
    for (std::size_t size = 0; size < good.size(); size += 1 + size / 200)
        EXPECT_FALSE(readPacked(std::span(good).first(size)).ok()) << size;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Random random(seed, "damage");
        Bytes broken = good;
        for (std::int64_t i = 1 + random.below(4); i > 0; --i)
            broken[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(broken.size())))] ^= static_cast<std::byte>(1 << random.below(8));
        static_cast<void>(readPacked(broken)); // any answer but a crash
    }
}

} // namespace
} // namespace halftone
