// Images without labels: every image file in the folder and below, by path; every fifth goes to the test split. They are brought
// to the network's size with the middle kept, as image files are everywhere; what they show is told by the networks alone.
#include <algorithm>

#include "core/base/content_hash.h"
#include "core/data/byte_cache.h"
#include "core/data/dataset_kinds.h"
#include "core/data/image_file.h"
#include "core/data/image_header.h"

namespace halftone {

namespace {

namespace fs = std::filesystem;

class PlainImages : public ImageSet {
public:
    PlainImages(Shape shape, std::vector<fs::path> paths, const std::shared_ptr<std::atomic<std::int64_t>>& budget)
        : m_shape(std::move(shape))
        , m_paths(std::move(paths))
        , m_kept(m_paths.size(), budget)
    {
    }
    std::int64_t count() const override { return static_cast<std::int64_t>(m_paths.size()); }
    const Shape& imageShape() const override { return m_shape; }
    LabelKind labelKind() const override { return {.task = Task::Outputs}; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        const auto i = static_cast<std::size_t>(index);
        if (m_kept.take(i, chw)) return {};
        HALFTONE_CHECK(readImageFile(m_paths[i], m_shape, chw, ImageCrop::WholeSide));
        m_kept.keep(i, chw);
        return {};
    }

private:
    Shape m_shape;
    std::vector<fs::path> m_paths;
    ByteCache m_kept;
};

Result<std::vector<fs::path>> plainImagesBelow(const fs::path& folder, const TaskContext& task)
{
    std::vector<fs::path> paths;
    std::error_code failure;
    fs::recursive_directory_iterator entry(folder, failure); // links to folders are not followed
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Listing " + folder.string() + " was stopped."};
        if (hasImageExtension(entry->path()) && entry->is_regular_file(failure)) paths.push_back(entry->path());
    }
    if (failure)
        return Error{ErrorCode::NotFound, "The images in " + folder.string() + " cannot be listed: " + failure.message() + "; check the path."};
    if (paths.size() < 2)
        return Error{ErrorCode::BadInput,
            "There are fewer than two images in " + folder.string() + "; training and testing need one each."};
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

Result<OpenedImages> openPlainImages(const fs::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const auto all, plainImagesBelow(path, task));
    Shape shape = options.imageShape;
    if (shape.empty()) { // the first image speaks for all
        HALFTONE_TRY(const PixelExtent extent, imageFileExtent(all.front()));
        shape = {3, extent.height, extent.width};
    }
    constexpr std::int64_t kLargestPlainSide = 8192;
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] > kLargestPlainSide || shape[2] > kLargestPlainSide)
        return Error{ErrorCode::BadInput,
            "Image files cannot give images of " + text(shape) + "; they have 1 or 3 channels and at most 8192 pixels a side."};
    std::vector<fs::path> train, test;
    ContentHasher hasher;
    hasher.add("images").add(text(shape));
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::error_code failure;
        const auto size = fs::file_size(all[i], failure);
        const auto time = failure ? fs::file_time_type() : fs::last_write_time(all[i], failure);
        if (failure) return Error{ErrorCode::Io, "Reading " + all[i].string() + " failed: " + failure.message() + "."};
        hasher.add(all[i].lexically_relative(path).generic_string());
        hasher.add(std::to_string(size)).add(std::to_string(time.time_since_epoch().count()));
        (i % 5 == 4 || (all.size() < 5 && i + 1 == all.size()) ? test : train).push_back(all[i]);
    }
    const auto budget = std::make_shared<std::atomic<std::int64_t>>(std::int64_t{1} << 30);
    return OpenedImages{.classNames = {"outputs"},
        .train = std::make_shared<const PlainImages>(shape, std::move(train), budget),
        .test = std::make_shared<const PlainImages>(shape, std::move(test), budget),
        .hash = hasher.hex(),
        .preset = {}};
}

} // namespace halftone
