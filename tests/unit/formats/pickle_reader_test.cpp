// The pickle machine: every opcode that torch.save writes, and pickles that try to do harm.
#include <gtest/gtest.h>

#include <filesystem>

#include "allocation_watch.h"
#include "core/formats/pickle_reader.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

// The bytes must outlive the tree, so both are kept.
struct Read {
    explicit Read(std::string file)
        : content(std::move(file))
        , tree(readPickle(std::as_bytes(std::span(content))))
    {
    }
    const PickleNode& root() const { return tree->root(); }
    const PickleNode& item(std::size_t i) const { return (*tree)[root().items.at(i)]; }
    std::string content;
    Result<PickleTree> tree;
};

ErrorCode failure(const std::string& file)
{
    const Read read(file);
    EXPECT_FALSE(read.tree.ok());
    return read.tree.ok() ? ErrorCode::Cancelled : read.tree.error().code;
}

std::string repeated(std::string_view piece, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += piece;
    return all;
}

} // namespace

TEST(PickleReader, ReadsNumbersOfEveryWidth)
{
    const Read read(pickled(
        "(K\xffM\xff\xffJ\xff\xff\xff\xff\x8a\x00\x8a\x01\x80\x8a\x02\x80\x00\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80t"s));
    ASSERT_TRUE(read.tree.ok());
    const std::vector<std::int64_t> wanted{255, 65535, -1, 0, -128, 128, std::numeric_limits<std::int64_t>::min()};
    ASSERT_EQ(read.root().items.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(read.item(i).integer, wanted[i]) << i;
}

TEST(PickleReader, ReadsFloatsBigEndian)
{
    const Read read(pickled("G\xbf\xf8\x00\x00\x00\x00\x00\x00"s)); // -1.5
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ(read.root().real, -1.5);
}

TEST(PickleReader, KeepsNumbersThatAreTooLongAsBytes)
{
    const Read read(pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"s));
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ(read.root().kind, PickleKind::LongInt);
    EXPECT_EQ(read.root().text.size(), 10u);
}

TEST(PickleReader, ReadsTextsAndBytesOfEveryForm)
{
    const Read read(pickled("(U\x01"
                            "aT\x01\x00\x00\x00"
                            "bX\x01\x00\x00\x00"
                            "c\x8c\x01"
                            "d\x8d\x01\x00\x00\x00\x00\x00\x00\x00"
                            "e"
                            "C\x01"
                            "fB\x01\x00\x00\x00g\x8e\x01\x00\x00\x00\x00\x00\x00\x00h\x96\x01\x00\x00\x00\x00\x00\x00\x00it"s));
    ASSERT_TRUE(read.tree.ok());
    std::string all;
    for (std::size_t i = 0; i < read.root().items.size(); ++i) all += read.item(i).text;
    EXPECT_EQ(all, "abcdefghi");
    EXPECT_EQ(read.item(4).kind, PickleKind::Text);
    EXPECT_EQ(read.item(5).kind, PickleKind::ByteString);
}

TEST(PickleReader, ReadsContainersInOrder)
{
    const Read read(pickled("(](K\x01K\x02"
                            "e]K\x03"
                            "a}(X\x01\x00\x00\x00kK\x04u}X\x01\x00\x00\x00kK\x05s\x8f(K\x06\x90(K\x07\x91(K\x08l"
                            "(X\x01\x00\x00\x00kK\x09"
                            "d)K\x0a\x85K\x0aK\x0b\x86K\x0aK\x0bK\x0c\x87t"s));
    ASSERT_TRUE(read.tree.ok()) << read.tree.error().message;
    const std::vector<std::pair<PickleKind, std::size_t>> wanted{{PickleKind::List, 2}, {PickleKind::List, 1},
        {PickleKind::Dict, 2}, {PickleKind::Dict, 2}, {PickleKind::Set, 1}, {PickleKind::Set, 1}, {PickleKind::List, 1},
        {PickleKind::Dict, 2}, {PickleKind::Tuple, 0}, {PickleKind::Tuple, 1}, {PickleKind::Tuple, 2}, {PickleKind::Tuple, 3}};
    ASSERT_EQ(read.root().items.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(read.item(i).kind, wanted[i].first) << i;
        EXPECT_EQ(read.item(i).items.size(), wanted[i].second) << i;
    }
}

TEST(PickleReader, FindsTheLastValueOfAKey)
{
    const Read read(pickled(dict({{"a", "K\x01"}, {"b", "K\x02"}, {"a", "K\x03"}})));
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ((*read.tree)[read.tree->find(read.root(), "a")].integer, 3);
    EXPECT_FALSE(read.tree->find(read.root(), "c").valid());
}

TEST(PickleReader, RemembersAndRecallsByEveryOpcode)
{
    const Read read(pickled("(K\x05q\x07K\x06r\x00\x01\x00\x00K\x07\x94h\x07j\x00\x01\x00\x00h\x02t"s));
    ASSERT_TRUE(read.tree.ok()) << read.tree.error().message;
    EXPECT_EQ(read.item(3).integer, 5);
    EXPECT_EQ(read.item(4).integer, 6);
    EXPECT_EQ(read.item(5).integer, 7); // MEMOIZE takes the number of memos so far
}

TEST(PickleReader, OnlyDescribesWhatPythonWouldCall)
{
    const std::filesystem::path mark = std::filesystem::temp_directory_path() / "halftone_pickle_was_executed";
    std::filesystem::remove(mark);
    const Read read(pickled(call(global("os", "system"), {text("touch " + mark.string())})));
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ(read.root().kind, PickleKind::Call);
    EXPECT_TRUE(read.tree->isGlobal(read.root().items[0], "os", "system"));
    EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(PickleReader, DescribesObjectsOfUnknownClassesWithTheirStateAndItems)
{
    for (const std::string& made : {global("a", "B") + ")\x81"s, global("a", "B") + ")R", global("a", "B") + ")}\x92"s,
             "("s + global("a", "B") + "o", text("a") + text("B") + "\x93)R"s}) {
        const Read read(pickled(made + "}" + text("s") + "K\x01sb" + text("k") + "K\x02s" + "(K\x09" + "e"));
        ASSERT_TRUE(read.tree.ok()) << read.tree.error().message;
        EXPECT_TRUE(read.tree->isGlobal(read.root().items[0], "a", "B"));
        EXPECT_EQ((*read.tree)[read.tree->find((*read.tree)[read.root().state], "s")].integer, 1);
        EXPECT_EQ((*read.tree)[read.tree->find(read.root(), "k")].integer, 2);
    }
}

TEST(PickleReader, StopsAtTheEndOfOnePickle)
{
    const std::string first = pickled("K\x01");
    const Read read(first + pickled("K\x02"));
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ(read.tree->consumedBytes(), first.size());
}

TEST(PickleReader, RefusesWhatIsNotAPickle)
{
    EXPECT_EQ(failure(""), ErrorCode::Corrupt);
    EXPECT_EQ(failure("."), ErrorCode::Corrupt);
    EXPECT_EQ(failure("NN."), ErrorCode::Corrupt);
    EXPECT_EQ(failure("(N."), ErrorCode::Corrupt);
    EXPECT_EQ(failure("\xff."), ErrorCode::Corrupt);
    EXPECT_EQ(failure("I1\n."), ErrorCode::Unsupported); // protocol 0
    EXPECT_EQ(failure("\x80\x06N."), ErrorCode::Unsupported);
}

TEST(PickleReader, RefusesEveryOpcodeOnAnEmptyStackWithoutCrashing)
{
    for (int opcode = 0; opcode < 256; ++opcode)
        for (const std::string_view before : {"", "(", "N", "(N", "](", "}(N", "NN"})
            for (const std::string_view after :
                {"", ".", "\x01\x01\x01\x01\x01\x01\x01\x01\x01.", "\xff\xff\xff\xff\xff\xff\xff\xff."}) {
                const Read read(std::string(before) + static_cast<char>(opcode) + std::string(after));
                EXPECT_TRUE(read.tree.ok() || !read.tree.error().message.empty());
            }
}

TEST(PickleReader, RefusesSizesBeyondTheEnd)
{
    EXPECT_EQ(failure("X\xff\xff\xff\xff"
                      "abc."),
        ErrorCode::Corrupt);
    EXPECT_EQ(failure("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
                      "abc."),
        ErrorCode::Corrupt);
    EXPECT_EQ(failure("\x8b\xff\xff\xff\xff"
                      "abc."),
        ErrorCode::Corrupt);
    EXPECT_EQ(failure("\x95\xff\xff\xff\xff\xff\xff\xff\xffN."), ErrorCode::Corrupt);
    EXPECT_EQ(failure("h\x05."), ErrorCode::Corrupt);
}

TEST(PickleReader, SurvivesVeryDeepNesting)
{
    constexpr std::size_t kDeep = 200'000;
    for (const std::string& bomb : {repeated("]", kDeep) + repeated("a", kDeep - 1), "N"s + repeated("\x85", kDeep),
             repeated("(", kDeep) + repeated("t", kDeep), ")"s + repeated("2\x86", kDeep)}) {
        const AllocationWatch watch;
        const Read read(pickled(bomb));
        EXPECT_TRUE(read.tree.ok());
        EXPECT_LT(watch.peakBytes(), 300 * bomb.size());
    }
}

TEST(PickleReader, SurvivesAContainerThatHoldsItself)
{
    const Read read(pickled("]q\x00h\x00"
                            "a}q\x01"s
        + text("me") + "h\x01s\x86"s));
    ASSERT_TRUE(read.tree.ok());
    EXPECT_EQ(read.item(0).items[0], read.root().items[0]);
}

TEST(PickleReader, BoundsTheNumberOfOpcodes)
{
    const std::string bomb((std::size_t(1) << 24) + 10, 'N');
    EXPECT_EQ(failure(bomb), ErrorCode::Unsupported);
}
