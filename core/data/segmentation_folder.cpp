// Folders of images and index masks of the same names.
//
// PATH/train + PATH/trainannot and PATH/val + PATH/valannot (or test + testannot) are the two splits. Where there is but one of
// the three, or PATH/images + PATH/masks instead, every fifth image by name goes to the test split. What the values mean is in
// PATH/classes.json, else in the preset (pixel_classes.h). All images have one size.
#include <algorithm>
#include <map>

#include "core/base/content_hash.h"
#include "core/base/file_io.h"
#include "core/data/byte_cache.h"
#include "core/data/dataset_kinds.h"
#include "core/data/folder_identity.h"
#include "core/data/image_file.h"
#include "core/data/image_header.h"
#include "core/data/mask_file.h"
#include "core/data/pixel_classes.h"

namespace halftone {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFrameCacheBytes = std::int64_t{1} << 30; // of images and masks, train and test together
constexpr std::size_t kEveryFifth = 5;

struct Frame {
    fs::path image;
    fs::path mask;
};

class SegmentationImages : public ImageSet {
public:
    SegmentationImages(Shape shape, std::vector<Frame> frames, LabelKind labels,
        const std::shared_ptr<std::atomic<std::int64_t>>& budget)
        : m_shape(std::move(shape))
        , m_frames(std::move(frames))
        , m_labels(labels)
        , m_images(m_frames.size(), budget)
        , m_masks(m_frames.size(), budget)
    {
    }
    std::int64_t count() const override { return static_cast<std::int64_t>(m_frames.size()); }
    const Shape& imageShape() const override { return m_shape; }
    LabelKind labelKind() const override { return m_labels; }
    std::int64_t label(std::int64_t) const override { return 0; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        const auto i = static_cast<std::size_t>(index);
        if (m_images.take(i, chw)) return {};
        HALFTONE_TRY(const PixelExtent extent, imageFileExtent(m_frames[i].image));
        if (extent.width != m_shape[2] || extent.height != m_shape[1])
            return Error{ErrorCode::BadInput,
                "The image " + m_frames[i].image.string() + " is " + std::to_string(extent.width) + " x "
                    + std::to_string(extent.height) + " pixels, not " + std::to_string(m_shape[2]) + " x "
                    + std::to_string(m_shape[1]) + " as the others or as the network wants; resize it and its mask."};
        HALFTONE_CHECK(readImageFile(m_frames[i].image, m_shape, chw));
        m_images.keep(i, chw);
        return {};
    }
    Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const override
    {
        const auto i = static_cast<std::size_t>(index);
        if (m_masks.take(i, hw)) return {};
        HALFTONE_CHECK(readMaskFile(m_frames[i].mask, {.width = m_shape[2], .height = m_shape[1]}, hw));
        for (const std::uint8_t value : hw)
            if (value >= m_labels.classes && value != m_labels.voidClass)
                return Error{ErrorCode::BadInput,
                    "The mask " + m_frames[i].mask.string() + " has the value " + std::to_string(value) + ", which is none of the "
                        + std::to_string(m_labels.classes) + " classes and not void; correct it, or name the classes in classes.json."};
        m_masks.keep(i, hw);
        return {};
    }

private:
    Shape m_shape;
    std::vector<Frame> m_frames;
    LabelKind m_labels;
    ByteCache m_images, m_masks;
};

Error framesError(const fs::path& folder, const std::error_code& failure)
{
    return Error{ErrorCode::Io, "Listing " + folder.string() + " failed: " + failure.message() + "; check its permissions."};
}

// Images by name, each with the mask of its name, whatever the endings.
Result<std::vector<Frame>> listFrames(const fs::path& images, const fs::path& masks, const TaskContext& task)
{
    std::map<std::string, fs::path> maskOf;
    std::vector<Frame> frames;
    std::error_code failure;
    for (fs::directory_iterator entry(masks, failure), end; !failure && entry != end; entry.increment(failure))
        if (hasImageExtension(entry->path())) maskOf[entry->path().stem().string()] = entry->path();
    if (failure) return framesError(masks, failure);
    for (fs::directory_iterator entry(images, failure), end; !failure && entry != end; entry.increment(failure)) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Listing " + images.string() + " was stopped."};
        if (!hasImageExtension(entry->path())) continue;
        const auto mask = maskOf.find(entry->path().stem().string());
        if (mask == maskOf.end())
            return Error{ErrorCode::BadInput,
                "The image " + entry->path().string() + " has no mask in " + masks.string() + "; add it or remove the image."};
        frames.push_back({entry->path(), mask->second});
    }
    if (failure) return framesError(images, failure);
    if (frames.empty()) return Error{ErrorCode::BadInput, "There are no images in " + images.string() + "; add some."};
    std::sort(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) { return a.image < b.image; });
    return frames;
}

