// Compares a file's shapes with those of every known architecture.
#include "core/models/nearest_architecture.h"

#include <algorithm>
#include <map>

#include "core/models/architectures.h"

namespace halftone {

namespace {

constexpr double kLeastShare = 0.5;

using ShapeCounts = std::map<Shape, std::int64_t>;

bool isCounter(std::string_view name) { return name.ends_with("num_batches_tracked"); }

ShapeCounts shapesOf(const StateDict& tensors)
{
    ShapeCounts counts;
    for (const NamedTensor& entry : tensors.entries)
        if (!isCounter(entry.name)) ++counts[entry.tensor.shape()];
    return counts;
}

ShapeCounts shapesOf(const Network& network)
{
    ShapeCounts counts;
    for (const Parameter& parameter : network.parameters()) ++counts[parameter.shape];
    return counts;
}

// Common tensors over all tensors (Jaccard's index of two bags).
double shareOf(const ShapeCounts& a, const ShapeCounts& b)
{
    std::int64_t common = 0, all = 0;
    for (const auto& [shape, count] : a) {
        const auto found = b.find(shape);
        const std::int64_t other = found == b.end() ? 0 : found->second;
        common += std::min(count, other);
        all += std::max(count, other);
    }
    for (const auto& [shape, count] : b)
        if (!a.contains(shape)) all += count;
    return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
}

// Of a network that answers every pixel: the tensor of its last layer's name tells.
std::int64_t pixelClasses(const Network& network, const StateDict& tensors)
{
    const auto operations = network.operations();
    const auto last = std::find_if(
        operations.rbegin(), operations.rend(), [](const Operation& operation) { return operation.isLayer(); });
    if (last == operations.rend()) return 0;
    const TensorData* weight = tensors.find(network.parameter(last->parameters[0]).name);
    return weight && weight->shape().size() == 4 ? weight->shape()[last->as<ConvTranspose2d>() ? 1 : 0] : 0;
}

} // namespace

std::int64_t classesFor(std::string_view architecture, const StateDict& tensors)
{
    const auto published = buildArchitecture(architecture);
    if (!published.ok()) return 0;
    if (published->value(published->output()).shape.size() == 3) return pixelClasses(*published, tensors);
    const auto parameters = published->parameters();
    const auto classifier = std::find_if(
        parameters.rbegin(), parameters.rend(), [](const Parameter& parameter) { return parameter.shape.size() == 2; });
    if (classifier == parameters.rend()) return 0;
    for (auto entry = tensors.entries.rbegin(); entry != tensors.entries.rend(); ++entry) {
        const Shape& shape = entry->tensor.shape();
        if (shape.size() == 2 && shape[1] == classifier->shape[1] && shape[0] > 0) return shape[0];
    }
    return 0;
}

std::optional<NearestArchitecture> nearestArchitecture(const StateDict& tensors)
{
    const ShapeCounts wanted = shapesOf(tensors);
    std::optional<NearestArchitecture> best;
    for (const ArchitectureInfo& info : allArchitectures()) {
        const std::int64_t classes = classesFor(info.name, tensors);
        const auto network = buildArchitecture(info.name, {.classes = classes, .input = {}});
        if (!network.ok()) continue;
        const double share = shareOf(wanted, shapesOf(*network));
        if (share >= kLeastShare && (!best || share > best->share))
            best = NearestArchitecture{.name = std::string(info.name), .classes = classes, .share = share};
    }
    return best;
}

} // namespace halftone
