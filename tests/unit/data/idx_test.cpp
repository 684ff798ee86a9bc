// Folders of four IDX files, whatever their names begin with (fashion_mnist_test.cpp covers the format itself).
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "core/data/idx_array.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

// EMNIST's letters: labels from 1, the test split named test.
void writeSet(const std::filesystem::path& folder, const std::string& prefix, int seed)
{
    test::writeBytes(folder / (prefix + "train-images-idx3-ubyte"), test::idxImages(4, 3, seed));
    test::writeBytes(folder / (prefix + "train-labels-idx1-ubyte"), test::idxHeader({4}) + "\x01\x1A\x02\x03");
    test::writeBytes(folder / (prefix + "test-images-idx3-ubyte.gz"), test::gzipped(test::idxImages(2, 3, seed + 1)));
    test::writeBytes(folder / (prefix + "test-labels-idx1-ubyte.gz"), test::gzipped(test::idxHeader({2}) + "\x05\x06"));
}

std::string failureOf(const std::filesystem::path& path)
{
    const auto dataset = openDataset({"idx", path}, {});
    return dataset.ok() ? "it opened" : dataset.error().message;
}

} // namespace

TEST(Idx, OpensMnistsNames)
{
    const TemporaryFolder folder;
    test::writeSmallFashionMnist(folder.path());
    const auto dataset = openDataset({"idx", folder.path()}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->count(), 12);
    EXPECT_EQ(dataset->test->count(), 7);
    EXPECT_EQ(dataset->classNames.front(), "0");
    EXPECT_EQ(dataset->classNames.size(), 10U);
    EXPECT_FLOAT_EQ(dataset->normalisation.mean[0], 0.1307F);
    EXPECT_FALSE(dataset->augmentation.horizontalFlip);
    const auto fashion = openDataset({"fashion-mnist", folder.path()}, {});
    ASSERT_TRUE(fashion.ok()) << fashion.error().message;
    EXPECT_EQ(fashion->hash, dataset->hash); // the same way to the same bytes
    EXPECT_EQ(fashion->classNames[0], "T-shirt/top");
}

TEST(Idx, CountsClassesUpToTheHighestLabel)
{
    const TemporaryFolder folder;
    writeSet(folder.path(), "emnist-letters-", 1);
    const auto dataset = openDataset({"idx", folder.path()}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames.size(), 27U); // label 26 in the training split; label 0 is nobody's
    EXPECT_EQ(dataset->test->label(1), 6);
}

TEST(Idx, AsksWhichSetWhereThereAreSeveral)
{
    const TemporaryFolder folder;
    writeSet(folder.path(), "emnist-letters-", 1);
    writeSet(folder.path(), "emnist-digits-", 9);
    EXPECT_THAT(failureOf(folder.path()), AllOf(HasSubstr("There are 2 sets"), HasSubstr("emnist-digits, emnist-letters")));
    const auto dataset = openDataset({"idx", folder.path() / "emnist-digits"}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(test::pixelsOf(*dataset->train, 0)[0], 9);
    EXPECT_THAT(failureOf(folder.path() / "emnist-lettres"), HasSubstr("emnist-lettres-train-images-idx3-ubyte"));
    EXPECT_THAT(failureOf(folder.path() / "no" / "where"), HasSubstr("no folder"));
    EXPECT_THAT(failureOf(folder.path() / "emnist-digits-train-images-idx3-ubyte"), HasSubstr("is a file"));
}

TEST(Idx, FindsNamesWithADot)
{
    const TemporaryFolder folder;
    test::writeBytes(folder.path() / "train-images.idx3-ubyte", test::idxImages(4, 3, 1));
    test::writeBytes(folder.path() / "train-labels.idx1-ubyte", test::idxLabels(4));
    test::writeBytes(folder.path() / "t10k-images.idx3-ubyte", test::idxImages(2, 3, 1));
    test::writeBytes(folder.path() / "t10k-labels.idx1-ubyte", test::idxLabels(2));
    EXPECT_EQ(failureOf(folder.path()), "it opened");
}

TEST(IdxHeader, IsReadFromBytesAlone)
{
    const auto headerOf = [](const std::string& bytes, std::size_t rank) {
        return parseIdxHeader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, rank, "file");
    };
    EXPECT_EQ(*headerOf(test::idxHeader({7, 28, 27}), 3), (Shape{7, 28, 27}));
    EXPECT_EQ(*headerOf(test::idxHeader({0xFFFFFFFFU}), 1), (Shape{0xFFFFFFFFLL}));
    EXPECT_FALSE(headerOf(test::idxHeader({7, 28, 27}), 1).ok());
    EXPECT_FALSE(headerOf("", 1).ok());
    EXPECT_FALSE(headerOf(test::idxHeader({7, 28}), 3).ok());
}

} // namespace halftone
