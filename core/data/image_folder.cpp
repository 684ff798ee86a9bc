// Image folders as torchvision lays them out: one folder a class, the label is the rank of its name.
//
// PATH/train and PATH/val (or PATH/test) are the two splits. Without them PATH itself holds the classes, and every fifth image
// of a class by name goes to the test split (everyFifthToTest).
#include <algorithm>
#include <map>

#include "core/data/dataset_kinds.h"
#include "core/data/file_images.h"
#include "core/data/image_header.h"

namespace halftone {

namespace {

namespace fs = std::filesystem;

using ClassFiles = std::map<std::string, std::vector<fs::path>>; // by class name; files by name

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

Result<FileSplits> splitTwoTrees(const fs::path& trainFolder, const fs::path& testFolder, const TaskContext& task)
{
    std::error_code ignored;
    if (fs::equivalent(trainFolder, testFolder, ignored))
        return Error{ErrorCode::BadInput,
            trainFolder.string() + " and " + testFolder.string()
                + " are the same folder; test images must be others than training images."};
    HALFTONE_TRY(const ClassFiles trainClasses, listClasses(trainFolder, false, task));
    HALFTONE_TRY(ClassFiles testClasses, listClasses(testFolder, true, task));
    FileSplits split;
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

Result<FileSplits> splitFolder(const fs::path& folder, const TaskContext& task)
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
    std::vector<std::string> names;
    for (const auto& [name, paths] : classes) names.push_back(name);
    return everyFifthToTest(std::move(names), labelledFiles(classes), folder.string());
}

} // namespace

Result<OpenedImages> openImageFolder(const fs::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(FileSplits split, splitFolder(path, task));
    return openFiles(path, std::move(split), options, task);
}

} // namespace halftone
