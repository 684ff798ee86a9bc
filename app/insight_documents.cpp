// Layers, images and estimates as JSON and as tables.
#include "app/insight_documents.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "app/progress_display.h"
#include "app/text_table.h"

namespace halftone {

namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const Histogram& histogram)
{
    return {{"lowest", histogram.lowest}, {"highest", histogram.highest}, {"counts", histogram.counts}};
}

Json jsonOf(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json jsonOf(const LayerWeights& weights)
{
    Json widths = Json::array();
    for (const auto& width : weights.widths)
        widths.push_back({{"bits", width.grid.bits}, {"step", width.grid.step}, {"stepOrigin", width.grid.stepOrigin},
            {"levels", width.grid.levels}, {"signalToNoiseDb", jsonOf(width.grid.signalToNoiseDb)},
            {"entropyBits", width.entropyBits}, {"bytes", width.bytes}});
    const ValueStatistics& s = weights.statistics;
    return {{"source", weights.source}, {"count", s.count}, {"minimum", s.minimum}, {"maximum", s.maximum}, {"mean", s.mean},
        {"deviation", s.deviation}, {"histogram", jsonOf(weights.histogram)}, {"widths", widths}};
}

Json jsonOf(const LayerActivations& inputs)
{
    Json widths = Json::array();
    for (const auto& width : inputs.widths)
        widths.push_back({{"bits", width.bits}, {"step", width.step}, {"levels", width.levels},
            {"signalToNoiseDb", jsonOf(width.signalToNoiseDb)}});
    const ValueStatistics& s = inputs.statistics;
    return {{"value", inputs.value}, {"images", inputs.images}, {"count", s.count}, {"minimum", s.minimum},
        {"maximum", s.maximum}, {"mean", s.mean}, {"deviation", s.deviation}, {"zeroFraction", inputs.zeroFraction},
        {"unsigned", inputs.isUnsigned}, {"histogram", jsonOf(inputs.histogram)}, {"widths", widths}};
}

std::string decibelText(const std::optional<double>& value) { return value ? fmt::format("{:.1f} dB", *value) : "exact"; }

// RFC 4648: three bytes become four letters, the last ones filled up with '='.
std::string base64(std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t three = 0;
        for (std::size_t j = 0; j < 3; ++j) three = three << 8 | (j < count ? bytes[i + j] : 0u);
        for (std::size_t j = 0; j < 4; ++j) text += j <= count ? kLetters[three >> (18 - 6 * j) & 63] : '=';
    }
    return text;
}

} // namespace

std::string withLayer(const std::string& document, const LayerInsight& layer)
{
    Json made = Json::parse(document);
    Json described{{"name", layer.weights.layer}, {"weights", jsonOf(layer.weights)}};
    if (layer.inputs) described["inputs"] = jsonOf(*layer.inputs);
    made["layer"] = std::move(described);
    return made.dump();
}

std::string textOf(const LayerInsight& layer)
{
    const LayerWeights& w = layer.weights;
    std::string text = fmt::format("\n{}: {} weights ({}), from {:.4g} to {:.4g}, mean {:.4g}, deviation {:.4g}\n", w.layer,
        countText(w.statistics.count), w.source, w.statistics.minimum, w.statistics.maximum, w.statistics.mean,
        w.statistics.deviation);
    using Align = TextTable::Align;
    TextTable weights({{"Weights at"}, {"Step", Align::Right}, {"Found by"}, {"Signal to noise", Align::Right},
        {"Entropy, bits", Align::Right}, {"Bytes", Align::Right}});
    for (const auto& width : w.widths)
        weights.add({fmt::format("{} bit", width.grid.bits), fmt::format("{:.4g}", width.grid.step), width.grid.stepOrigin,
            decibelText(width.grid.signalToNoiseDb), fmt::format("{:.2f}", width.entropyBits), countText(width.bytes)});
    text += weights.text();
    if (!layer.inputs) return text;
    const LayerActivations& x = *layer.inputs;
    text += fmt::format("\nInput: {}, {} values of {} images, from {:.4g} to {:.4g}, {} zeros, {}\n", x.value,
        countText(x.statistics.count), countText(x.images), x.statistics.minimum, x.statistics.maximum,
        percentText(x.zeroFraction, 1), x.isUnsigned ? "unsigned" : "signed");
    TextTable inputs({{"Input at"}, {"Step", Align::Right}, {"Signal to noise", Align::Right}});
    for (const auto& width : x.widths)
        inputs.add({fmt::format("{} bit", width.bits), fmt::format("{:.4g}", width.step), decibelText(width.signalToNoiseDb)});
    return text + inputs.text();
}

