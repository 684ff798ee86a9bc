// CIFAR-100: layouts of the folder, fine labels, class names, and files that are wrong.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

std::string record100(int coarse, int fine)
{
    std::string record{static_cast<char>(coarse), static_cast<char>(fine)};
    for (int i = 0; i < 3072; ++i) record += static_cast<char>((i * 7 + fine) & 255);
    return record;
}

void writeSmallCifar100(const std::filesystem::path& folder)
{
    test::writeBytes(folder / "train.bin", record100(0, 99) + record100(19, 3) + record100(7, 0));
    test::writeBytes(folder / "test.bin", record100(4, 50));
}

std::string failureOf(const std::filesystem::path& folder, ErrorCode code)
{
    const auto dataset = openDataset({"cifar100", folder}, {});
    if (dataset.ok()) return "it opened";
    EXPECT_EQ(dataset.error().code, code) << dataset.error().message;
    return dataset.error().message;
}

} // namespace

TEST(Cifar100, UsesTheFineLabel)
{
    const TemporaryFolder folder;
    writeSmallCifar100(folder.path());
    const auto dataset = openDataset({"cifar100", folder.path()}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    ASSERT_EQ(dataset->train->count(), 3);
    EXPECT_EQ(dataset->train->label(0), 99);
    EXPECT_EQ(dataset->train->label(1), 3);
    EXPECT_EQ(dataset->test->label(0), 50);
    EXPECT_EQ(test::pixelsOf(*dataset->train, 1)[2], (2 * 7 + 3) & 255);
    EXPECT_EQ(dataset->train->imageShape(), (Shape{3, 32, 32}));
    ASSERT_EQ(dataset->classNames.size(), 100U);
    EXPECT_EQ(dataset->classNames[42], "42");
    EXPECT_FLOAT_EQ(dataset->normalisation.mean[0], 0.5071F);
}

TEST(Cifar100, TakesNamesAndTheArchivesFolder)
{
    const TemporaryFolder folder;
    writeSmallCifar100(folder.path() / "cifar-100-binary");
    std::string names;
    for (int i = 0; i < 100; ++i) names.append("thing ").append(std::to_string(i)).append("\r\n");
    test::writeBytes(folder.path() / "cifar-100-binary" / "fine_label_names.txt", names);
    const auto dataset = openDataset({"cifar100", folder.path()}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames[42], "thing 42");
}

TEST(Cifar100, SaysWhatIsWrong)
{
    const TemporaryFolder folder;
    EXPECT_THAT(failureOf(folder.path() / "nowhere", ErrorCode::NotFound), HasSubstr("test.bin"));
    EXPECT_THAT(failureOf(folder.path(), ErrorCode::NotFound), HasSubstr("train.bin"));
    writeSmallCifar100(folder.path());
    test::writeBytes(folder.path() / "train.bin", record100(0, 1) + record100(20, 2));
    EXPECT_THAT(failureOf(folder.path(), ErrorCode::Corrupt), AllOf(HasSubstr("Record 1 "), HasSubstr("label 20"), HasSubstr("0 to 19")));
    test::writeBytes(folder.path() / "train.bin", record100(0, 100));
    EXPECT_THAT(failureOf(folder.path(), ErrorCode::Corrupt), AllOf(HasSubstr("label 100"), HasSubstr("CIFAR-100")));
    test::writeBytes(folder.path() / "train.bin", record100(0, 1).substr(1)); // CIFAR-10's size
    EXPECT_THAT(failureOf(folder.path(), ErrorCode::Corrupt), HasSubstr("records of 3074"));
    std::filesystem::remove(folder.path() / "train.bin");
    test::writeBytes(folder.path() / "train", "pickle");
    EXPECT_THAT(failureOf(folder.path(), ErrorCode::NotFound), HasSubstr("Python version"));
}

} // namespace halftone
