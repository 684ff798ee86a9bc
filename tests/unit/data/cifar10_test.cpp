// CIFAR-10: the real files' values, and files that are wrong.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::HasSubstr;

namespace {

Result<Dataset> openCifar(const std::filesystem::path& folder) { return openDataset({"cifar10", folder}, {}); }

std::string cifarFailure(const std::filesystem::path& folder, ErrorCode code)
{
    const auto dataset = openCifar(folder);
    if (dataset.ok()) return "it opened";
    EXPECT_EQ(dataset.error().code, code) << dataset.error().message;
    return dataset.error().message;
}

} // namespace

// The numbers are those of this Python, run on the same files:
//   b = open(FILE, "rb").read(); n = len(b) // 3073; print(n, [b[i * 3073] for i in range(12)], sum(b[i * 3073] for i in
//   range(n))) print(sum(b[1:1025]), sum(b[1025:2049]), sum(b[2049:3073]), b[1], b[2], b[33], sum(b[(n - 1) * 3073 + 1:]))
TEST(Cifar10, ReadsTheRealFiles)
{
    const auto folder = test::sharedData("cifar10");
    if (!std::filesystem::exists(folder))
        GTEST_SKIP() << "../shared/data/cifar10 is absent: the real CIFAR-10 files are not checked";
    const auto dataset = openCifar(folder);
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    ASSERT_EQ(dataset->train->count(), 7728);
    ASSERT_EQ(dataset->test->count(), 1000);
    const std::vector<std::int64_t> trainLabels{6, 9, 9, 4, 1, 1, 2, 7, 8, 3, 4, 7},
        testLabels{3, 8, 8, 0, 6, 6, 1, 6, 3, 1, 0, 9};
    for (std::int64_t i = 0; i < 12; ++i) {
        EXPECT_EQ(dataset->train->label(i), trainLabels[static_cast<std::size_t>(i)]);
        EXPECT_EQ(dataset->test->label(i), testLabels[static_cast<std::size_t>(i)]);
    }
    std::int64_t labels = 0;
    for (std::int64_t i = 0; i < 7728; ++i) labels += dataset->train->label(i);
    EXPECT_EQ(labels, 34954);

    const auto first = test::pixelsOf(*dataset->train, 0);
    EXPECT_EQ(std::vector<int>({first[0], first[1], first[32]}), std::vector<int>({59, 43, 16}));
    std::array<std::int64_t, 3> planes{};
    for (std::size_t i = 0; i < first.size(); ++i) planes[i / 1024] += first[i];
    EXPECT_EQ(planes, (std::array<std::int64_t, 3>{144594, 107622, 65574}));
    EXPECT_EQ(test::pixelSum(*dataset->train, 7727), 487994);
    EXPECT_EQ(test::pixelSum(*dataset->test, 999), 461083);
    EXPECT_EQ(dataset->classNames[0], "airplane");
    EXPECT_EQ(dataset->classNames[9], "truck");
    EXPECT_EQ(dataset->normalisation.mean, (std::vector<float>{0.485F, 0.456F, 0.406F}));
}

TEST(Cifar10, TakesEveryTrainingFileInOrder)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    test::writeBytes(folder.path() / "data_batch_10.bin", test::cifarRecord(9, 9));
    const auto dataset = openCifar(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    ASSERT_EQ(dataset->train->count(), 9);
    EXPECT_EQ(dataset->test->count(), 4);
    for (std::int64_t i = 0; i < 8; ++i) EXPECT_EQ(dataset->train->label(i), i);
    EXPECT_EQ(dataset->train->label(8), 9);
    EXPECT_EQ(test::pixelsOf(*dataset->train, 7)[3], (33 + 35) & 255);
}

TEST(Cifar10, FindsTheFolderOfTheOfficialArchive)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path() / "cifar-10-batches-bin");
    EXPECT_TRUE(openCifar(folder.path()).ok());
}

TEST(Cifar10, ReadsClassNamesWhereTheyAre)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    EXPECT_EQ(openCifar(folder.path())->classNames[1], "automobile");
    test::writeBytes(folder.path() / "batches.meta.txt", "a\r\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    EXPECT_EQ(openCifar(folder.path())->classNames[0], "a");
    EXPECT_EQ(openCifar(folder.path())->classNames[9], "j");
    test::writeBytes(folder.path() / "batches.meta.txt", "only\none\n");
    EXPECT_EQ(openCifar(folder.path())->classNames[1], "automobile");
}

TEST(Cifar10, HashFollowsTheContentAndNothingElse)
{
    const TemporaryFolder one, two;
    test::writeSmallCifar10(one.path());
    test::writeSmallCifar10(two.path());
    EXPECT_EQ(openCifar(one.path())->hash, openCifar(two.path())->hash);
    std::string file = test::readBytes(two.path() / "test_batch.bin");
    file[100] = static_cast<char>(file[100] ^ 1);
    test::writeBytes(two.path() / "test_batch.bin", file);
    EXPECT_NE(openCifar(one.path())->hash, openCifar(two.path())->hash);
}

TEST(Cifar10, NamesFileAndRecordOfWhatIsWrong)
{
    const TemporaryFolder folder;
    test::writeSmallCifar10(folder.path());
    const auto file = folder.path() / "data_batch_2.bin";
    const std::string good = test::readBytes(file);
    test::writeBytes(file, good.substr(0, good.size() - 1));
    EXPECT_THAT(cifarFailure(folder.path(), ErrorCode::Corrupt), AllOf(HasSubstr("data_batch_2.bin"), HasSubstr("record 2 ")));
    std::string wrongLabel = good;
    wrongLabel[3073] = 10;
    test::writeBytes(file, wrongLabel);
    EXPECT_THAT(cifarFailure(folder.path(), ErrorCode::Corrupt), AllOf(HasSubstr("Record 1 of"), HasSubstr("label 10")));
    test::writeBytes(file, "");
    EXPECT_THAT(cifarFailure(folder.path(), ErrorCode::Corrupt), HasSubstr("0 bytes"));
    test::writeBytes(file, good);
    EXPECT_EQ(cifarFailure(folder.path(), ErrorCode::Failed), "it opened");
}

TEST(Cifar10, SaysWhatIsMissing)
{
    const TemporaryFolder folder;
    EXPECT_THAT(cifarFailure(folder.path() / "nowhere", ErrorCode::NotFound), HasSubstr("nowhere"));
    EXPECT_THAT(cifarFailure(folder.path(), ErrorCode::NotFound), HasSubstr("data_batch_*.bin"));
    test::writeSmallCifar10(folder.path());
    EXPECT_THAT(cifarFailure(folder.path() / "test_batch.bin", ErrorCode::BadInput), HasSubstr("is a file"));
    std::filesystem::remove(folder.path() / "test_batch.bin");
    EXPECT_THAT(cifarFailure(folder.path(), ErrorCode::NotFound), HasSubstr("test_batch.bin"));
    const TemporaryFolder python;
    test::writeBytes(python.path() / "data_batch_1", "pickle");
    EXPECT_THAT(cifarFailure(python.path(), ErrorCode::NotFound), HasSubstr("Python version"));
}

} // namespace halftone
