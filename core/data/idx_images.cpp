// MNIST and its kin: four IDX files, images and labels of a training and a test split. Fashion-MNIST (Xiao, Rasul, Vollgraf 2017)
// is one of them.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/data/dataset_kinds.h"
#include "core/data/idx_array.h"
#include "core/data/memory_images.h"

namespace halftone {

namespace {

// Four files of a folder; their names begin alike, as EMNIST's "emnist-letters-".
struct IdxSet {
    std::filesystem::path folder;
    std::string prefix;
    std::vector<std::string> classNames; // empty: the labels' numbers
};

constexpr std::array<const char*, 2> kIdxJoints{"-", "."}; // "images-idx3-ubyte" and "images.idx3-ubyte" are both found

using IdxSplit = std::array<std::string_view, 2>; // how the files' names may say it
constexpr IdxSplit kIdxTrain{"train", "training"}, kIdxTest{"t10k", "test"};

Result<IdxArray> readIdxNamed(const IdxSet& set, const IdxSplit& split, const std::string& what, std::size_t rank)
{
    std::error_code ignored;
    const std::string ending = "idx" + std::to_string(rank) + "-ubyte";
    for (const std::string_view spelling : split)
        for (const char* const joint : kIdxJoints)
            for (const char* const packing : {".gz", ""}) {
                auto path = set.folder / set.prefix;
                path.concat(spelling).concat("-" + what + joint + ending + packing);
                if (std::filesystem::exists(path, ignored)) return readIdx(path, rank);
            }
    const std::string name = set.prefix + std::string(split.front()) + "-" + what + "-" + ending;
    return Error{ErrorCode::NotFound,
        "There is neither " + name + ".gz nor " + name + " in " + set.folder.string() + "; give the folder of the four IDX files."};
}

Result<std::shared_ptr<const MemoryImages>> readIdxSplit(const IdxSet& set, const IdxSplit& split)
{
    HALFTONE_TRY(IdxArray images, readIdxNamed(set, split, "images", 3));
    HALFTONE_TRY(IdxArray labels, readIdxNamed(set, split, "labels", 1));
    const std::string where = "the " + std::string(split.front()) + " files of " + (set.folder / set.prefix).string();
    if (images.shape[0] != labels.shape[0])
        return Error{ErrorCode::Corrupt,
            "In " + where + " there are " + std::to_string(images.shape[0]) + " images but " + std::to_string(labels.shape[0])
                + " labels; they do not belong together."};
    if (images.shape[0] == 0)
        return Error{ErrorCode::BadInput, "There are no images in " + where + "; give a folder with images."};
    const std::size_t classes = set.classNames.size();
    const auto wrong = std::ranges::find_if(labels.bytes, [&](std::uint8_t label) { return classes > 0 && label >= classes; });
    if (wrong != labels.bytes.end())
        return Error{ErrorCode::Corrupt,
            "Label " + std::to_string(wrong - labels.bytes.begin()) + " of " + where + " is " + std::to_string(*wrong)
                + ", not one of 0 to " + std::to_string(classes - 1) + "; are these the right files?"};
    return std::make_shared<const MemoryImages>(
        Shape{1, images.shape[1], images.shape[2]}, std::move(images.bytes), std::move(labels.bytes));
}

Result<OpenedImages> openIdxSet(IdxSet set, const TaskContext& task)
{
    HALFTONE_TRY(const auto train, readIdxSplit(set, kIdxTrain));
    if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + set.folder.string() + " was stopped."};
    HALFTONE_TRY(const auto test, readIdxSplit(set, kIdxTest));
    if (train->imageShape() != test->imageShape())
        return Error{ErrorCode::Corrupt,
            "In " + set.folder.string() + " the training images are " + text(train->imageShape()) + " but the test images "
                + text(test->imageShape()) + "; they do not belong together."};
    const bool numbered = set.classNames.empty();
    const int highest = std::max(*std::ranges::max_element(train->labels()), *std::ranges::max_element(test->labels()));
    for (int i = static_cast<int>(set.classNames.size()); i <= highest; ++i) set.classNames.push_back(std::to_string(i));
    return OpenedImages{std::move(set.classNames), train, test, contentHash(*train, *test), numbered};
}

// What the names of the folder's sets begin with, by their files of training images.
Result<std::vector<std::string>> idxPrefixes(const std::filesystem::path& folder)
{
    std::vector<std::string> prefixes;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        std::string name = entry->path().filename().string();
        if (name.ends_with(".gz")) name.resize(name.size() - 3);
        for (const char* const joint : kIdxJoints)
            if (const std::string ending = std::string("train-images") + joint + "idx3-ubyte"; name.ends_with(ending))
                prefixes.push_back(name.substr(0, name.size() - ending.size()));
    }
    if (failure)
        return Error{
            ErrorCode::Io, "Listing " + folder.string() + " failed: " + failure.message() + "; check its permissions."};
    std::ranges::sort(prefixes);
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
    return prefixes;
}

