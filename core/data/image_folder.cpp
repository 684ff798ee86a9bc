// Image folders as torchvision lays them out: one folder a class, the label is the rank of its name.
//
// PATH/train and PATH/val (or PATH/test) are the two splits. Without them PATH itself holds the classes, and every fifth image
// of a class by name goes to the test split. Classes of fewer than five images are counted through together for that; when even
// so nothing was fifth, the last image of all is the test split.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "core/base/content_hash.h"
#include "core/data/dataset_kinds.h"
#include "core/data/image_file.h"
#include "core/data/image_header.h"

namespace halftone {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCacheBytes = std::int64_t{1} << 30; // of decoded images, train and test together
constexpr std::size_t kEveryTest = 5;

struct LabelledFile {
    fs::path path;
    std::int64_t label = 0;
};
using ClassFiles = std::map<std::string, std::vector<fs::path>>; // by class name; files by name

// Decoded images stay in memory while the budget that train and test share lasts.
class FolderImages : public ImageSet {
public:
    FolderImages(Shape shape, std::vector<LabelledFile> files, std::shared_ptr<std::atomic<std::int64_t>> budget)
        : m_shape(std::move(shape))
        , m_files(std::move(files))
        , m_budget(std::move(budget))
        , m_decoded(m_files.size())
    {
    }
    std::int64_t count() const override { return static_cast<std::int64_t>(m_files.size()); }
    const Shape& imageShape() const override { return m_shape; }
    std::int64_t label(std::int64_t index) const override { return m_files[static_cast<std::size_t>(index)].label; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        const auto i = static_cast<std::size_t>(index);
        if (const std::lock_guard lock(m_mutex); !m_decoded[i].empty()) {
            std::copy(m_decoded[i].begin(), m_decoded[i].end(), chw.begin());
            return {};
        }
        HALFTONE_CHECK(readImageFile(m_files[i].path, m_shape, chw));
        const auto size = static_cast<std::int64_t>(chw.size());
        if (m_budget->fetch_sub(size) < size) {
            m_budget->fetch_add(size);
            return {};
        }
        const std::lock_guard lock(m_mutex);
        if (m_decoded[i].empty())
            m_decoded[i].assign(chw.begin(), chw.end());
        else
            m_budget->fetch_add(size); // another thread was quicker
        return {};
    }

private:
    Shape m_shape;
    std::vector<LabelledFile> m_files;
    std::shared_ptr<std::atomic<std::int64_t>> m_budget; // shared with the other split
    mutable std::mutex m_mutex;
    mutable std::vector<std::vector<std::uint8_t>> m_decoded;
};

Error listingError(const fs::path& folder, const std::error_code& failure)
{
    return Error{ErrorCode::Io, "Listing " + folder.string() + " failed: " + failure.message() + "; check its permissions."};
}

Result<std::vector<fs::path>> imagesBelow(const fs::path& folder, const TaskContext& task)
{
    std::vector<fs::path> files;
    std::error_code failure;
    // Links to folders below the class folder are not followed: a circle would show an image twice, perhaps on both sides.
    fs::recursive_directory_iterator entry(folder, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Listing " + folder.string() + " was stopped."};
        if (hasImageExtension(entry->path()) && entry->is_regular_file(failure)) files.push_back(entry->path());
    }
    if (failure) return listingError(folder, failure);
    std::sort(files.begin(), files.end());
    return files;
}

// Hidden folders are none; a class without images is an error when `mayBeEmpty` is false.
Result<ClassFiles> listClasses(const fs::path& folder, bool mayBeEmpty, const TaskContext& task)
{
    ClassFiles classes;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with('.') || !entry->is_directory(failure)) continue;
        HALFTONE_TRY(classes[name], imagesBelow(entry->path(), task));
        if (classes[name].empty() && !mayBeEmpty)
            return Error{ErrorCode::BadInput,
                "There are no images in the class folder " + entry->path().string() + "; add some or remove it."};
    }
    if (failure) return listingError(folder, failure);
    if (!classes.empty()) return classes;
    return Error{ErrorCode::BadInput,
        "There are no class folders in " + folder.string()
            + "; an image folder has one folder a class, with the images in it."};
}

std::vector<LabelledFile> labelledFiles(const ClassFiles& classes)
{
    std::vector<LabelledFile> files;
    std::int64_t label = 0;
    for (const auto& [name, paths] : classes) {
        for (const auto& path : paths) files.push_back({path, label});
        ++label;
    }
    return files;
}

struct SplitFiles {
    std::vector<std::string> classNames;
    std::vector<LabelledFile> train;
    std::vector<LabelledFile> test;
};

