// Segmentation and raw outputs: metrics and losses against plain loops, training, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>

#include "core/data/batch_loader.h"
#include "core/training/evaluation.h"
#include "core/training/task_loss.h"
#include "tests/unit/training/segmentation_task.h"

using namespace halftone;
using ::testing::HasSubstr;

namespace {

const Normalisation kHalf{{0.5f}, {0.25f}};

// mIoU by its definition, class after class over all pixels; a negative label is void, a prediction may be any number.
double plainMeanIou(const std::vector<int>& labels, const std::vector<int>& predictions, int classes)
{
    double sum = 0;
    int occurring = 0;
    for (int c = 0; c < classes; ++c) {
        double both = 0, either = 0;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] < 0) continue;
            both += labels[i] == c && predictions[i] == c ? 1 : 0;
            either += labels[i] == c || predictions[i] == c ? 1 : 0;
        }
        if (either == 0) continue;
        sum += both / either;
        ++occurring;
    }
    return sum / occurring;
}

} // namespace

TEST(ConfusionMatrix, MeanIouIsThatOfAPlainCount)
{
    Random random(3);
    for (const int classes : {1, 2, 5, 17}) {
        std::vector<int> labels, predictions;
        ConfusionMatrix matrix(classes);
        for (int i = 0; i < 500; ++i) {
            labels.push_back(static_cast<int>(random.below(classes + 1)) - 1);
            predictions.push_back(static_cast<int>(random.below(classes + 2)));
            if (classes == 17 && labels.back() > 9) labels.back() = 9; // classes that occur in predictions alone
            if (labels.back() >= 0) matrix.add(labels.back(), predictions.back());
        }
        EXPECT_NEAR(matrix.meanIntersectionOverUnion(), plainMeanIou(labels, predictions, classes), 1e-12) << classes;
    }
}

TEST(ConfusionMatrix, LeavesOutClassesThatOccurNowhere)
{
    ConfusionMatrix matrix(4);
    matrix.add(0, 0, 6);
    matrix.add(0, 2, 2); // 2 occurs as an answer alone: 0 of 2
    matrix.add(1, 1, 3);
    EXPECT_FALSE(matrix.intersectionOverUnion(3).has_value());
    EXPECT_DOUBLE_EQ(*matrix.intersectionOverUnion(0), 0.75);
    EXPECT_DOUBLE_EQ(matrix.meanIntersectionOverUnion(), (0.75 + 1 + 0) / 3);
    EXPECT_EQ(matrix.correct(), 9);
    EXPECT_EQ(matrix.pixels(), 11);
    EXPECT_EQ(ConfusionMatrix(3).meanIntersectionOverUnion(), 0);
}

TEST(ConfusionMatrix, CountsAnswersThatAreNoClassAsWrong)
{
    ConfusionMatrix matrix(2);
    matrix.add(0, 0, 3);
    matrix.add(0, 7, 1);
    matrix.add(0, -1, 1);
    EXPECT_EQ(matrix.count(0, 2), 2);
    EXPECT_DOUBLE_EQ(*matrix.intersectionOverUnion(0), 0.6);
    EXPECT_DOUBLE_EQ(matrix.meanIntersectionOverUnion(), 0.6);
}

TEST(SegmentationEvaluation, IsThatOfAPlainLoopOverPixels)
{
    const StripesSet set(7);
    auto network = *TorchNetwork::create(pixelNetwork(3)); // a third answer, which is no class
    const auto report = evaluate(network, set, kHalf, {.batchSize = 3});
    ASSERT_TRUE(report.ok()) << report.error().message;
    std::vector<int> labels, predictions;
    double loss = 0;
    std::int64_t correct = 0;
    const at::NoGradGuard noGrad;
    for (std::int64_t i = 0; i < set.count(); ++i) {
        std::vector<std::uint8_t> bytes(64), mask(64);
        ASSERT_TRUE(set.read(i, bytes).ok() && set.readMask(i, mask).ok());
        torch::Tensor image = torch::empty({1, 1, 8, 8});
        for (std::size_t p = 0; p < 64; ++p) image.data_ptr<float>()[p] = (static_cast<float>(bytes[p]) / 255.0f - 0.5f) / 0.25f;
        const torch::Tensor out = network.forward(image).contiguous();
        for (std::size_t p = 0; p < 64; ++p) {
            int best = 0;
            double sum = 0;
            for (int c = 0; c < 3; ++c) {
                const float value = out.data_ptr<float>()[static_cast<std::size_t>(c) * 64 + p];
                if (value > out.data_ptr<float>()[static_cast<std::size_t>(best) * 64 + p]) best = c;
                sum += std::exp(static_cast<double>(value));
            }
            labels.push_back(mask[p] == StripesSet::kVoid ? -1 : mask[p]);
            predictions.push_back(best);
            if (labels.back() < 0) continue;
            loss += std::log(sum) - static_cast<double>(out.data_ptr<float>()[mask[p] * 64u + p]);
            correct += best == mask[p] ? 1 : 0;
        }
    }
    EXPECT_EQ(report->count, 7 * 56);
    EXPECT_EQ(report->images, 7);
    EXPECT_EQ(report->correct, correct);
    EXPECT_NEAR(report->loss, loss / (7 * 56), 1e-5);
    EXPECT_NEAR(report->value(), plainMeanIou(labels, predictions, 2), 1e-12);
}

TEST(SegmentationEvaluation, RefusesNetworksThatDoNotAnswerEveryPixel)
{
    const StripesSet set(2);
    auto classifier = *TorchNetwork::create(smallNetwork());
    const auto report = evaluate(classifier, set, kHalf);
    ASSERT_FALSE(report.ok());
    EXPECT_THAT(report.error().message, HasSubstr("for every pixel"));
}

