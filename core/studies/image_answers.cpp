// From an image file to probabilities.
#include "core/studies/image_answers.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/data/batch_loader.h"
#include "core/data/image_file.h"
#include "core/data/memory_images.h"
#include "core/studies/export_gate.h"
#include "core/studies/loaded_network.h"

namespace halftone {

namespace {

struct AskedImage {
    torch::Tensor pixels; // {1, C, H, W}, normalised
    std::vector<std::uint8_t> bytes; // not normalised
    PixelExtent extent;
    std::string label;
};

constexpr std::string_view kTestPrefix = "test:";

Result<std::int64_t> testIndex(std::string_view text, std::int64_t count)
{
    std::int64_t index = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end != text.data() + text.size() || index < 0 || index >= count)
        return Error{ErrorCode::BadInput,
            "There is no test image number " + std::string(text) + "; they go from 0 to " + std::to_string(count - 1) + "."};
    return index;
}

Result<AskedImage> readAskedImage(const std::string& image, const Dataset& data)
{
    const Shape& shape = data.test->imageShape();
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(elementCount(shape)));
    AskedImage asked{.extent = {shape[2], shape[1]}};
    std::error_code ignored;
    if (image.starts_with(kTestPrefix) && !std::filesystem::exists(image, ignored)) {
        HALFTONE_TRY(
            const std::int64_t index, testIndex(std::string_view(image).substr(kTestPrefix.size()), data.test->count()));
        HALFTONE_CHECK(data.test->read(index, bytes));
        asked.label = data.classNames[static_cast<std::size_t>(data.test->label(index))];
    } else {
        HALFTONE_TRY(asked.extent, imageFileExtent(image));
        const bool folder = takesAnySize(data.reference); // the others' images are whole, so nothing is cut off
        HALFTONE_CHECK(readImageFile(image, shape, bytes, folder ? ImageCrop::Published : ImageCrop::WholeSide));
    }
    const auto one = std::make_shared<const MemoryImages>(shape, bytes, std::vector<std::uint8_t>{0});
    BatchLoader loader(one, data.normalisation, {.batchSize = 1}); // normalises exactly as in training
    HALFTONE_TRY(const auto batch, loader.next());
    asked.pixels = batch->images;
    asked.bytes = std::move(bytes);
    return asked;
}

// Our networks end in logits; a file of another program may end in a softmax.
bool answersProbabilities(const Network& network)
{
    return network.operation(network.value(network.output()).producer).as<Softmax>() != nullptr;
}

Result<std::vector<ClassProbability>> topClasses(
    TorchNetwork& network, const torch::Tensor& image, const std::vector<std::string>& classNames)
{
    const at::NoGradGuard noGrad;
    torch::Tensor answer = network.forward(image).to(torch::kCPU, torch::kFloat64).flatten();
    if (!answersProbabilities(network.plan())) answer = torch::softmax(answer, 0);
    answer = answer.contiguous();
    const std::span<const double> probabilities(answer.data_ptr<double>(), static_cast<std::size_t>(answer.numel()));
    if (!std::ranges::all_of(probabilities, [](double p) { return std::isfinite(p); }))
        return Error{ErrorCode::Failed, "The network's answer is NaN; its weights are damaged or training diverged."};
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return probabilities[a] > probabilities[b]; });
    constexpr std::size_t kShown = 5;
    order.resize(std::min(kShown, order.size()));
    std::vector<ClassProbability> top;
    for (const std::size_t i : order) top.push_back({classNames[i], static_cast<std::int64_t>(i), probabilities[i]});
    return top;
}

Result<TorchNetwork> readExportedFor(const Study& study, const std::filesystem::path& file)
{
    HALFTONE_TRY(const Bytes bytes, readFile(file));
    HALFTONE_TRY(TorchNetwork network, readExported(bytes, study.network()));
    const Network& plan = network.plan();
    const auto classes = elementCount(study.network().value(study.network().output()).shape);
    if (plan.inputShape() != study.network().inputShape() || elementCount(plan.value(plan.output()).shape) != classes)
        return Error{ErrorCode::Unsupported,
            file.string() + " takes images of " + text(plan.inputShape()) + " and answers "
                + text(plan.value(plan.output()).shape) + " values, other than this study; choose a file of this study."};
    return network;
}

Result<ImageAnswers> answerAll(Study& study, const ImageQuestion& question, const TaskContext& task)
{
    HALFTONE_TRY(const Dataset* data, study.dataset(task));
    if (data->test->labelKind().task != Task::Classification)
        return Error{ErrorCode::Unsupported,
            "This study's network does not answer one class an image, so no image can be classified; evaluate it instead."};
    HALFTONE_TRY(const AskedImage asked, readAskedImage(question.image, *data));
    ImageAnswers made{.image = question.image,
        .width = asked.extent.width,
        .height = asked.extent.height,
        .input = data->test->imageShape(),
        .pixels = asked.bytes,
        .label = asked.label};
    std::vector<std::string> names{"fp32"};
    if (question.assignment != "fp32") names.push_back(question.assignment);
    for (const auto& name : names) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped before the image was classified."};
        HALFTONE_TRY(LoadedNetwork loaded, loadNetwork(study, name, task));
        HALFTONE_TRY(auto top, topClasses(loaded.network, asked.pixels, data->classNames));
        made.answers.push_back({.name = name, .weights = loaded.origin, .top = std::move(top)});
    }
    if (!question.exported.empty()) {
        HALFTONE_TRY(TorchNetwork network, readExportedFor(study, question.exported));
        HALFTONE_TRY(auto top, topClasses(network, asked.pixels, data->classNames));
        made.answers.push_back({.name = question.exported.filename().string(),
            .weights = "as written in the file",
            .file = question.exported.string(),
            .top = std::move(top)});
    }
    for (const auto& answer : made.answers) made.agree &= answer.top[0].index == made.answers[0].top[0].index;
    return made;
}

} // namespace

Result<ImageAnswers> classifyImage(Study& study, const ImageQuestion& question, const TaskContext& task)
{
    HALFTONE_CHECK(study.assignment(question.assignment)); // a wrong name is told before data are read
    try {
        return answerAll(study, question, task);
    } catch (const std::exception& failure) {
        return Error{
            ErrorCode::Failed, "Classifying stopped with an error of the tensor library: " + firstLine(failure.what())};
    }
}

} // namespace halftone