std::string jsonOf(const ImageAnswers& answers, WithPixels pixels)
{
    Json all = Json::array();
    for (const auto& answer : answers.answers) {
        Json top = Json::array();
        for (const auto& one : answer.top)
            top.push_back({{"class", one.name}, {"index", one.index}, {"probability", one.probability}});
        all.push_back({{"name", answer.name}, {"weights", answer.weights},
            {"file", answer.file.empty() ? Json() : Json(answer.file)}, {"top", top}});
        if (answer.alike) all.back()["alike"] = *answer.alike;
        if (answer.right) all.back()["right"] = *answer.right;
        if (answers.task == Task::Outputs) all.back()["signalToNoiseDb"] = jsonOf(answer.signalToNoiseDb);
        if (pixels == WithPixels::Yes && !answer.map.empty()) all.back()["map"] = base64(answer.map);
    }
    Json document{{"image", answers.image}, {"width", answers.width}, {"height", answers.height}, {"input", answers.input},
        {"label", answers.label.empty() ? Json() : Json(answers.label)}, {"answers", all}, {"agree", answers.agree},
        {"testImages", answers.testImages}};
    document["task"] = answers.task == Task::Segmentation ? "segmentation" : answers.task == Task::Outputs ? "outputs" : "classification";
    if (!answers.classNames.empty()) document["classes"] = answers.classNames;
    if (!answers.output.empty()) document["output"] = answers.output;
    if (pixels == WithPixels::Yes) document["pixels"] = base64(answers.pixels);
    if (pixels == WithPixels::Yes && !answers.labelMap.empty()) document["labelMap"] = base64(answers.labelMap);
    return document.dump();
}

namespace {

// ": fine-tuned (run 3), 97.12 % of the pixels as in full precision, 90.40 % right"
std::string originOf(const ImageAnswers& answers, const ImageAnswer& answer)
{
    std::string text = fmt::format("{}: {}", answer.name, answer.weights);
    if (answer.alike && answers.task == Task::Segmentation) text += fmt::format(", {} of the pixels as in full precision", percentText(*answer.alike));
    if (answer.alike && answers.task == Task::Outputs)
        text += answer.signalToNoiseDb
            ? fmt::format(", outputs agree with full precision's to {}, {:.1f} dB signal to noise", percentText(*answer.alike), *answer.signalToNoiseDb)
            : std::string(", outputs equal full precision's");
    if (answer.right) text += fmt::format(", {} of the pixels right", percentText(*answer.right));
    return text + "\n";
}

} // namespace

std::string textOf(const ImageAnswers& answers)
{
    std::vector<TextTable::Column> columns{{"Rank", TextTable::Align::Right}};
    std::size_t ranks = 0;
    std::string origins;
    for (const auto& answer : answers.answers) {
        columns.push_back({answer.name});
        ranks = std::max(ranks, answer.top.size());
        origins += originOf(answers, answer);
    }
    TextTable table(std::move(columns));
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        std::vector<std::string> cells{std::to_string(rank + 1)};
        for (const auto& answer : answers.answers)
            cells.push_back(rank < answer.top.size()
                    ? fmt::format("{} {}", answer.top[rank].name, percentText(answer.top[rank].probability, 1))
                    : "");
        table.add(std::move(cells));
    }
    const std::string label = answers.label.empty() ? "" : ", in truth " + answers.label;
    const std::string head = fmt::format("{}, {} x {}{}\n", answers.image, answers.width, answers.height, label) + origins;
    if (answers.task == Task::Outputs)
        return head + fmt::format("The networks answer {} raw values; what they mean is not known here.\n", halftone::text(answers.output));
    return head + "\n" + table.text();
}

std::string jsonOf(const TimeEstimate& estimate, const std::string& command)
{
    Json parts = Json::array();
    for (const auto& part : estimate.parts)
        parts.push_back({{"name", part.name}, {"runs", part.runs}, {"storedRuns", part.storedRuns}, {"seconds", part.seconds}});
    return Json{{"command", command}, {"seconds", estimate.seconds}, {"origin", estimate.origin}, {"threads", estimate.threads},
        {"runs", estimate.runs}, {"storedRuns", estimate.storedRuns}, {"imageEpochs", estimate.imageEpochs}, {"parts", parts}}
        .dump();
}

std::string textOf(const TimeEstimate& estimate, const std::string& command)
{
    using Align = TextTable::Align;
    TextTable table({{"Part"}, {"Runs", Align::Right}, {"Stored", Align::Right}, {"Time", Align::Right}});
    for (const auto& part : estimate.parts)
        table.add({part.name, countText(part.runs), countText(part.storedRuns), durationText(part.seconds)});
    return fmt::format(
               "{}: about {} on {} threads, {}\n\n", command, durationText(estimate.seconds), estimate.threads, estimate.origin)
        + table.text();
}

} // namespace halftone
