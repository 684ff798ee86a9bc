// CIFAR-10 (Krizhevsky 2009), binary version: records of a label byte and 3072 pixel bytes, planes R, G, B.
#include <algorithm>
#include <fstream>
#include <span>

#include "core/base/file_io.h"
#include "core/data/dataset_kinds.h"
#include "core/data/memory_images.h"

namespace halftone {

namespace {

constexpr std::size_t kCifarPixels = 3 * 32 * 32;
constexpr std::size_t kCifarRecord = 1 + kCifarPixels;
constexpr std::uint8_t kCifarClasses = 10;

struct CifarRecords {
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;
};

Status appendCifarFile(const std::filesystem::path& path, CifarRecords& records)
{
    HALFTONE_TRY(const Bytes bytes, readFile(path));
    if (bytes.empty() || bytes.size() % kCifarRecord != 0)
        return Error{ErrorCode::Corrupt,
            path.string() + " has " + std::to_string(bytes.size())
                + " bytes, which is not a whole number of records of 3073; record "
                + std::to_string(bytes.size() / kCifarRecord) + " is cut off, fetch the file again."};
    const std::size_t count = bytes.size() / kCifarRecord;
    records.pixels.reserve(records.pixels.size() + count * kCifarPixels);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* const record = reinterpret_cast<const std::uint8_t*>(bytes.data()) + i * kCifarRecord;
        if (record[0] >= kCifarClasses)
            return Error{ErrorCode::Corrupt,
                "Record " + std::to_string(i) + " of " + path.string() + " has the label " + std::to_string(record[0])
                    + ", not one of 0 to 9; is this the binary version of CIFAR-10?"};
        records.labels.push_back(record[0]);
        records.pixels.insert(records.pixels.end(), record + 1, record + kCifarRecord);
    }
    return {};
}

// The folder itself, or the one that the official archive unpacks to.
Result<std::filesystem::path> cifarFolder(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return Error{ErrorCode::NotFound, "There is no folder " + path.string() + "; give the folder of test_batch.bin."};
    if (!std::filesystem::is_directory(path, ignored))
        return Error{ErrorCode::BadInput, path.string() + " is a file; give the folder of test_batch.bin."};
    const auto inner = path / "cifar-10-batches-bin";
    return !std::filesystem::exists(path / "test_batch.bin", ignored) && std::filesystem::is_directory(inner, ignored) ? inner
                                                                                                                       : path;
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

std::vector<std::string> cifarClassNames(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    std::ifstream file(folder / "batches.meta.txt");
    for (std::string line; names.size() <= kCifarClasses && std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (!line.empty()) names.push_back(line);
    }
    if (names.size() == kCifarClasses) return names;
    return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
}

} // namespace

Result<OpenedImages> openCifar10(const std::filesystem::path& path, const DatasetOptions&, const TaskContext& task)
{
    HALFTONE_TRY(const auto folder, cifarFolder(path));
    HALFTONE_TRY(const auto files, cifarTrainingFiles(folder));
    CifarRecords training, testing;
    for (const auto& file : files) {
        if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
        HALFTONE_CHECK(appendCifarFile(file, training));
    }
    HALFTONE_CHECK(appendCifarFile(folder / "test_batch.bin", testing));
    const Shape shape{3, 32, 32};
    const auto train = std::make_shared<const MemoryImages>(shape, std::move(training.pixels), std::move(training.labels));
    const auto test = std::make_shared<const MemoryImages>(shape, std::move(testing.pixels), std::move(testing.labels));
    return OpenedImages{cifarClassNames(folder), train, test, contentHash(*train, *test)};
}

} // namespace halftone