TEST(LabelLoss, PassesVoidPixelsOver)
{
    const torch::Tensor outputs = torch::randn({2, 3, 4, 5}, torch::kFloat32).requires_grad_(true);
    torch::Tensor labels = torch::randint(0, 3, {2, 4, 5}, torch::kInt64);
    labels[0].fill_(kIgnoredLabel);
    const torch::Tensor loss = labelLoss(outputs, labels);
    EXPECT_NEAR(loss.item<double>(), torch::cross_entropy_loss(outputs[1].unsqueeze(0), labels[1].unsqueeze(0)).item<double>(), 1e-6);
    loss.backward();
    EXPECT_EQ(outputs.grad()[0].abs().sum().item<double>(), 0);
    labels.fill_(kIgnoredLabel);
    EXPECT_EQ(labelLoss(outputs, labels).item<double>(), 0);
}

TEST(SegmentationTraining, LearnsAnEasyTaskAtFourBits)
{
    auto network = *TorchNetwork::create(pixelNetwork());
    ASSERT_TRUE(network.assign(uniformAssignment(network.table(), 4), {}).ok());
    const auto figures = train(network, pixelRequest(25));
    ASSERT_TRUE(figures.ok()) << figures.error().message;
    EXPECT_LT(figures->back().labelLoss, figures->front().labelLoss);
    EXPECT_GT(figures->back().trainAccuracy, 0.8);
    const auto report = evaluate(network, StripesSet(40), kHalf);
    ASSERT_TRUE(report.ok());
    EXPECT_GT(report->value(), 0.6);
    EXPECT_LT(report->value(), report->accuracy()); // of two classes with errors in both
}

TEST(Outputs, AgreementIsNoiseOverSignal)
{
    const torch::Tensor reference = torch::tensor({{3.0f, 4.0f}, {1.0f, 0.0f}}), other = torch::tensor({{3.0f, 3.0f}, {1.0f, 2.0f}});
    const torch::Tensor error = outputError(other, reference);
    EXPECT_NEAR(error[0].item<double>(), 1.0 / 25, 1e-7);
    EXPECT_NEAR(error[1].item<double>(), 4, 1e-6);
    EXPECT_EQ(outputError(reference, reference).sum().item<double>(), 0);
    EXPECT_TRUE(std::isfinite(outputError(torch::ones({1, 2}), torch::zeros({1, 2})).item<double>()));
}

TEST(Outputs, AFullPrecisionNetworkAgreesWithItselfAndAQuantizedOneLess)
{
    const UnlabelledSet set(20);
    auto reference = *TorchNetwork::create(pixelNetwork()), same = *TorchNetwork::create(pixelNetwork());
    const auto equal = evaluate(same, set, kHalf, {.reference = &reference});
    ASSERT_TRUE(equal.ok()) << equal.error().message;
    EXPECT_EQ(equal->value(), 1);
    auto request = pixelRequest(0);
    request.images = std::make_shared<UnlabelledSet>(64);
    request.recipe.distillation.weight = 1;
    request.recipe.batchNorm = BatchNormPolicy::Freeze; // random weights have no statistics to learn to
    TeacherAnswers teacher(*TorchNetwork::create(pixelNetwork()));
    request.teacher = &teacher;
    ASSERT_TRUE(same.assign(uniformAssignment(same.table(), 2), {}).ok());
    ASSERT_TRUE(train(same, request).ok()); // calibration alone
    const auto calibrated = evaluate(same, set, kHalf, {.reference = &reference});
    ASSERT_TRUE(calibrated.ok());
    EXPECT_LT(calibrated->value(), 1);
    request.recipe.epochs = 12;
    auto learnt = *TorchNetwork::create(pixelNetwork());
    ASSERT_TRUE(learnt.assign(uniformAssignment(learnt.table(), 2), {}).ok());
    ASSERT_TRUE(train(learnt, request).ok());
    EXPECT_GT(evaluate(learnt, set, kHalf, {.reference = &reference})->value(), calibrated->value());
    EXPECT_FALSE(evaluate(learnt, set, kHalf).ok()); // nothing to compare with
}

TEST(Outputs, AreLearntByDistillationAlone)
{
    auto network = *TorchNetwork::create(pixelNetwork());
    auto request = pixelRequest(1);
    request.images = std::make_shared<UnlabelledSet>(8);
    const auto figures = train(network, request);
    ASSERT_FALSE(figures.ok());
    EXPECT_THAT(figures.error().message, HasSubstr("Images without labels"));
}

TEST(FittedRecipe, MakesBatchesOfLargeImagesSmallAndLeavesClassificationAsItIs)
{
    struct Large final : ImageSet {
        LabelKind kind{.task = Task::Segmentation, .classes = 2};
        Shape shape{3, 360, 480};
        std::int64_t count() const override { return 100; }
        const Shape& imageShape() const override { return shape; }
        LabelKind labelKind() const override { return kind; }
        std::int64_t label(std::int64_t) const override { return 0; }
        Status read(std::int64_t, std::span<std::uint8_t>) const override { return {}; }
    } images;
    const TrainingRecipe recipe = defaultRecipe(), smaller = fitted(recipe, images);
    EXPECT_EQ(smaller.batchSize, 6);
    EXPECT_EQ(smaller.calibrationImages, 24);
    EXPECT_EQ(fitted(smaller, images), smaller);
    EXPECT_EQ(evaluationBatch(images), 12);
    images.shape = {3, 8000, 8000};
    EXPECT_EQ(fitted(recipe, images).batchSize, 2);
    images.kind.task = Task::Classification;
    EXPECT_EQ(fitted(recipe, images), recipe);
    EXPECT_EQ(evaluationBatch(images), 250);
}
