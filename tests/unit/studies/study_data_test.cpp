// Studies and their data: class counts that differ, label maps that are kept, and a published network scored on photographs.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/studies/training_run.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;
using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

class StudyData : public SmallStudy {
protected:
    // IDX data of five classes and the bundled network of ten.
    NewStudyOptions fiveClasses()
    {
        fs::create_directories(m_folder / "five");
        writeImages(m_folder / "five", "train", 5, 1);
        writeImages(m_folder / "five", "t10k", 5, 2);
        return {.path = m_folder / "a.halftone", .model = "zoo:fashion_resnet8", .data = "idx:" + (m_folder / "five").string()};
    }
};

} // namespace

TEST_F(StudyData, OtherClassCountsAreSaidInOneSentence)
{
    const auto study = Study::create(fiveClasses(), m_environment);
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::BadInput);
    EXPECT_THAT(study.error().message, AllOf(HasSubstr("tells 10 classes apart but the data has 5"), HasSubstr("--labels FILE")));
}

TEST_F(StudyData, ANetworkThatAnswersPixelsIsToldFromOneOfOtherClasses)
{
    NewStudyOptions options = fiveClasses();
    options.model = HALFTONE_SOURCE_DIR "/../shared/data/models/camvid/espnet_p_2_q_8_camvid.pth";
    if (!fs::exists(options.model)) GTEST_SKIP() << "../shared/data/models/camvid is absent: ESPNet on images of classes is not checked";
    const auto study = Study::create(options, m_environment);
    ASSERT_FALSE(study.ok());
    EXPECT_THAT(study.error().message, AllOf(HasSubstr("some for each pixel"), HasSubstr("segmentation:FOLDER")));
}

TEST_F(StudyData, ALabelMapIsKeptWithTheStudy)
{
    NewStudyOptions options = fiveClasses();
    options.labels = m_folder / "names.txt";
    EXPECT_EQ(Study::create(options, m_environment).error().code, ErrorCode::NotFound);
    std::ofstream(options.labels) << "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
    ASSERT_TRUE(Study::create(options, m_environment).ok());
    fs::remove(options.labels);
    auto study = Study::open(options.path, m_environment);
    ASSERT_TRUE(study.ok()) << study.error().message;
    const auto data = study->dataset();
    ASSERT_TRUE(data.ok()) << data.error().message;
    EXPECT_EQ((*data)->classNames, (std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}));
    const auto all = evaluateStudy(*study, {.split = "all"});
    ASSERT_TRUE(all.ok()) << all.error().message;
    EXPECT_EQ(all->count, 10);
    EXPECT_FALSE(evaluateStudy(*study, {.split = "validation"}).ok());
}

// PyTorch 2.13 behind Pillow (short side 256, middle 224) has 17 of the test split's first 20 images right (every fifth of the first
// 100), 145 of its 200, and 756 of all 1,000; `halftone evaluate` has the same three. The file has no batch-norm statistics.
TEST_F(StudyData, ScoresResNet18OnPhotographsAsPyTorchDoes)
{
    const fs::path shared = fs::path(HALFTONE_SOURCE_DIR) / ".." / "shared" / "data";
    const fs::path model = shared / "models" / "imagenet" / "resnet18_pq.safetensors", images = shared / "imagenet_sample";
    if (!fs::exists(model) || !fs::exists(images))
        GTEST_SKIP() << "../shared/data/imagenet_sample is absent: a ResNet-18's score on photographs is not checked";
    auto study = Study::create(
        {.path = m_folder / "a.halftone", .model = model.string(), .data = "imagefolder:" + images.string()}, m_environment);
    ASSERT_TRUE(study.ok()) << study.error().message;
    const auto report = evaluateStudy(*study, {.limit = 20});
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->correct, 17);
}