Result<SplitFiles> splitOneTree(const fs::path& folder, const ClassFiles& classes)
{
    SplitFiles split;
    std::size_t inSmallClasses = 0;
    std::int64_t label = 0;
    for (const auto& [name, paths] : classes) {
        split.classNames.push_back(name);
        for (std::size_t i = 0; i < paths.size(); ++i) {
            const std::size_t position = paths.size() < kEveryTest ? inSmallClasses++ : i;
            auto& part = position % kEveryTest == kEveryTest - 1 ? split.test : split.train;
            part.push_back({paths[i], label});
        }
        ++label;
    }
    if (split.test.empty() && split.train.size() >= 2) {
        split.test.push_back(split.train.back());
        split.train.pop_back();
    }
    if (split.test.empty())
        return Error{
            ErrorCode::BadInput, "There is only one image in " + folder.string() + "; training and testing need one each."};
    return split;
}

Result<SplitFiles> splitTwoTrees(const fs::path& trainFolder, const fs::path& testFolder, const TaskContext& task)
{
    std::error_code ignored;
    if (fs::equivalent(trainFolder, testFolder, ignored))
        return Error{ErrorCode::BadInput,
            trainFolder.string() + " and " + testFolder.string()
                + " are the same folder; test images must be others than training images."};
    HALFTONE_TRY(const ClassFiles trainClasses, listClasses(trainFolder, false, task));
    HALFTONE_TRY(ClassFiles testClasses, listClasses(testFolder, true, task));
    SplitFiles split;
    for (const auto& [name, paths] : testClasses)
        if (!trainClasses.contains(name))
            return Error{ErrorCode::BadInput,
                "The class " + name + " is in " + testFolder.string() + " but not in " + trainFolder.string()
                    + "; make the class folders agree."};
    for (const auto& [name, paths] : trainClasses) {
        split.classNames.push_back(name);
        testClasses[name]; // a class may have no test image; its rank counts all the same
    }
    split.train = labelledFiles(trainClasses);
    split.test = labelledFiles(testClasses);
    if (split.test.empty()) return Error{ErrorCode::BadInput, "There are no images in " + testFolder.string() + "; add some."};
    return split;
}

Result<SplitFiles> splitFolder(const fs::path& folder, const TaskContext& task)
{
    std::error_code ignored;
    if (!fs::exists(folder, ignored))
        return Error{ErrorCode::NotFound, "There is no folder " + folder.string() + "; give a folder with one folder a class."};
    if (!fs::is_directory(folder, ignored))
        return Error{ErrorCode::BadInput, folder.string() + " is a file; give a folder with one folder a class."};
    const fs::path train = folder / "train";
    for (const char* const name : {"val", "test"})
        if (fs::is_directory(train, ignored) && fs::is_directory(folder / name, ignored))
            return splitTwoTrees(train, folder / name, task);
    HALFTONE_TRY(const ClassFiles classes, listClasses(folder, false, task));
    if (classes.size() == 1 && classes.contains("train"))
        return Error{ErrorCode::BadInput,
            "In " + folder.string() + " there is a folder train but none named val or test; add one, or give " + train.string()
                + "."};
    return splitOneTree(folder, classes);
}

// Contents would take minutes to read; name, size and time tell of every usual change.
Result<std::string> folderHash(const fs::path& folder, const SplitFiles& split, const Shape& shape, const TaskContext& task)
{
    ContentHasher hasher;
    hasher.add(text(shape));
    for (const auto* const part : {&split.train, &split.test}) {
        hasher.add(std::to_string(part->size()));
        for (const LabelledFile& file : *part) {
            if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
            std::error_code failure;
            const auto size = fs::file_size(file.path, failure);
            const auto time = failure ? fs::file_time_type() : fs::last_write_time(file.path, failure);
            if (failure) return listingError(file.path, failure);
            hasher.add(file.path.lexically_relative(folder).generic_string());
            hasher.add(std::to_string(size)).add(std::to_string(time.time_since_epoch().count()));
        }
    }
    return hasher.hex();
}

} // namespace

Result<OpenedImages> openImageFolder(const fs::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(SplitFiles split, splitFolder(path, task));
    Shape shape = options.imageShape;
    if (shape.empty()) { // the first image speaks for all
        HALFTONE_TRY(const PixelExtent extent, imageFileExtent(split.train.front().path));
        shape = {3, extent.height, extent.width};
    }
    constexpr std::int64_t kLargestSide = 8192;
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] > kLargestSide || shape[2] > kLargestSide)
        return Error{ErrorCode::BadInput,
            "Image folders cannot give images of " + text(shape)
                + "; they have 1 or 3 channels and at most 8192 pixels a side."};
    HALFTONE_TRY(std::string hash, folderHash(path, split, shape, task));
    const auto budget = std::make_shared<std::atomic<std::int64_t>>(kCacheBytes);
    auto train = std::make_shared<const FolderImages>(shape, std::move(split.train), budget);
    auto test = std::make_shared<const FolderImages>(shape, std::move(split.test), budget);
    return OpenedImages{std::move(split.classNames), std::move(train), std::move(test), std::move(hash)};
}

} // namespace halftone
