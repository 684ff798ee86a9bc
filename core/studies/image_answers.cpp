// From an image file to probabilities, maps of classes and raw outputs.
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
#include "core/training/task_loss.h"

namespace halftone {

namespace {

struct AskedImage {
    torch::Tensor pixels; // {1, C, H, W}, normalised
    std::vector<std::uint8_t> bytes; // not normalised
    PixelExtent extent;
    std::string label;
    std::vector<std::uint8_t> mask; // of segmentation
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
    const Task kind = data.test->labelKind().task;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(elementCount(shape)));
    AskedImage asked{.extent = {shape[2], shape[1]}};
    std::error_code ignored;
    if (image.starts_with(kTestPrefix) && !std::filesystem::exists(image, ignored)) {
        HALFTONE_TRY(
            const std::int64_t index, testIndex(std::string_view(image).substr(kTestPrefix.size()), data.test->count()));
        HALFTONE_CHECK(data.test->read(index, bytes));
        if (kind == Task::Classification) asked.label = data.classNames[static_cast<std::size_t>(data.test->label(index))];
        if (kind == Task::Segmentation) {
            asked.mask.resize(static_cast<std::size_t>(shape[1] * shape[2]));
            HALFTONE_CHECK(data.test->readMask(index, asked.mask));
        }
    } else {
        HALFTONE_TRY(asked.extent, imageFileExtent(image));
        // The others' images are whole, so nothing is cut off.
        const bool folder = takesAnySize(data.reference) && kind == Task::Classification;
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

// The five largest; `classNames` may end before them, in what is no class.
std::vector<ClassProbability> largest(std::span<const double> probabilities, const std::vector<std::string>& classNames)
{
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return probabilities[a] > probabilities[b]; });
    constexpr std::size_t kShown = 5;
    order.resize(std::min(kShown, order.size()));
    std::vector<ClassProbability> top;
    for (const std::size_t i : order)
        top.push_back({i < classNames.size() ? classNames[i] : "void", static_cast<std::int64_t>(i), probabilities[i]});
    return top;
}

// Asks network after network and compares each with the first.
class Questioning {
public:
    Questioning(const Dataset& data, const AskedImage& asked)
        : m_data(data)
        , m_asked(asked)
    {
    }

    Status ask(TorchNetwork& network, ImageAnswer& answer)
    {
        const at::NoGradGuard noGrad;
        const torch::Tensor outputs = network.forward(m_asked.pixels).to(torch::kCPU, torch::kFloat64);
        if (!torch::isfinite(outputs).all().item<bool>())
            return Error{ErrorCode::Failed, "The network's answer is NaN; its weights are damaged or training diverged."};
        switch (m_data.test->labelKind().task) {
        case Task::Classification:
            takeClass(network, outputs, answer);
            break;
        case Task::Segmentation:
            takeMap(outputs, answer);
            break;
        case Task::Outputs:
            takeOutputs(outputs, answer);
            break;
        }
        if (!m_first.defined()) m_first = outputs;
        return {};
    }

private:
    void takeClass(TorchNetwork& network, const torch::Tensor& outputs, ImageAnswer& answer) const
    {
        torch::Tensor shares = outputs.flatten();
        if (!answersProbabilities(network.plan())) shares = torch::softmax(shares, 0);
        shares = shares.contiguous();
        answer.top = largest({shares.data_ptr<double>(), static_cast<std::size_t>(shares.numel())}, m_data.classNames);
    }

    void takeMap(const torch::Tensor& outputs, ImageAnswer& answer) const
    {
        const LabelKind kind = m_data.test->labelKind();
        const std::int64_t classes = kind.classes;
        torch::Tensor told = outputs.argmax(1).flatten().clamp_max(classes);
        if (kind.voidClass) told = told.masked_fill(told.eq(std::int64_t{*kind.voidClass}), classes);
        const torch::Tensor bytes = told.to(torch::kUInt8).contiguous();
        answer.map.assign(bytes.data_ptr<std::uint8_t>(), bytes.data_ptr<std::uint8_t>() + bytes.numel());
        const torch::Tensor counts = torch::bincount(told, {}, classes + 1).to(torch::kFloat64) / static_cast<double>(told.numel());
        answer.top = largest({counts.data_ptr<double>(), static_cast<std::size_t>(counts.numel())}, m_data.classNames);
        std::erase_if(answer.top, [](const ClassProbability& one) { return one.probability <= 0; });
        if (m_first.defined()) answer.alike = outputs.argmax(1).eq(m_first.argmax(1)).to(torch::kFloat64).mean().item<double>();
        std::int64_t right = 0, known = 0;
        for (std::size_t i = 0; i < m_asked.mask.size(); ++i) {
            if (m_asked.mask[i] == kind.voidClass || m_asked.mask[i] >= classes) continue;
            ++known;
            right += m_asked.mask[i] == answer.map[i] ? 1 : 0;
        }
        if (known > 0) answer.right = static_cast<double>(right) / static_cast<double>(known);
    }

    void takeOutputs(const torch::Tensor& outputs, ImageAnswer& answer) const
    {
        if (!m_first.defined()) return;
        const double error = outputError(outputs, m_first).item<double>();
        answer.alike = std::max(0.0, 1 - error);
        if (error > 0) answer.signalToNoiseDb = -10 * std::log10(error);
    }

    const Dataset& m_data;
    const AskedImage& m_asked;
    torch::Tensor m_first; // full precision's outputs
};

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
    HALFTONE_TRY(const AskedImage asked, readAskedImage(question.image, *data));
    ImageAnswers made{.image = question.image,
        .width = asked.extent.width,
        .height = asked.extent.height,
        .input = data->test->imageShape(),
        .pixels = asked.bytes,
        .task = data->test->labelKind().task,
        .label = asked.label,
        .testImages = data->test->count(),
        .labelMap = asked.mask};
    if (made.task == Task::Segmentation) made.classNames = data->classNames;
    if (made.task == Task::Outputs) made.output = study.network().value(study.network().output()).shape;
    for (std::uint8_t& value : made.labelMap)
        if (value == data->test->labelKind().voidClass || value >= made.classNames.size())
            value = static_cast<std::uint8_t>(made.classNames.size());
    Questioning questioning(*data, asked);
    std::vector<std::string> names{"fp32"};
    if (question.assignment != "fp32") names.push_back(question.assignment);
    for (const auto& name : names) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Stopped before the image was classified."};
        HALFTONE_TRY(LoadedNetwork loaded, loadNetwork(study, name, task));
        ImageAnswer answer{.name = name, .weights = loaded.origin};
        HALFTONE_CHECK(questioning.ask(loaded.network, answer));
        made.answers.push_back(std::move(answer));
    }
    if (!question.exported.empty()) {
        HALFTONE_TRY(TorchNetwork network, readExportedFor(study, question.exported));
        ImageAnswer answer{.name = question.exported.filename().string(),
            .weights = "as written in the file",
            .file = question.exported.string()};
        HALFTONE_CHECK(questioning.ask(network, answer));
        made.answers.push_back(std::move(answer));
    }
    for (const auto& answer : made.answers)
        made.agree &= answer.alike ? *answer.alike == 1 : answer.top.empty() || answer.top[0].index == made.answers[0].top[0].index;
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
