// Decoded files in memory, their splits and their hash.
#include "core/data/file_images.h"

#include <algorithm>
#include <atomic>
#include <map>

#include "core/base/content_hash.h"
#include "core/base/machine.h"
#include "core/data/byte_cache.h"
#include "core/data/folder_identity.h"
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

Result<std::string> hashOf(const std::filesystem::path& folder, const FileSplits& split, const Shape& shape, const TaskContext& task)
{
    std::vector<std::filesystem::path> files;
    for (const auto* const part : {&split.train, &split.test})
        for (const LabelledFile& file : *part) files.push_back(file.path);
    HALFTONE_TRY(const std::string identity, folderIdentity(folder, files, task));
    return ContentHasher().add(text(shape)).add(std::to_string(split.train.size())).add(identity).hex();
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
    HALFTONE_TRY(const Shape shape, shapeOfImageFiles(options.imageShape, split.train.front().path));
    HALFTONE_TRY(std::string hash, hashOf(folder, split, shape, task));
    const auto budget = std::make_shared<std::atomic<std::int64_t>>(std::max(kLeastCacheBytes, memoryBytes() / 4));
    auto train = std::make_shared<const FileImages>(shape, std::move(split.train), budget);
    auto test = std::make_shared<const FileImages>(shape, std::move(split.test), budget);
    return OpenedImages{std::move(split.classNames), std::move(train), std::move(test), std::move(hash)};
}

} // namespace halftone
