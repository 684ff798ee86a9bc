// Checkpoints that were cut off, damaged or made to do harm: always an Error or the right tensors, never much memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "allocation_watch.h"
#include "core/base/random.h"
#include "core/formats/safetensors.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

// A pickle's values take the most; the readers' own budget is 16 times the file and a mebibyte.
std::size_t memoryBound(std::size_t fileSize) { return 256 * fileSize + (std::size_t(2) << 20); }

bool same(const Checkpoint& a, const Checkpoint& b)
{
    return std::ranges::equal(a.tensors.entries, b.tensors.entries, [](const NamedTensor& x, const NamedTensor& y) {
        return x.name == y.name && x.tensor.dtype() == y.tensor.dtype() && x.tensor.shape() == y.tensor.shape()
            && std::ranges::equal(x.tensor.bytes(), y.tensor.bytes());
    });
}

std::string safeTensorsGolden()
{
    const Bytes file = writeSafeTensors(parse(golden("training.zip.pt"))->tensors, {{"source", "test"}});
    return {reinterpret_cast<const char*>(file.data()), file.size()};
}

const std::vector<std::string>& victims() // one of each way through the readers
{
    static const std::vector<std::string> files{golden("plain.zip.pt"), golden("plain.legacy.pt"),
        golden("protocol4.legacy.pt"), golden("views.legacy.pt"), golden("training.legacy.pt"), golden("no_checksums.zip.pt"),
        golden("deflated.zip.pt"), golden("scripted.zip.pt"), safeTensorsGolden()};
    return files;
}

// Every element is looked at, so that a view outside its memory is seen by the address sanitizer.
void touch(const Result<Checkpoint>& result)
{
    if (!result.ok()) {
        EXPECT_FALSE(result.error().message.empty());
        return;
    }
    for (const NamedTensor& entry : result->tensors.entries) {
        unsigned sum = 0;
        for (const std::byte byte : entry.tensor.bytes()) sum += std::to_integer<unsigned>(byte);
        EXPECT_GE(entry.tensor.toFloat32().size() + sum, 0);
    }
}

void expectRefusedCheaply(const std::string& file)
{
    const AllocationWatch watch;
    const auto result = parse(file);
    EXPECT_FALSE(result.ok());
    EXPECT_LT(watch.peakBytes(), memoryBound(file.size()));
}

std::string oneTensor(const TensorParts& parts)
{
    return legacyFile(dict({{"a", tensor(parts)}}), {{"0", 4, std::string(16, '\1')}});
}

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST(HostileCheckpoint, RefusesEveryTruncation)
{
    for (std::size_t k = 0; k < victims().size(); ++k)
        for (std::size_t size = 0; size < victims()[k].size(); ++size) {
            const auto result = parse(victims()[k].substr(0, size));
            ASSERT_FALSE(result.ok()) << "file " << k << " cut to " << size;
            ASSERT_FALSE(result.error().message.empty());
        }
}

TEST(HostileCheckpoint, SurvivesDamageToEveryByte)
{
    for (const std::string& whole : victims())
        for (std::size_t at = 0; at < whole.size(); ++at)
            for (const int flipped : {1 << at % 8, 0xff}) {
                std::string damaged = whole;
                damaged[at] = static_cast<char>(damaged[at] ^ flipped);
                touch(parse(damaged));
            }
}

TEST(HostileCheckpoint, NoticesEveryFlippedBitThatMattersWhereThereAreChecksums)
{
    const std::string whole = golden("plain.zip.pt");
    const Checkpoint right = *parse(whole);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string damaged = whole;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        const auto result = parse(damaged);
        ASSERT_TRUE(!result.ok() || same(*result, right)) << "bit " << bit % 8 << " of byte " << bit / 8;
    }
}

