// CIFAR-10 and CIFAR-100 (Krizhevsky 2009), binary versions.
#include <algorithm>
#include <fstream>

#include "core/base/file_io.h"
#include "core/data/cifar_records.h"
#include "core/data/dataset_kinds.h"
#include "core/data/memory_images.h"

namespace halftone {

namespace {

constexpr std::size_t kCifar10Classes = 10, kCifar100Classes = 100;

struct CifarNames {
    std::string testFile; // tells that the folder is the right one
    std::string archiveFolder; // what the official archive unpacks to
};

// The folder itself, or the archive's in it.
Result<std::filesystem::path> cifarFolder(const std::filesystem::path& path, const CifarNames& names)
{
    std::error_code ignored;
    const std::string advice = "; give the folder of " + names.testFile + ".";
    if (!std::filesystem::exists(path, ignored)) return Error{ErrorCode::NotFound, "There is no folder " + path.string() + advice};
    if (!std::filesystem::is_directory(path, ignored)) return Error{ErrorCode::BadInput, path.string() + " is a file" + advice};
    const auto inner = path / names.archiveFolder;
    return !std::filesystem::exists(path / names.testFile, ignored) && std::filesystem::is_directory(inner, ignored) ? inner : path;
}

Status appendCifarFile(const std::filesystem::path& path, const CifarLayout& layout, CifarRecords& records)
{
    HALFTONE_TRY(const Bytes bytes, readFile(path));
    return appendCifarRecords(bytes, layout, path.string(), records);
}

// data_batch_*.bin in the order of their numbers: shorter names first, so that 10 follows 9.
Result<std::vector<std::filesystem::path>> cifarTrainingFiles(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with("data_batch_") && name.ends_with(".bin")) files.push_back(entry->path());
    }
    if (failure)
        return Error{
            ErrorCode::Io, "Listing " + folder.string() + " failed: " + failure.message() + "; check its permissions."};
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        const std::string x = a.filename().string(), y = b.filename().string();
        return x.size() != y.size() ? x.size() < y.size() : x < y;
    });
    if (!files.empty()) return files;
    const bool python = std::filesystem::exists(folder / "data_batch_1", failure);
    return Error{ErrorCode::NotFound,
        "There is no data_batch_*.bin in " + folder.string()
            + (python ? "; this is CIFAR-10's Python version, fetch the binary version."
                      : "; give the folder of CIFAR-10's binary version.")};
}

// The lines of a file of names; nothing when it is not there or has another number of them.
std::vector<std::string> cifarNamesIn(const std::filesystem::path& path, std::size_t count)
{
    std::vector<std::string> names;
    std::ifstream file(path);
    for (std::string line; names.size() <= count && std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (!line.empty()) names.push_back(line);
    }
    return names.size() == count ? names : std::vector<std::string>{};
}

OpenedImages cifarImages(std::vector<std::string> names, CifarRecords training, CifarRecords testing)
{
    const Shape shape{3, 32, 32};
    const auto train = std::make_shared<const MemoryImages>(shape, std::move(training.pixels), std::move(training.labels));
    const auto test = std::make_shared<const MemoryImages>(shape, std::move(testing.pixels), std::move(testing.labels));
    return OpenedImages{std::move(names), train, test, contentHash(*train, *test)};
}

} // namespace

Result<OpenedImages> openCifar10(const std::filesystem::path& path, const DatasetOptions&, const TaskContext& task)
{
    const CifarLayout layout{"CIFAR-10", {kCifar10Classes}};
    HALFTONE_TRY(const auto folder, cifarFolder(path, {"test_batch.bin", "cifar-10-batches-bin"}));
    HALFTONE_TRY(const auto files, cifarTrainingFiles(folder));
    CifarRecords training, testing;
    for (const auto& file : files) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
        HALFTONE_CHECK(appendCifarFile(file, layout, training));
    }
    HALFTONE_CHECK(appendCifarFile(folder / "test_batch.bin", layout, testing));
    auto names = cifarNamesIn(folder / "batches.meta.txt", kCifar10Classes);
    if (names.empty()) names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
    return cifarImages(std::move(names), std::move(training), std::move(testing));
}

Result<OpenedImages> openCifar100(const std::filesystem::path& path, const DatasetOptions&, const TaskContext& task)
{
    const CifarLayout layout{"CIFAR-100", {20, kCifar100Classes}}; // the coarse label, then the fine one
    HALFTONE_TRY(const auto folder, cifarFolder(path, {"test.bin", "cifar-100-binary"}));
    std::error_code ignored;
    if (!std::filesystem::exists(folder / "train.bin", ignored) && std::filesystem::exists(folder / "train", ignored))
        return Error{ErrorCode::NotFound,
            "There is no train.bin in " + folder.string() + "; this is CIFAR-100's Python version, fetch the binary version."};
    CifarRecords training, testing;
    HALFTONE_CHECK(appendCifarFile(folder / "train.bin", layout, training));
    if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
    HALFTONE_CHECK(appendCifarFile(folder / "test.bin", layout, testing));
    auto names = cifarNamesIn(folder / "fine_label_names.txt", kCifar100Classes);
    for (std::size_t i = names.size(); i < kCifar100Classes; ++i) names.push_back(std::to_string(i));
    return cifarImages(std::move(names), std::move(training), std::move(testing));
}

} // namespace halftone
