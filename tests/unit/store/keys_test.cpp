// Content keys and provenance.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "core/store/content_key.h"
#include "core/store/provenance.h"

using namespace halftone;

TEST(ContentKey, IsTheSameForEver)
{
    // Written down once: a change here would make every result of every study unknown.
    EXPECT_EQ(ContentKey("fine-tune").add("model", "00ff").add("seed", 7).add("learning rate", 0.1).add("distil", true).hex(),
        "771d52421ad4a116b2a6e51b7e25bbc5");
}

TEST(ContentKey, DoesNotDependOnTheOrder)
{
    EXPECT_EQ(ContentKey("k").add("a", 1).add("b", 2).hex(), ContentKey("k").add("b", 2).add("a", 1).hex());
    EXPECT_EQ(ContentKey("k").add("a", 1).add("a", 2).hex(), ContentKey("k").add("a", 2).hex());
}

TEST(ContentKey, TellsTypesNamesKindsAndBoundariesApart)
{
    const std::set<std::string> keys = {ContentKey("k").hex(), ContentKey("l").hex(), ContentKey("k").add("a", 1).hex(),
        ContentKey("k").add("a", 1.0).hex(), ContentKey("k").add("a", "1").hex(), ContentKey("k").add("a", true).hex(),
        ContentKey("k").add("b", 1).hex(), ContentKey("k").add("a", "1b").hex(), ContentKey("k").add("a1", "b").hex(),
        ContentKey("k").add("a", std::string("1\0", 2)).hex(), ContentKey("k").add("a", -1).hex(),
        ContentKey("k").add("a", "").hex()};
    EXPECT_EQ(keys.size(), 12u);
}

TEST(ContentKey, TakesAllIntegersAsTheirValue)
{
    EXPECT_EQ(ContentKey("k").add("a", std::int64_t(7)).hex(), ContentKey("k").add("a", std::uint8_t(7)).hex());
    EXPECT_NE(ContentKey("k").add("a", std::uint64_t(-1)).hex(), ContentKey("k").add("a", -1).hex());
}

TEST(ContentKey, TellsNeighbouringDoublesApart)
{
    const double next = std::nextafter(0.1, 1.0);
    EXPECT_NE(ContentKey("k").add("a", 0.1).hex(), ContentKey("k").add("a", next).hex());
    EXPECT_EQ(ContentKey("k").add("a", 0.1f).hex(), ContentKey("k").add("a", static_cast<double>(0.1f)).hex());
    EXPECT_EQ(ContentKey("k").add("a", std::numeric_limits<double>::quiet_NaN()).hex().size(), 32u);
}

TEST(Provenance, ComesBackFromItsText)
{
    const Provenance provenance{.seed = std::numeric_limits<std::uint64_t>::max(),
        .threads = 2,
        .cpuName = "A \"quoted\" processor \\ ü",
        .codeVersion = "0.1.0",
        .libraryVersions = {{"torch", "1.13.1"}, {"sqlite", "3.40.1"}},
        .dataHash = "aa",
        .modelHash = "bb"};
    const auto read = provenanceFromJson(toJson(provenance));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, provenance);
    EXPECT_EQ(toJson(*read), toJson(provenance));
}

TEST(Provenance, WritesNamesThatAreNoUtf8) { EXPECT_TRUE(provenanceFromJson(toJson({.cpuName = "\xff\xfe"})).ok()); }

TEST(Provenance, RefusesWhatIsNone)
{
    EXPECT_EQ(*provenanceFromJson("{}"), Provenance{});
    for (const char* text : {"", "{", "[]", "7", R"({"seed":"x"})", R"({"libraryVersions":[1]})", R"({"cpuName":3})"})
        EXPECT_EQ(provenanceFromJson(text).error().code, ErrorCode::Corrupt) << text;
    EXPECT_FALSE(provenanceFromJson(std::string(100'000, '[')).ok());
}
