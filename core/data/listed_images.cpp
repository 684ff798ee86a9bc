// Images and labels that a CSV file lists.
#include <algorithm>
#include <map>

#include "core/base/content_hash.h"
#include "core/base/file_io.h"
#include "core/data/dataset_kinds.h"
#include "core/data/file_images.h"
#include "core/data/image_list.h"

namespace halftone {

namespace {

// Where each listed file is. A path of its own counts from the CSV's folder.
std::vector<std::filesystem::path> listedPaths(const ImageList& list, const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    for (const ListedImage& image : list.images) paths.push_back((folder / image.path).lexically_normal());
    return paths;
}

Status checkListedFiles(const ImageList& list, const std::vector<std::filesystem::path>& paths, const std::string& name, const TaskContext& task)
{
    std::map<std::string, ImagePart> parts;
    std::string first;
    std::size_t missing = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + name + " was stopped."};
        const std::string where = "Line " + std::to_string(list.images[i].line) + " of " + name + " names the image " + list.images[i].path;
        const auto [entry, added] = parts.try_emplace(paths[i].string(), list.images[i].part);
        if (!added && entry->second != list.images[i].part)
            return Error{ErrorCode::BadInput, where + " that another line puts in another split; test images must be others than training images."};
        if (!added && !list.hasParts)
            return Error{ErrorCode::BadInput, where + " a second time; list each image once."};
        std::error_code ignored;
        if (std::filesystem::is_regular_file(paths[i], ignored)) continue;
        if (missing++ == 0) first = where;
    }
    if (missing == 0) return {};
    return Error{ErrorCode::NotFound,
        first + ", which is not there" + (missing > 1 ? " (as " + std::to_string(missing - 1) + " more are not)" : "")
            + "; paths count from the CSV's own folder."};
}

// The test rows, or where there are none the val rows, are the test split; val rows beside test rows are left out.
Result<FileSplits> listedSplits(ImageList list, const std::vector<std::filesystem::path>& paths, const std::string& name)
{
    std::map<ImagePart, std::vector<LabelledFile>> files;
    for (std::size_t i = 0; i < paths.size(); ++i) files[list.images[i].part].push_back({paths[i], list.images[i].label});
    if (!list.hasParts) return everyFifthToTest(std::move(list.classNames), files[ImagePart::None], name);
    std::vector<LabelledFile>& test = files[files[ImagePart::Test].empty() ? ImagePart::Validation : ImagePart::Test];
    if (files[ImagePart::Train].empty() || test.empty())
        return Error{ErrorCode::BadInput,
            "The split column of " + name + " has no " + (test.empty() ? "test or val" : "train")
                + " rows; both splits are needed, or leave the column out to have every fifth image tested."};
    return FileSplits{std::move(list.classNames), std::move(files[ImagePart::Train]), std::move(test)};
}

} // namespace

Result<OpenedImages> openCsv(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task)
{
    constexpr std::uintmax_t kLargestCsv = std::uintmax_t{256} << 20;
    HALFTONE_TRY(const Bytes bytes, readFile(path, kLargestCsv));
    const std::string_view csv(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    HALFTONE_TRY(ImageList list, parseImageList(csv, path.string()));
    const bool numbered = list.numbered;
    const auto folder = path.parent_path();
    const auto paths = listedPaths(list, folder);
    HALFTONE_CHECK(checkListedFiles(list, paths, path.string(), task));
    HALFTONE_TRY(FileSplits splits, listedSplits(std::move(list), paths, path.string()));
    HALFTONE_TRY(OpenedImages images, openFiles(folder, std::move(splits), options, task));
    images.numbered = numbered;
    images.hash = ContentHasher().add(images.hash).add(csv).hex(); // the labels are in the text alone
    return images;
}

} // namespace halftone