TEST(HostileCheckpoint, SurvivesTwentyThousandRandomMutations)
{
    Random random(1, "mutations");
    constexpr int kMutations = 20000;
    for (int i = 0; i < kMutations; ++i) {
        std::string file = victims()[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(victims().size())))];
        const auto place = [&] { return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(file.size()))); };
        for (std::int64_t change = random.below(6); change >= 0 && !file.empty(); --change) {
            switch (random.below(5)) {
            case 0:
                file[place()] = static_cast<char>(random.next());
                break;
            case 1:
                file[place()] = "\x00\x01\x7f\x80\xff."[random.below(6)];
                break;
            case 2:
                file.erase(place(), static_cast<std::size_t>(1 + random.below(8)));
                break;
            case 3:
                file.insert(place(), file.substr(place(), static_cast<std::size_t>(1 + random.below(40))));
                break;
            default: {
                const std::size_t at = place();
                file.replace(at, std::min<std::size_t>(8, file.size() - at), little(std::uint64_t(1) << random.below(64), 8));
            }
            }
        }
        const AllocationWatch watch;
        const auto result = parse(file);
        ASSERT_LT(watch.peakBytes(), memoryBound(file.size())) << "mutation " << i;
        touch(result);
    }
}

TEST(HostileCheckpoint, RefusesViewsOutsideTheirStorage)
{
    const std::string four = storage("FloatStorage", "0", 4);
    ASSERT_TRUE(parse(oneTensor({four, 0, {4}, {1}})).ok());
    ASSERT_TRUE(parse(oneTensor({four, 3, {1}, {kHuge}})).ok()); // a stride that is never taken
    ASSERT_TRUE(parse(oneTensor({four, kHuge, {0}, {1}})).ok()); // no elements, so no place
    expectRefusedCheaply(oneTensor({four, 1, {4}, {1}}));
    expectRefusedCheaply(oneTensor({four, -1, {4}, {1}}));
    expectRefusedCheaply(oneTensor({four, 0, {2}, {4}}));
    expectRefusedCheaply(oneTensor({four, 0, {-4}, {1}}));
    expectRefusedCheaply(oneTensor({four, 3, {2}, {-1}}));
    expectRefusedCheaply(oneTensor({four, 0, {4}, {1, 1}}));
    expectRefusedCheaply(oneTensor({four, kHuge, {1}, {1}}));
    expectRefusedCheaply(oneTensor({four, 1, {2}, {kHuge}}));
    expectRefusedCheaply(oneTensor({four, 0, {3}, {kHuge / 2}}));
    expectRefusedCheaply(oneTensor({four, 0, {kHuge, kHuge, 0}, {1, 1, 1}}));
    expectRefusedCheaply(oneTensor({four, 0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)}));
}

TEST(HostileCheckpoint, DoesNotAllocateForHugeShapesInTinyFiles)
{
    const std::string four = storage("FloatStorage", "0", 4);
    expectRefusedCheaply(oneTensor({four, 0, {std::int64_t(1) << 40}, {0}}));
    expectRefusedCheaply(oneTensor({four, 0, {1 << 20, 1 << 20}, {0, 0}}));
    expectRefusedCheaply(oneTensor({four, 0, {kHuge / 4}, {0}}));
    std::vector<std::pair<std::string, std::string>> many; // each within the budget, all together beyond it
    for (int i = 0; i < 300; ++i) many.emplace_back("t"s + std::to_string(i), tensor({four, 0, {1 << 16}, {0}}));
    expectRefusedCheaply(legacyFile(dict(many), {{"0", 4, std::string(16, '\1')}}));
}

