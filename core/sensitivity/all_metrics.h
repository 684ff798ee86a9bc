// The sensitivity metrics by name, for everything that lists them or asks for one.
#pragma once

#include <span>
#include <string_view>

namespace halftone {

struct MetricInfo {
    std::string_view name, title, unit, description;
    bool trains = false; // takes minutes, so an estimate is given before it starts
    bool needsLabels = false; // of images or pixels: raw outputs cannot be scored
    bool pretrained = false; // scores the pretrained network: no base network has to be trained before
};
std::span<const MetricInfo> allMetrics();

} // namespace halftone
