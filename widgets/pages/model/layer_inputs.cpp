// Reads the "inputs" of an inspect document.
#include "widgets/pages/model/layer_inputs.h"

#include <nlohmann/json.hpp>

namespace halftone {

namespace {

using Json = nlohmann::json;

LayerInputs fromJson(const Json& inputs)
{
    LayerInputs made;
    made.value = QString::fromStdString(inputs.at("value").get<std::string>());
    made.images = inputs.at("images").get<std::int64_t>();
    made.zeroFraction = inputs.value("zeroFraction", 0.0);
    const Json& histogram = inputs.at("histogram");
    made.histogram.lower = histogram.at("lowest").get<double>();
    made.histogram.upper = histogram.at("highest").get<double>();
    made.histogram.counts = histogram.at("counts").get<std::vector<double>>();
    for (const Json& width : inputs.at("widths")) {
        const int bits = width.at("bits").get<int>();
        made.histogram.grids.push_back({bits, width.at("levels").get<std::vector<double>>()});
        const auto ratio = width.find("signalToNoiseDb");
        const bool isKnown = ratio != width.end() && ratio->is_number();
        made.signalToNoiseDb[bits] = isKnown ? std::optional(ratio->get<double>()) : std::nullopt;
    }
    return made;
}

} // namespace

Result<LayerInputs> readLayerInputs(const std::string& document)
{
    const Json parsed = Json::parse(document, nullptr, false);
    const Error notUnderstood{ErrorCode::Failed, "The input activations were measured, but the answer cannot be read; try again."};
    try {
        if (!parsed.is_object()) return notUnderstood;
        return fromJson(parsed.at("layer").at("inputs"));
    } catch (const Json::exception&) {
        return notUnderstood;
    }
}

} // namespace halftone
