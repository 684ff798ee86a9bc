// The documents of --json and the text of the terminal for what is told of layers, images and time.
#pragma once

#include <optional>
#include <string>

#include "core/studies/image_answers.h"
#include "core/studies/layer_activations.h"
#include "core/studies/layer_weights.h"
#include "core/studies/time_estimates.h"

namespace halftone {

struct LayerInsight {
    LayerWeights weights;
    std::optional<LayerActivations> inputs;
};
// `document` (a JSON object) with the layer under "layer".
std::string withLayer(const std::string& document, const LayerInsight& layer);
std::string textOf(const LayerInsight& layer);

enum class WithPixels { No, Yes }; // of the image as the networks saw it, and the maps of its classes, in base64
std::string jsonOf(const ImageAnswers& answers, WithPixels pixels = WithPixels::No);
std::string textOf(const ImageAnswers& answers);

std::string jsonOf(const TimeEstimate& estimate, const std::string& command);
std::string textOf(const TimeEstimate& estimate, const std::string& command);

} // namespace halftone
