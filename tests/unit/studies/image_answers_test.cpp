// Classifying one image: against the plain executor, through files and exports, and what cannot be read.
#include "core/studies/image_answers.h"

#include <cmath>

#include "tests/support/reference_executor.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;

namespace {

class ImageAnswersOfStudy : public SmallStudy {
protected:
    Study newStudy()
    {
        auto study = Study::create(options(), m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    static std::vector<std::uint8_t> testImage(Study& study, std::int64_t index)
    {
        std::vector<std::uint8_t> bytes(28 * 28);
        EXPECT_TRUE((*study.dataset())->test->read(index, bytes).ok());
        return bytes;
    }
    // A grey PGM of every pixel `factor` x `factor` times.
    std::string writeGrey(const std::vector<std::uint8_t>& bytes, int factor) const
    {
        const auto path = m_folder / "image.pgm";
        std::ofstream file(path, std::ios::binary);
        file << "P5\n" << 28 * factor << " " << 28 * factor << "\n255\n";
        for (int y = 0; y < 28 * factor; ++y)
            for (int x = 0; x < 28 * factor; ++x)
                file.put(static_cast<char>(bytes[static_cast<std::size_t>(y / factor * 28 + x / factor)]));
        return path.string();
    }
};

} // namespace

TEST_F(ImageAnswersOfStudy, ProbabilitiesAreTheSoftmaxOfThePlainExecutorsAnswer)
{
    Study study = newStudy();
    const auto made = classifyImage(study, {.image = "test:7"});
    ASSERT_TRUE(made.ok()) << made.error().message;
    ASSERT_EQ(made->answers.size(), 1u);
    EXPECT_EQ(made->pixels, testImage(study, 7));
    const Dataset& data = **study.dataset();
    std::vector<float> pixels;
    for (const auto byte : testImage(study, 7))
        pixels.push_back((static_cast<float>(byte) / 255.0f - data.normalisation.mean[0]) / data.normalisation.deviation[0]);
    const auto run = runReference(study.network(), pixels, 1);
    const auto& logits = run.values[static_cast<std::size_t>(study.network().output().value)];
    double total = 0;
    for (const double logit : logits) total += std::exp(logit);
    const auto& top = made->answers[0].top;
    ASSERT_EQ(top.size(), 5u);
    for (std::size_t i = 0; i < top.size(); ++i) {
        EXPECT_NEAR(top[i].probability, std::exp(logits[static_cast<std::size_t>(top[i].index)]) / total, 1e-5);
        EXPECT_EQ(top[i].name, data.classNames[static_cast<std::size_t>(top[i].index)]);
        EXPECT_LE(top[i].probability, top[i == 0 ? 0 : i - 1].probability);
    }
    const auto largest = std::max_element(logits.begin(), logits.end()) - logits.begin();
    EXPECT_EQ(top[0].index, largest);
    EXPECT_EQ(made->label, data.classNames[7]); // the classes of the made-up images go round
    EXPECT_EQ(made->answers[0].weights, "pretrained");
}

TEST_F(ImageAnswersOfStudy, AFileOfTheSamePixelsGetsTheSameAnswer)
{
    Study study = newStudy();
    const auto expected = classifyImage(study, {.image = "test:3"});
    const auto file = classifyImage(study, {.image = writeGrey(testImage(study, 3), 1)});
    ASSERT_TRUE(expected.ok() && file.ok()) << file.error().message;
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(file->answers[0].top[i].probability, expected->answers[0].top[i].probability);
    EXPECT_TRUE(file->label.empty());
    EXPECT_EQ(file->width, 28);
    // Three times as large: shrinking blends a little over the pixels' edges, and nothing is cut off.
    const auto larger = classifyImage(study, {.image = writeGrey(testImage(study, 3), 3)});
    ASSERT_TRUE(larger.ok()) << larger.error().message;
    EXPECT_EQ(larger->width, 84);
    EXPECT_EQ(larger->input, (Shape{1, 28, 28}));
    EXPECT_NEAR(larger->answers[0].top[0].probability, expected->answers[0].top[0].probability, 0.05);
}

TEST_F(ImageAnswersOfStudy, AnAssignmentAndItsExportAnswerAlike)
{
    Study study = newStudy();
    const auto file = m_folder / "eight.onnx";
    ASSERT_TRUE(exportAssignment(study, {.assignment = "8", .file = file}).ok());
    const auto made = classifyImage(study, {.image = "test:0", .assignment = "8", .exported = file});
    ASSERT_TRUE(made.ok()) << made.error().message;
    ASSERT_EQ(made->answers.size(), 3u);
    EXPECT_EQ(made->answers[1].name, "8");
    EXPECT_EQ(made->answers[1].weights, "pretrained, calibrated but not fine-tuned");
    EXPECT_EQ(made->answers[2].name, "eight.onnx");
    EXPECT_EQ(made->answers[2].file, file.string());
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(made->answers[2].top[i].probability, made->answers[1].top[i].probability, 1e-3);
    EXPECT_TRUE(made->agree);
}

TEST_F(ImageAnswersOfStudy, WhatCannotBeReadIsASentence)
{
    Study study = newStudy();
    const auto refused = [&](const ImageQuestion& question, const char* expected) {
        const auto made = classifyImage(study, question);
        ASSERT_FALSE(made.ok()) << expected;
        EXPECT_NE(made.error().message.find(expected), std::string::npos) << made.error().message;
    };
    std::ofstream(m_folder / "text.png") << "no image at all";
    std::ofstream(m_folder / "empty.jpg");
    refused({.image = (m_folder / "absent.png").string()}, "absent.png");
    refused({.image = (m_folder / "text.png").string()}, "text.png");
    refused({.image = (m_folder / "empty.jpg").string()}, "empty.jpg");
    refused({.image = m_folder.string()}, m_folder.filename().c_str());
    refused({.image = "test:100"}, "from 0 to 99");
    refused({.image = "test:-1"}, "from 0 to 99");
    refused({.image = "test:"}, "from 0 to 99");
    refused({.image = "test:1", .assignment = "nothing"}, "nothing");
    refused({.image = "test:1", .exported = m_folder / "absent.onnx"}, "absent.onnx");
    refused({.image = "test:1", .exported = m_folder / "text.png"}, "");
}
