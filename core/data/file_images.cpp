// Decoded files in memory, their splits and their hash.
#include "core/data/file_images.h"

#include <algorithm>
#include <atomic>
#include <map>

#include "core/base/content_hash.h"
#include "core/base/machine.h"
#include "core/data/byte_cache.h"
#include "core/data/image_file.h"

namespace halftone {

namespace {

constexpr std::int64_t kLeastCacheBytes = std::int64_t{1} << 30; // of decoded images, train and test together

// Decoded images stay in memory while the budget that train and test share lasts.
class FileImages : public ImageSet {
public:
    FileImages(Shape shape, std::vector<LabelledFile> files, std::shared_ptr<std::atomic<std::int64_t>> budget)
        : m_shape(std::move(shape))
        , m_files(std::move(files))
        , m_decoded(m_files.size(), std::move(budget))
    {
    }
    std::int64_t count() const override { return static_cast<std::int64_t>(m_files.size()); }
    const Shape& imageShape() const override { return m_shape; }
    std::int64_t label(std::int64_t index) const override { return m_files[static_cast<std::size_t>(index)].label; }
    Status read(std::int64_t index, std::span<std::uint8_t> chw) const override
    {
        const auto i = static_cast<std::size_t>(index);
        if (m_decoded.take(i, chw)) return {};
        HALFTONE_CHECK(readImageFile(m_files[i].path, m_shape, chw));
        m_decoded.keep(i, chw);
        return {};
    }

private:
    Shape m_shape;
    std::vector<LabelledFile> m_files;
    ByteCache m_decoded;
};

// Contents would take minutes to read; name, size and time tell of every usual change.
Result<std::string> filesHash(const std::filesystem::path& folder, const FileSplits& split, const Shape& shape, const TaskContext& task)
{
    ContentHasher hasher;
    hasher.add(text(shape));
    for (const auto* const part : {&split.train, &split.test}) {
        hasher.add(std::to_string(part->size()));
        for (const LabelledFile& file : *part) {
            if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
            std::error_code failure;
            const auto size = std::filesystem::file_size(file.path, failure);
            const auto time = failure ? std::filesystem::file_time_type() : std::filesystem::last_write_time(file.path, failure);
            if (failure)
                return Error{ErrorCode::Io,
                    "Reading the size of " + file.path.string() + " failed: " + failure.message() + "; check its permissions."};
            hasher.add(file.path.lexically_relative(folder).generic_string());
            hasher.add(std::to_string(size)).add(std::to_string(time.time_since_epoch().count()));
        }
    }
    return hasher.hex();
}

} // namespace

Result<FileSplits> everyFifthToTest(
    std::vector<std::string> classNames, const std::vector<LabelledFile>& files, const std::string& where)
{
    constexpr std::size_t kEveryTest = 5;
    std::map<std::int64_t, std::size_t> sizes, seen;
    for (const LabelledFile& file : files) ++sizes[file.label];
    FileSplits split{std::move(classNames), {}, {}};
    std::size_t inSmallClasses = 0;
    for (const LabelledFile& file : files) {
        const std::size_t position = sizes[file.label] < kEveryTest ? inSmallClasses++ : seen[file.label]++;
        (position % kEveryTest == kEveryTest - 1 ? split.test : split.train).push_back(file);
    }
    if (split.test.empty() && split.train.size() >= 2) {
        split.test.push_back(split.train.back());
        split.train.pop_back();
    }
    if (split.test.empty())
        return Error{ErrorCode::BadInput, "There is only one image in " + where + "; training and testing need one each."};
    return split;
}

Result<OpenedImages> openFiles(
    const std::filesystem::path& folder, FileSplits split, const DatasetOptions& options, const TaskContext& task)
{
    Shape shape = options.imageShape;
    if (shape.empty()) { // the first image speaks for all
        HALFTONE_TRY(const PixelExtent extent, imageFileExtent(split.train.front().path));
        shape = {3, extent.height, extent.width};
    }
    constexpr std::int64_t kLargestSide = 8192;
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] > kLargestSide || shape[2] > kLargestSide)
        return Error{ErrorCode::BadInput,
            "Image files cannot give images of " + text(shape) + "; they have 1 or 3 channels and at most 8192 pixels a side."};
    HALFTONE_TRY(std::string hash, filesHash(folder, split, shape, task));
    const auto budget = std::make_shared<std::atomic<std::int64_t>>(std::max(kLeastCacheBytes, memoryBytes() / 4));
    auto train = std::make_shared<const FileImages>(shape, std::move(split.train), budget);
    auto test = std::make_shared<const FileImages>(shape, std::move(split.test), budget);
    return OpenedImages{std::move(split.classNames), std::move(train), std::move(test), std::move(hash)};
}

} // namespace halftone
