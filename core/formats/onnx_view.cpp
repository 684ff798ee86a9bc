// Splits and joins the factors of a tensor's dimensions.
#include "core/formats/onnx_view.h"

#include <algorithm>

#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

constexpr std::size_t kMostDimensions = 16;
constexpr std::int64_t kMostChannels = 1 << 20; // looked at one by one

} // namespace

OnnxView::OnnxView(const Shape& shape)
{
    std::int64_t stride = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
        m_dimensions.insert(m_dimensions.begin(), {{shape[d], stride}});
        stride *= shape[d];
    }
    m_dimensions.insert(m_dimensions.begin(), Dimension{}); // the batch of one
}

std::int64_t OnnxView::sizeOf(const Dimension& dimension)
{
    std::int64_t size = 1;
    for (const Factor& factor : dimension) size *= factor.size;
    return size;
}

Shape OnnxView::shape() const
{
    Shape shape;
    for (const Dimension& dimension : m_dimensions) shape.push_back(sizeOf(dimension));
    return shape;
}

std::int64_t OnnxView::elements() const { return elementCount(shape()); }

bool OnnxView::reshape(std::vector<std::int64_t> target, bool zeroIsZero)
{
    if (target.empty() || target.size() > kMostDimensions) return false;
    std::int64_t known = 1, open = -1;
    for (std::size_t d = 0; d < target.size(); ++d) {
        if (target[d] == 0 && !zeroIsZero && d < m_dimensions.size()) target[d] = sizeOf(m_dimensions[d]);
        if (target[d] == -1 && open < 0) {
            open = static_cast<std::int64_t>(d);
            continue;
        }
        if (target[d] < 1) return false;
        known = boundedProduct(known, target[d], kMaxElements);
        if (known < 0) return false;
    }
    const std::int64_t all = elements();
    if (open >= 0) target[static_cast<std::size_t>(open)] = all % known == 0 ? all / known : 0;
    if (open >= 0 ? all % known != 0 : all != known) return false;

    std::vector<Factor> rest; // of what is still to be given out, the slowest last
    for (auto dimension = m_dimensions.rbegin(); dimension != m_dimensions.rend(); ++dimension)
        for (auto factor = dimension->rbegin(); factor != dimension->rend(); ++factor)
            if (factor->size != 1) rest.push_back(*factor);
    std::vector<Dimension> made;
    for (std::int64_t wanted : target) {
        Dimension dimension;
        while (wanted > 1) {
            Factor& factor = rest.back();
            if (wanted % factor.size == 0) { // the whole factor
                wanted /= factor.size;
                dimension.push_back(factor);
                rest.pop_back();
            } else if (factor.size % wanted == 0) { // its slower part
                factor.size /= wanted;
                dimension.push_back({wanted, factor.stride * factor.size});
                wanted = 1;
            } else {
                return false;
            }
        }
        made.push_back(std::move(dimension));
    }
    m_dimensions = std::move(made);
    return true;
}

bool OnnxView::transpose(std::span<const std::int64_t> order)
{
    std::vector<bool> seen(m_dimensions.size(), false);
    std::vector<Dimension> made;
    for (const std::int64_t d : order) {
        if (d < 0 || d >= static_cast<std::int64_t>(m_dimensions.size()) || seen[static_cast<std::size_t>(d)]) return false;
        seen[static_cast<std::size_t>(d)] = true;
        made.push_back(m_dimensions[static_cast<std::size_t>(d)]);
    }
    if (made.size() != m_dimensions.size()) return false;
    m_dimensions = std::move(made);
    return true;
}

bool OnnxView::pick(std::int64_t dimension, std::int64_t index, bool keepsDimension)
{
    const auto rank = static_cast<std::int64_t>(m_dimensions.size());
    if (dimension < 0) dimension += rank;
    if (dimension < 0 || dimension >= rank) return false;
    const auto place = m_dimensions.begin() + dimension;
    const std::int64_t size = sizeOf(*place);
    if (index < 0) index += size;
    if (index < 0 || index >= size) return false;
    for (auto factor = place->rbegin(); factor != place->rend(); ++factor) {
        m_offset += index % factor->size * factor->stride;
        index /= factor->size;
    }
    if (keepsDimension) place->clear();
    else m_dimensions.erase(place);
    return true;
}

bool OnnxView::isRun(const Dimension& dimension, std::int64_t size, std::int64_t stride)
{
    std::int64_t expected = stride;
    for (auto factor = dimension.rbegin(); factor != dimension.rend(); ++factor) {
        if (factor->size == 1) continue;
        if (factor->stride != expected) return false;
        expected *= factor->size;
    }
    return sizeOf(dimension) == size;
}

std::optional<std::size_t> OnnxView::originalDimension(std::size_t d, const Shape& original) const
{
    if (d >= m_dimensions.size()) return std::nullopt;
    std::int64_t stride = 1;
    for (std::size_t o = original.size(); o-- > 0;) {
        if (original[o] > 1 && isRun(m_dimensions[d], original[o], stride)) return o;
        stride *= original[o];
    }
    return std::nullopt;
}

std::optional<std::vector<Attributes>> OnnxView::asOperations(const Shape& original) const
{
    if (m_dimensions.empty() || sizeOf(m_dimensions[0]) != 1) return std::nullopt;
    const std::int64_t all = elementCount(original);
    // Batch x features: everything in its order.
    if (m_dimensions.size() == 2 && m_offset == 0 && isRun(m_dimensions[1], all, 1))
        return original.size() == 1 ? std::vector<Attributes>{} : std::vector<Attributes>{Flatten{}};
    if (original.size() != 3 || m_dimensions.size() != 4) return std::nullopt;
    const std::int64_t places = original[1] * original[2];
    if (!isRun(m_dimensions[2], original[1], original[2]) || !isRun(m_dimensions[3], original[2], 1) || m_offset % places != 0)
        return std::nullopt;
    // Only channels are chosen or moved: which ones, in order?
    const Dimension& dimension = m_dimensions[1];
    const std::int64_t channels = sizeOf(dimension), first = m_offset / places;
    if (channels > kMostChannels
        || std::any_of(dimension.begin(), dimension.end(), [&](const Factor& f) { return f.stride % places != 0; }))
        return std::nullopt;
    if (channels == 1) return std::vector<Attributes>{Slice{0, first, first + 1, 1}};
    Dimension large = dimension; // factors of one say nothing
    std::erase_if(large, [](const Factor& factor) { return factor.size == 1; });
    const std::int64_t step = large.back().stride / places;
    if (isRun(large, channels, step * places)) {
        if (first == 0 && step == 1 && channels == original[0]) return std::vector<Attributes>{};
        return std::vector<Attributes>{Slice{0, first, first + (channels - 1) * step + 1, step}};
    }
    const bool shuffled = large.size() == 2 && channels == original[0] && first == 0 && large[0].stride == places
        && large[1].stride == large[0].size * places;
    if (shuffled) return std::vector<Attributes>{ChannelShuffle{large[1].size}};
    return std::nullopt;
}

} // namespace halftone
