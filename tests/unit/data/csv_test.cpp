// CSV texts row by row, lists of images, and data sets made of them.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/csv_text.h"
#include "core/data/dataset.h"
#include "core/data/image_list.h"
#include "data_files.h"

namespace halftone {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Fields = std::vector<std::string>;

namespace {

// All rows, or the sentence in a row of its own.
std::vector<Fields> rowsOf(const std::string& text)
{
    std::vector<Fields> rows;
    CsvReader reader(text, "list.csv");
    for (;;) {
        auto row = reader.next();
        if (!row.ok()) return {{row.error().message}};
        if (!row->has_value()) return rows;
        rows.push_back((*row)->fields);
    }
}

std::string listFailure(const std::string& text)
{
    const auto list = parseImageList(text, "list.csv");
    return list.ok() ? "it was read" : list.error().message;
}

// A PPM of 8 x 8 pixels of one grey.
void writeGrey(const std::filesystem::path& path, char grey) { test::writeBytes(path, "P6 8 8 255\n" + std::string(192, grey)); }

Result<Dataset> openList(const TemporaryFolder& folder, const std::string& csv)
{
    test::writeBytes(folder.path() / "lists" / "list.csv", csv);
    return openDataset({"csv", folder.path() / "lists" / "list.csv"}, {.imageShape = {3, 8, 8}});
}

} // namespace

TEST(CsvReader, ReadsQuotesAsTheStandardSays)
{
    EXPECT_EQ(rowsOf("a,b\nc,d\n"), (std::vector<Fields>{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(rowsOf("a,b\r\nc,d"), (std::vector<Fields>{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(rowsOf("\xEF\xBB\xBF\"a, b\",\"say \"\"c\"\"\"\n\n,\n"), (std::vector<Fields>{{"a, b", "say \"c\""}, {"", ""}}));
    EXPECT_EQ(rowsOf("\"two\nlines\",x\r\n\"\",\"y\""), (std::vector<Fields>{{"two\nlines", "x"}, {"", "y"}}));
    EXPECT_EQ(rowsOf(""), std::vector<Fields>{});
    EXPECT_EQ(rowsOf("\r\n\n"), std::vector<Fields>{});
    EXPECT_EQ(rowsOf("a\rb"), (std::vector<Fields>{{"a\rb"}})); // only LF and CRLF end a line
}

TEST(CsvReader, CountsLinesThroughQuotedLineEnds)
{
    CsvReader reader("\"one\ntwo\",x\n\ny,z\n", "list.csv");
    EXPECT_EQ((*reader.next())->line, 1);
    EXPECT_EQ((*reader.next())->line, 4);
}

TEST(CsvReader, NamesTheLineThatBreaksTheFormat)
{
    EXPECT_THAT(rowsOf("a,b\nc\n")[0][0], AllOf(HasSubstr("Line 2 of list.csv"), HasSubstr("1 fields where the first row has 2")));
    EXPECT_THAT(rowsOf("a,b\nc,\"d\n\n")[0][0], AllOf(HasSubstr("Line 2"), HasSubstr("never closed")));
    EXPECT_THAT(rowsOf("a,\"b\"c\n")[0][0], AllOf(HasSubstr("Line 1"), HasSubstr("after a closing quote")));
    EXPECT_THAT(rowsOf("a,b\"c\n")[0][0], AllOf(HasSubstr("Line 1"), HasSubstr("quote inside a field")));
    EXPECT_THAT(rowsOf("\"")[0][0], HasSubstr("never closed"));
}

TEST(ImageList, FindsColumnsByTheHeaderOrByTheirPlace)
{
    const auto plain = parseImageList("a.png,cat\nb.png,ant\n", "list.csv");
    ASSERT_TRUE(plain.ok()) << plain.error().message;
    EXPECT_EQ(plain->classNames, (std::vector<std::string>{"ant", "cat"}));
    EXPECT_EQ(plain->images[0].label, 1);
    EXPECT_EQ(plain->images[1].path, "b.png");
    EXPECT_EQ(plain->images[1].line, 2);
    EXPECT_FALSE(plain->hasParts || plain->numbered);
    const auto headed = parseImageList("author,Split,Label,FileName\nme,TRAIN,2,a.png\nme,valid,0,b.png\nme,test,0,c.png\n", "list.csv");
    ASSERT_TRUE(headed.ok()) << headed.error().message;
    EXPECT_TRUE(headed->hasParts && headed->numbered);
    EXPECT_EQ(headed->classNames, (std::vector<std::string>{"0", "1", "2"})); // nobody has label 1; it counts all the same
    EXPECT_EQ(headed->images[0].label, 2);
    EXPECT_EQ(headed->images[0].part, ImagePart::Train);
    EXPECT_EQ(headed->images[1].part, ImagePart::Validation);
    EXPECT_EQ(headed->images[2].part, ImagePart::Test);
    EXPECT_EQ(parseImageList("a,10\nb,9\nc,x\n", "list.csv")->classNames, (std::vector<std::string>{"10", "9", "x"})); // names then
}

TEST(ImageList, SaysWhatIsWrongAndWhere)
{
    EXPECT_THAT(listFailure(""), HasSubstr("list.csv is empty"));
    EXPECT_THAT(listFailure("path,label\n"), HasSubstr("names no images"));
    EXPECT_THAT(listFailure("path,kind\na,b\n"), HasSubstr("no column label"));
    EXPECT_THAT(listFailure("a.png\n"), HasSubstr("have one field"));
    EXPECT_THAT(listFailure("a,b,c,d\n"), HasSubstr("no header"));
    EXPECT_THAT(listFailure("a.png,x\n,y\n"), AllOf(HasSubstr("Line 2"), HasSubstr("no path")));
    EXPECT_THAT(listFailure("a.png,\n"), AllOf(HasSubstr("Line 1"), HasSubstr("no label")));
    EXPECT_THAT(listFailure("a.png,x,train\nb.png,x,tset\n"), AllOf(HasSubstr("Line 2"), HasSubstr("neither train, val nor test")));
    EXPECT_THAT(listFailure("a.png,99999999\n"), HasSubstr("label 99999999"));
    EXPECT_THAT(listFailure(std::string("a\0b,x\n", 6)), HasSubstr("zero byte"));
}

TEST(CsvImages, TakesPathsFromTheCsvsFolderAndAbsoluteOnes)
{
    const TemporaryFolder folder;
    writeGrey(folder.path() / "lists" / "a.ppm", 10);
    writeGrey(folder.path() / "far, away" / "b.ppm", 20);
    writeGrey(folder.path() / "c.ppm", 30);
    const auto dataset = openList(folder,
        "path,label,split\na.ppm,dog,train\n\"../far, away/b.ppm\",cat,train\n" + (folder.path() / "c.ppm").string() + ",dog,val\n");
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->classNames, (std::vector<std::string>{"cat", "dog"}));
    ASSERT_EQ(dataset->train->count(), 2);
    ASSERT_EQ(dataset->test->count(), 1); // val serves where nothing is test
    EXPECT_EQ(test::pixelsOf(*dataset->train, 1)[0], 20);
    EXPECT_EQ(dataset->train->label(1), 0);
    EXPECT_EQ(test::pixelsOf(*dataset->test, 0)[0], 30);
}

TEST(CsvImages, WithoutASplitEveryFifthImageOfAClassIsTested)
{
    const TemporaryFolder folder;
    std::string csv;
    for (int i = 0; i < 10; ++i) {
        const std::string name = std::string("p").append(std::to_string(i)).append(".ppm");
        writeGrey(folder.path() / "lists" / name, static_cast<char>(i));
        csv.append(name).append(i % 2 == 0 ? ",0\n" : ",1\n");
    }
    const auto dataset = openList(folder, csv);
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    EXPECT_EQ(dataset->train->count(), 8);
    ASSERT_EQ(dataset->test->count(), 2);
    EXPECT_EQ(test::pixelsOf(*dataset->test, 0)[0], 8);
    EXPECT_EQ(test::pixelsOf(*dataset->test, 1)[0], 9);
    const std::string before = dataset->hash;
    csv[csv.size() - 2] = '0';
    EXPECT_NE(openList(folder, csv)->hash, before); // a label changed, no file did
}

TEST(CsvImages, NamesTheLineOfAnImageThatIsNotThere)
{
    const TemporaryFolder folder;
    writeGrey(folder.path() / "lists" / "a.ppm", 10);
    const auto missing = openList(folder, "a.ppm,0\nb.ppm,0\nc.ppm,1\n");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message, AllOf(HasSubstr("Line 2 of"), HasSubstr("b.ppm"), HasSubstr("1 more")));
    EXPECT_FALSE(openDataset({"csv", folder.path() / "none.csv"}, {}).ok());
    EXPECT_THAT(parseDataReference("csv").error().message, HasSubstr("need a file; write csv:FILE"));
}

TEST(CsvImages, ShowsNoImageOnBothSides)
{
    const TemporaryFolder folder;
    writeGrey(folder.path() / "lists" / "a.ppm", 10);
    const auto both = openList(folder, "a.ppm,0,train\n../lists/a.ppm,0,test\n");
    ASSERT_FALSE(both.ok());
    EXPECT_THAT(both.error().message, AllOf(HasSubstr("Line 2"), HasSubstr("another split")));
    EXPECT_THAT(openList(folder, "a.ppm,0\na.ppm,0\n").error().message, HasSubstr("a second time"));
    EXPECT_THAT(openList(folder, "a.ppm,0,train\n").error().message, HasSubstr("no test or val rows"));
}

} // namespace halftone
