// Zip archives as PyTorch writes them, as other programs write them, and as nobody should.
#include <gtest/gtest.h>

#include "core/formats/zip_reader.h"
#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

Result<std::string> read(const std::string& file, std::string_view name, std::uint64_t budgetBytes = 1 << 20)
{
    auto zip = ZipReader::open(bytes(file));
    if (!zip) return zip.error();
    const ZipEntry* entry = zip->find(name);
    if (!entry) return Error{ErrorCode::NotFound, "no entry"};
    ByteBudget budget(budgetBytes);
    auto content = zip->read(*entry, budget);
    if (!content) return content.error();
    return std::string(reinterpret_cast<const char*>(content->data.get()), static_cast<std::size_t>(content->size));
}

std::string valueOf(const Result<std::string>& result) { return result.ok() ? *result : "error: " + result.error().message; }

} // namespace

TEST(ZipReader, ReadsStoredEntries)
{
    const std::string file = zipFile({{"a/one", "first"}, {"a/two", ""}, {"three", std::string(1000, 'x')}});
    EXPECT_EQ(valueOf(read(file, "a/one")), "first");
    EXPECT_EQ(valueOf(read(file, "a/two")), "");
    EXPECT_EQ(valueOf(read(file, "three")), std::string(1000, 'x'));
}

TEST(ZipReader, ReadsZip64)
{
    const std::string file = zipFile({{"one", "first"}, {"two", "second"}}, true);
    EXPECT_EQ(valueOf(read(file, "one")), "first");
    EXPECT_EQ(valueOf(read(file, "two")), "second");
}

TEST(ZipReader, ReadsDeflatedEntriesWithinTheBudget)
{
    const std::string file = golden("deflated.zip.pt");
    EXPECT_EQ(valueOf(read(file, "plain.zip/byteorder")), "little");
    const auto refused = read(file, "plain.zip/byteorder", 5);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
}

TEST(ZipReader, FindsTheEndBehindNothingElse)
{
    EXPECT_FALSE(ZipReader::open(bytes("")).ok());
    EXPECT_FALSE(ZipReader::open(bytes("PK\x05\x06")).ok());
    EXPECT_FALSE(ZipReader::open(bytes(zipFile({{"one", "first"}}) + "trailing")).ok());
    EXPECT_TRUE(ZipReader::open(bytes(zipFile({}))).ok());
}

TEST(ZipReader, NoticesADamagedChecksum)
{
    std::string file = golden("plain.zip.pt");
    const std::size_t at = file.find("little");
    file[at] = 'L';
    const auto result = read(file, "plain.zip/byteorder");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Corrupt);
    EXPECT_NE(result.error().message.find("checksum"), std::string::npos);
}

TEST(ZipReader, RefusesEncryptedAndStrangelyCompressedEntries)
{
    EXPECT_EQ(read(zipFile({{"one", "first", 0, 1}}), "one").error().code, ErrorCode::Unsupported);
    EXPECT_EQ(read(zipFile({{"one", "first", 12, 0}}), "one").error().code, ErrorCode::Unsupported);
    EXPECT_EQ(read(zipFile({{"one", "not deflate", 8, 0}}), "one").error().code, ErrorCode::Corrupt);
}

TEST(ZipReader, RefusesOneNameTwice)
{
    EXPECT_EQ(ZipReader::open(bytes(zipFile({{"one", "first"}, {"one", "second"}}))).error().code, ErrorCode::Corrupt);
}

TEST(ZipReader, RefusesPlacesOutsideTheFile)
{
    const std::string whole = zipFile({{"one", "first"}});
    const std::size_t directory = whole.find("PK\x01\x02"), end = whole.find("PK\x05\x06");
    const auto with = [&](std::size_t at, std::string_view number) {
        std::string file = whole;
        file.replace(at, number.size(), number);
        return read(file, "one");
    };
    EXPECT_FALSE(with(directory + 42, "\xf0\xff\xff\x7f").ok()); // offset of the entry
    EXPECT_FALSE(with(directory + 20, "\xf0\xff\xff\x7f\xf0\xff\xff\x7f").ok()); // its sizes
    EXPECT_FALSE(with(directory + 28, "\xff\xff").ok()); // size of its name
    EXPECT_FALSE(with(end + 16, "\xf0\xff\xff\x7f").ok()); // offset of the directory
    EXPECT_FALSE(with(end + 12, "\xff\xff\xff\x7f").ok()); // its size
    EXPECT_FALSE(with(26, "\xff\xff").ok()); // size of the name in the entry's own header
    EXPECT_FALSE(with(0, "PK\x07\x08").ok()); // the entry's own header
}
