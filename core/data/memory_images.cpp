// Images in memory, parts of other sets, and the held-back part.
#include "core/data/memory_images.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "core/base/content_hash.h"
#include "core/base/random.h"

namespace halftone {

namespace {

class SubsetImages : public ImageSet {
public:
    SubsetImages(std::shared_ptr<const ImageSet> whole, std::vector<std::int64_t> indices)
        : m_whole(std::move(whole))
        , m_indices(std::move(indices))
    {
    }
    std::int64_t count() const override { return static_cast<std::int64_t>(m_indices.size()); }
    const Shape& imageShape() const override { return m_whole->imageShape(); }
    std::int64_t label(std::int64_t index) const override { return m_whole->label(m_indices[static_cast<std::size_t>(index)]); }
    LabelKind labelKind() const override { return m_whole->labelKind(); }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        return m_whole->read(m_indices[static_cast<std::size_t>(index)], chw);
    }
    Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const override
    {
        return m_whole->readMask(m_indices[static_cast<std::size_t>(index)], hw);
    }

private:
    std::shared_ptr<const ImageSet> m_whole; // shared: kept part and held-back part read the same images
    std::vector<std::int64_t> m_indices;
};

class RelabelledImages : public ImageSet {
public:
    RelabelledImages(std::shared_ptr<const ImageSet> whole, std::vector<std::int64_t> newLabels)
        : m_whole(std::move(whole))
        , m_newLabels(std::move(newLabels))
    {
    }
    std::int64_t count() const override { return m_whole->count(); }
    const Shape& imageShape() const override { return m_whole->imageShape(); }
    std::int64_t label(std::int64_t index) const override
    {
        return m_newLabels[static_cast<std::size_t>(m_whole->label(index))];
    }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override { return m_whole->read(index, chw); }

private:
    std::shared_ptr<const ImageSet> m_whole; // shared, as all image sets are
    std::vector<std::int64_t> m_newLabels;
};

// One set after the other; of one shape and one kind of labels.
class JoinedImages : public ImageSet {
public:
    JoinedImages(std::shared_ptr<const ImageSet> first, std::shared_ptr<const ImageSet> second)
        : m_first(std::move(first))
        , m_second(std::move(second))
    {
    }
    std::int64_t count() const override { return m_first->count() + m_second->count(); }
    const Shape& imageShape() const override { return m_first->imageShape(); }
    LabelKind labelKind() const override { return m_first->labelKind(); }
    std::int64_t label(std::int64_t index) const override { return part(index).label(within(index)); }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override { return part(index).read(within(index), chw); }
    Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const override
    {
        return part(index).readMask(within(index), hw);
    }

private:
    const ImageSet& part(std::int64_t index) const { return index < m_first->count() ? *m_first : *m_second; }
    std::int64_t within(std::int64_t index) const { return index < m_first->count() ? index : index - m_first->count(); }

    std::shared_ptr<const ImageSet> m_first, m_second; // shared, as all image sets are
};

} // namespace

Status ImageSet::readMask(std::int64_t, std::span<std::uint8_t>) const
{
    return Error{ErrorCode::Unsupported, "These images have no masks; open them as segmentation:FOLDER."};
}

MemoryImages::MemoryImages(Shape shape, std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels)
    : m_shape(std::move(shape))
    , m_pixels(std::move(pixels))
    , m_labels(std::move(labels))
{
    assert(m_pixels.size() == m_labels.size() * static_cast<std::size_t>(elementCount(m_shape)));
}

Status MemoryImages::read(std::int64_t index, std::span<std::uint8_t> chw) const
{
    const auto size = static_cast<std::size_t>(elementCount(m_shape));
    assert(chw.size() == size && index >= 0 && index < count());
    std::memcpy(chw.data(), m_pixels.data() + static_cast<std::size_t>(index) * size, size);
    return {};
}

std::string contentHash(const MemoryImages& train, const MemoryImages& test)
{
    ContentHasher hasher;
    for (const MemoryImages* set : {&train, &test})
        hasher.add(text(set->imageShape())).add(std::as_bytes(set->pixels())).add(std::as_bytes(set->labels()));
    return hasher.hex();
}

std::shared_ptr<const ImageSet> subset(std::shared_ptr<const ImageSet> set, std::vector<std::int64_t> indices)
{
    assert(std::all_of(indices.begin(), indices.end(), [&](std::int64_t i) { return i >= 0 && i < set->count(); }));
    return std::make_shared<SubsetImages>(std::move(set), std::move(indices));
}

std::shared_ptr<const ImageSet> relabelled(std::shared_ptr<const ImageSet> set, std::vector<std::int64_t> newLabels)
{
    return std::make_shared<RelabelledImages>(std::move(set), std::move(newLabels));
}

Result<std::shared_ptr<const ImageSet>> splitOf(const Dataset& data, const std::string& split)
{
    if (split == "test") return data.test;
    if (split == "train") return data.train;
    if (split == "all") return std::shared_ptr<const ImageSet>(std::make_shared<JoinedImages>(data.train, data.test));
    return Error{ErrorCode::BadInput, "There is no split named " + split + "; the splits are test, train and all."};
}

std::pair<std::shared_ptr<const ImageSet>, std::shared_ptr<const ImageSet>> holdBack(
    std::shared_ptr<const ImageSet> set, double fraction, std::uint64_t seed)
{
    const std::int64_t count = set->count();
    const double share = std::isnan(fraction) ? 0.0 : std::clamp(fraction, 0.0, 1.0);
    auto heldCount = static_cast<std::int64_t>(std::llround(share * static_cast<double>(count)));
    // A fraction strictly between 0 and 1 leaves both parts something to show, as far as there is something.
    if (share > 0.0 && share < 1.0 && count >= 2) heldCount = std::clamp<std::int64_t>(heldCount, 1, count - 1);

    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    Random(seed, "held-back part").shuffle(order);
    const auto middle = order.begin() + heldCount;
    std::vector<std::int64_t> held(order.begin(), middle);
    std::vector<std::int64_t> kept(middle, order.end());
    std::sort(held.begin(), held.end());
    std::sort(kept.begin(), kept.end());
    return {subset(set, std::move(kept)), subset(set, std::move(held))};
}

} // namespace halftone