struct FrameSplits {
    std::vector<Frame> train;
    std::vector<Frame> test;
};

Result<FrameSplits> splitOneList(const fs::path& folder, const std::vector<Frame>& all)
{
    FrameSplits splits;
    for (std::size_t i = 0; i < all.size(); ++i)
        (i % kEveryFifth == kEveryFifth - 1 ? splits.test : splits.train).push_back(all[i]);
    if (splits.test.empty() && splits.train.size() >= 2) {
        splits.test.push_back(splits.train.back());
        splits.train.pop_back();
    }
    if (splits.test.empty())
        return Error{
            ErrorCode::BadInput, "There is only one image in " + folder.string() + "; training and testing need one each."};
    return splits;
}

Result<FrameSplits> findFrames(const fs::path& folder, const TaskContext& task)
{
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        return Error{ErrorCode::NotFound, "There is no folder " + folder.string() + "; give a folder of images and masks."};
    const auto has = [&](const std::string& name) {
        return fs::is_directory(folder / name, ignored) && fs::is_directory(folder / (name + "annot"), ignored);
    };
    const auto list = [&](const std::string& name) { return listFrames(folder / name, folder / (name + "annot"), task); };
    std::vector<std::string> found;
    for (const char* const name : {"train", "val", "test"})
        if (has(name)) found.emplace_back(name);
    if (found.size() >= 2) {
        FrameSplits splits;
        HALFTONE_TRY(splits.train, list(found[0]));
        HALFTONE_TRY(splits.test, list(found[1]));
        return splits;
    }
    if (found.size() == 1) {
        HALFTONE_TRY(const auto all, list(found[0]));
        return splitOneList(folder / found[0], all);
    }
    if (fs::is_directory(folder / "images", ignored) && fs::is_directory(folder / "masks", ignored)) {
        HALFTONE_TRY(const auto all, listFrames(folder / "images", folder / "masks", task));
        return splitOneList(folder / "images", all);
    }
    return Error{ErrorCode::BadInput,
        "There is no pair of folders train and trainannot, val and valannot, test and testannot, or images and masks in "
            + folder.string() + "; a segmentation folder has images in one and masks of the same names in the other."};
}

Result<std::string> framesHash(const fs::path& folder, const FrameSplits& splits, const Shape& shape, const PixelClasses& classes,
    const TaskContext& task)
{
    std::vector<fs::path> files;
    for (const auto* const part : {&splits.train, &splits.test})
        for (const Frame& frame : *part) files.insert(files.end(), {frame.image, frame.mask});
    HALFTONE_TRY(const std::string identity, folderIdentity(folder, files, task));
    ContentHasher hasher;
    hasher.add(text(shape)).add(classes.voidClass ? std::to_string(*classes.voidClass) : "no void");
    for (const std::string& name : classes.names) hasher.add(name);
    return hasher.add(std::to_string(splits.train.size())).add(identity).hex();
}

Result<PixelClasses> classesOf(const fs::path& folder, const std::string& preset, bool& ownFile)
{
    constexpr std::uintmax_t kLargestList = std::uintmax_t{1} << 20;
    const fs::path file = folder / "classes.json";
    std::error_code ignored;
    ownFile = fs::exists(file, ignored);
    if (ownFile) {
        HALFTONE_TRY(const Bytes bytes, readFile(file, kLargestList));
        return parsePixelClasses({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
    }
    if (auto known = pixelClassesOfPreset(preset.empty() ? "camvid" : preset)) return std::move(*known);
    return Error{ErrorCode::BadInput,
        "The preset " + preset + " does not name the classes of masks; write them into " + file.string()
            + " as {\"classes\": [\"road\", \"car\"], \"void\": 255}."};
}

} // namespace

Result<OpenedImages> openSegmentationFolder(const fs::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(FrameSplits splits, findFrames(path, task));
    bool ownFile = false;
    HALFTONE_TRY(const PixelClasses classes, classesOf(path, options.preset, ownFile));
    HALFTONE_TRY(const Shape shape, shapeOfImageFiles(options.imageShape, splits.train.front().image));
    HALFTONE_TRY(std::string hash, framesHash(path, splits, shape, classes, task));
    const LabelKind labels{.task = Task::Segmentation,
        .classes = static_cast<std::int64_t>(classes.names.size()),
        .voidClass = classes.voidClass};
    const auto budget = std::make_shared<std::atomic<std::int64_t>>(kFrameCacheBytes);
    auto train = std::make_shared<const SegmentationImages>(shape, std::move(splits.train), labels, budget);
    auto test = std::make_shared<const SegmentationImages>(shape, std::move(splits.test), labels, budget);
    return OpenedImages{.classNames = classes.names,
        .train = std::move(train),
        .test = std::move(test),
        .hash = std::move(hash),
        .preset = ownFile ? "imagenet" : "camvid"};
}

} // namespace halftone
