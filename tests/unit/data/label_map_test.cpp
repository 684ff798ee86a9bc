// Label maps: their forms, what is wrong with them, and data that take them.
#include "core/data/label_map.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

namespace {

std::string mapFailure(const std::string& text)
{
    const auto map = parseLabelMap(text, "classes.txt");
    return map.ok() ? "it was read" : map.error().message;
}

// Folders of five images each, all of one grey a class.
void writeClasses(const std::filesystem::path& folder, const Names& names)
{
    char grey = 1;
    for (const std::string& name : names) {
        for (const char* file : {"1.ppm", "2.ppm", "3.ppm", "4.ppm", "5.ppm"})
            test::writeBytes(folder / name / file, "P6 2 2 255\n" + std::string(12, grey));
        ++grey;
    }
}

Result<Dataset> openFolder(const std::filesystem::path& folder, std::optional<LabelMap> labels = {})
{
    return openDataset({"imagefolder", folder}, {.imageShape = {3, 2, 2}, .labels = std::move(labels)});
}

} // namespace

TEST(LabelMap, ReadsNamesInOrderOrWithTheirIndices)
{
    EXPECT_EQ(parseLabelMap("cat\r\n golden retriever \n\nrat", "f")->names, (Names{"cat", "golden retriever", "rat"}));
    EXPECT_EQ(parseLabelMap("\xEF\xBB\xBF" "cat,2\ndog\t0\n", "f")->names, (Names{"dog", "", "cat"}));
    EXPECT_EQ(parseLabelMap("n01440764 1\nn01443537 0\n", "f")->names, (Names{"n01443537", "n01440764"}));
    EXPECT_EQ(parseLabelMap("n01440764 tench, Tinca tinca\nn01443537 goldfish", "f")->names, (Names{"n01440764", "n01443537"}));
    EXPECT_EQ(parseLabelMap("class 1\nclass 2\n", "f")->names, (Names{"class 1", "class 2"})); // a blank divides no other names
    EXPECT_EQ(parseLabelMap("a,1\nb\n", "f")->names, (Names{"a,1", "b"})); // not every line has an index
    const LabelMap gaps{{"", "a b", "", "c"}};
    EXPECT_EQ(*parseLabelMap(text(gaps), "f"), gaps);
}

TEST(LabelMap, SaysWhatIsWrongAndWhere)
{
    EXPECT_THAT(mapFailure("\n \n"), HasSubstr("classes.txt is empty"));
    EXPECT_THAT(mapFailure("cat\ndog\n\ncat\n"), AllOf(HasSubstr("Line 4"), HasSubstr("cat, as line 1")));
    EXPECT_THAT(mapFailure("cat,0\ndog,0\n"), AllOf(HasSubstr("Line 2"), HasSubstr("index 0, which is cat's")));
    EXPECT_THAT(mapFailure("cat,4000000000\n"), HasSubstr("index 4000000000"));
    EXPECT_EQ(mapFailure("cat,-1\n"), "it was read"); // a name with a comma
}

TEST(LabelMap, GivesFoldersTheNetworksIndices)
{
    const TemporaryFolder folder;
    writeClasses(folder.path(), {"ant", "bee", "cow"});
    const auto plain = openFolder(folder.path());
    const auto mapped = openFolder(folder.path(), LabelMap{{"cow", "", "bee", "dog", "ant"}});
    ASSERT_TRUE(plain.ok() && mapped.ok()) << mapped.error().message;
    EXPECT_EQ(mapped->classNames, (Names{"cow", "class 1", "bee", "dog", "ant"}));
    const std::int64_t wanted[] = {4, 2, 0};
    for (const auto& set : {mapped->train, mapped->test})
        for (std::int64_t i = 0; i < set->count(); ++i) EXPECT_EQ(set->label(i), wanted[test::pixelsOf(*set, i)[0] - 1]);
    EXPECT_NE(mapped->hash, plain->hash);
}

TEST(LabelMap, IsFoundBesideTheData)
{
    const TemporaryFolder folder;
    writeClasses(folder.path(), {"ant", "bee"});
    test::writeBytes(folder.path() / "classes.txt", "bee\nant\n");
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->label(0), 1);
    EXPECT_EQ(openFolder(folder.path(), LabelMap{{"ant", "bee"}})->train->label(0), 0); // the given one goes first
    test::writeBytes(folder.path() / "classes.txt", "");
    EXPECT_THAT(openFolder(folder.path()).error().message, HasSubstr("classes.txt is empty"));
}

TEST(LabelMap, NamesTheClassThatItDoesNotKnow)
{
    const TemporaryFolder folder;
    writeClasses(folder.path(), {"n01440764", "n01443537"});
    const auto wrong = openFolder(folder.path(), LabelMap{{"n01440764", "n01443573"}});
    ASSERT_FALSE(wrong.ok());
    EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("The class n01443537"), HasSubstr("did you mean n01443573")));
}

TEST(LabelMap, NamesNumbersByTheirRank)
{
    const TemporaryFolder folder;
    test::writeSmallFashionMnist(folder.path());
    test::writeBytes(folder.path() / "classes.txt", "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    const auto dataset = openDataset({"idx", folder.path()}, {});
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames.size(), 11U);
    EXPECT_EQ(dataset->classNames[9], "nine");
    EXPECT_EQ(dataset->train->label(3), 3);
    test::writeBytes(folder.path() / "classes.txt", "zero\none\n");
    EXPECT_THAT(openDataset({"idx", folder.path()}, {}).error().message, AllOf(HasSubstr("names 2 classes"), HasSubstr("up to 9")));
}

TEST(Splits, AreTestTrainOrAll)
{
    const TemporaryFolder folder;
    writeClasses(folder.path(), {"ant", "bee"});
    const auto dataset = openFolder(folder.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ((*splitOf(*dataset, "test"))->count(), 2);
    EXPECT_EQ((*splitOf(*dataset, "train"))->count(), 8);
    const auto all = *splitOf(*dataset, "all");
    ASSERT_EQ(all->count(), 10);
    EXPECT_EQ(all->label(7), 1);
    EXPECT_EQ(all->label(8), 0); // the first test image
    for (std::int64_t i = 0; i < 10; ++i) EXPECT_EQ(test::pixelsOf(*all, i)[0], all->label(i) + 1);
    EXPECT_FALSE(splitOf(*dataset, "val").ok());
}

} // namespace halftone