// PATH is a folder with one set, or the folder's path and what the names of one of its sets begin with.
Result<IdxSet> findIdxSet(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored))
        return Error{ErrorCode::BadInput, path.string() + " is a file; give the folder of the four IDX files."};
    if (!std::filesystem::is_directory(path, ignored)) {
        if (path.has_filename() && std::filesystem::is_directory(path.parent_path(), ignored))
            return IdxSet{path.parent_path(), path.filename().string() + "-", {}};
        return Error{ErrorCode::NotFound, "There is no folder " + path.string() + "; give the folder of the four IDX files."};
    }
    HALFTONE_TRY(const auto prefixes, idxPrefixes(path));
    if (prefixes.size() <= 1) return IdxSet{path, prefixes.empty() ? std::string() : prefixes.front(), {}};
    std::string list;
    for (const std::string& prefix : prefixes) list += (list.empty() ? "" : ", ") + prefix.substr(0, prefix.rfind('-'));
    return Error{ErrorCode::BadInput,
        "There are " + std::to_string(prefixes.size()) + " sets in " + path.string() + " (" + list + "); name one, as in idx:"
            + (path / prefixes.back().substr(0, prefixes.back().rfind('-'))).string() + "."};
}

Result<std::filesystem::path> fashionMnistFolder(const std::filesystem::path& path, const DatasetOptions& options)
{
    std::error_code ignored;
    if (path.empty()) {
        const auto bundled = options.resources / "fashion-mnist";
        if (std::filesystem::is_directory(bundled, ignored)) return bundled;
        return Error{ErrorCode::NotFound,
            "The bundled part of Fashion-MNIST is not in " + bundled.string() + "; give a folder with fashion-mnist:FOLDER."};
    }
    if (path == "full") {
        const std::filesystem::path installed = "/usr/share/datasets/fashion-mnist";
        if (std::filesystem::is_directory(installed, ignored)) return installed;
        return Error{ErrorCode::NotFound,
            "The full Fashion-MNIST is not in " + installed.string()
                + "; install Debian's package dataset-fashion-mnist, or give a folder with fashion-mnist:FOLDER."};
    }
    if (std::filesystem::is_directory(path, ignored)) return path;
    if (std::filesystem::exists(path, ignored))
        return Error{ErrorCode::BadInput, path.string() + " is a file; give the folder of the four IDX files."};
    return Error{ErrorCode::NotFound, "There is no folder " + path.string() + "; give the folder of the four IDX files."};
}

} // namespace

Result<OpenedImages> openIdx(const std::filesystem::path& path, const DatasetOptions&, const TaskContext& task)
{
    HALFTONE_TRY(IdxSet set, findIdxSet(path));
    return openIdxSet(std::move(set), task);
}

Result<OpenedImages> openFashionMnist(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(auto folder, fashionMnistFolder(path, options));
    return openIdxSet({std::move(folder), {},
                          {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}},
        task);
}

} // namespace halftone
