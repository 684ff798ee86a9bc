// Turns assignments into strips.
#include "widgets/session/assignment_strip.h"

#include <algorithm>
#include <functional>
#include <map>

namespace halftone {

std::vector<StripLayer> stripLayersOf(const LayerTable& table, const BitAssignment& assignment, const BitAssignment* other)
{
    std::vector<StripLayer> strip;
    const std::size_t count = std::min(table.layers.size(), assignment.layers.size());
    for (std::size_t i = 0; i < count; ++i) {
        const Layer& layer = table.layers[i];
        const QString name = QString::fromStdString(layer.name);
        strip.push_back({.name = name,
            .share = static_cast<double>(layer.macs),
            .bits = assignment.layers[i].weight,
            .stage = name.section(QLatin1Char('.'), 0, 0),
            .faint = other && i < other->layers.size() && other->layers[i].weight == assignment.layers[i].weight});
    }
    return strip;
}

std::vector<std::pair<int, int>> layersByWidth(const BitAssignment& assignment)
{
    std::map<int, int, std::greater<>> counts;
    for (const LayerBits& layer : assignment.layers) ++counts[layer.weight];
    return {counts.begin(), counts.end()};
}

} // namespace halftone