TEST(HostileCheckpoint, RefusesStoragesThatLieAboutTheirSize)
{
    for (const std::int64_t count : {std::int64_t(5), kHuge, kHuge / 4, std::int64_t(-1)}) {
        const std::string body = dict({{"a", tensor({storage("FloatStorage", "0", count), 0, {5}, {1}})}});
        expectRefusedCheaply(legacyFile(body, {{"0", count, std::string(16, '\1')}}));
        expectRefusedCheaply(legacyFile(body, {{"0", 4, std::string(16, '\1')}}));
        expectRefusedCheaply(zipFile({{"x/data.pkl", pickled(body)}, {"x/data/0", std::string(16, '\1')}}));
    }
    const std::string twoWays = dict({{"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})},
        {"b", tensor({storage("DoubleStorage", "0", 4), 0, {4}, {1}})}});
    EXPECT_THAT(parse(legacyFile(twoWays, {{"0", 4, std::string(16, '\1')}})).error().message, testing::HasSubstr("two ways"));
    const std::string view = tuple({text("view"), integer(3), integer(2)});
    expectRefusedCheaply(oneTensor({storage("FloatStorage", "0", 4, view), 0, {1}, {1}}));
    expectRefusedCheaply(
        legacyFile(dict({{"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}), {{"1", 4, std::string(16, '\1')}}));
    expectRefusedCheaply(legacyFile(dict({{"a", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}), {}));
}

TEST(HostileCheckpoint, DoesNotUnpackABomb)
{
    std::string bomb = golden("deflated.zip.pt"); // the directory's size of data/0 made enormous
    const std::size_t entry = bomb.rfind("plain.zip/data/0") - 46;
    bomb.replace(entry + 24, 4, "\xff\xff\xff\x7f"s);
    expectRefusedCheaply(bomb);
}

TEST(HostileCheckpoint, ReadsEntriesThatLieOverEachOtherOnlySoOften)
{
    // Each storage is the whole archive again: checking their checksums would take the square of its size.
    std::vector<std::pair<std::string, std::string>> tensors;
    std::vector<ZipPart> parts{{"x/data/0", std::string(1 << 18, '\1')}};
    for (int i = 0; i < 300; ++i) {
        tensors.emplace_back(
            "t"s + std::to_string(i), tensor({storage("ByteStorage", std::to_string(i), 1 << 18), 0, {1}, {1}}));
        if (i > 0) parts.push_back({"x/data/"s + std::to_string(i), ""});
    }
    parts.push_back({"x/data.pkl", pickled(dict(tensors))});
    std::string file = zipFile(parts);
    const std::string first = file.substr(file.find("PK\x01\x02"), 46);
    for (std::size_t at = file.find("PK\x01\x02"); at != std::string::npos; at = file.find("PK\x01\x02", at + 1))
        if (file.compare(at + 46, 7, "x/data/") == 0) {
            file.replace(at + 20, 8, first, 20, 8);
            file.replace(at + 42, 4, first, 42, 4);
        }
    EXPECT_NE(parse(file).error().message.find("over each other"), std::string::npos) << parse(file).error().message;
}

TEST(HostileCheckpoint, SurvivesWrappersThatHoldThemselves)
{
    std::string itself = "}q\x00"s;
    for (const char* key :
        {"state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "params", "weights"})
        itself.append(text(key)).append("h\x00s"s);
    const auto start = std::chrono::steady_clock::now();
    expectRefusedCheaply(legacyFile(itself, {}));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)); // 9^8 ways lead in, one is gone
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep.append("}").append(text("model"));
    deep += "}";
    for (int i = 0; i < 100000; ++i) deep += "s";
    expectRefusedCheaply(legacyFile(deep, {}));
}

TEST(HostileCheckpoint, SurvivesParametersOfParameters)
{
    const std::string wrap = global("torch._utils", "_rebuild_parameter");
    expectRefusedCheaply(legacyFile(dict({{"a", call(wrap, {})}}), {}));
    std::string nested = "N";
    for (int i = 0; i < 1000; ++i) nested = call(wrap, {nested});
    expectRefusedCheaply(legacyFile(dict({{"a", nested}}), {}));
}

TEST(HostileCheckpoint, ShowsNoControlCharactersOfTheFile)
{
    const Error error
        = parse(legacyFile(dict({{"a\x1b[2J\n", tensor({storage("FloatStorage", "9", 4), 0, {4}, {1}})}}), {})).error();
    EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
    EXPECT_EQ(error.message.find('\n'), std::string::npos);
    const Error name = parse(legacyFile(dict({{"\xff\xfe", tensor({storage("FloatStorage", "0", 4), 0, {4}, {1}})}}),
                                 {{"0", 4, std::string(16, '\1')}}))
                           .error();
    EXPECT_EQ(name.code, ErrorCode::Corrupt);
}
