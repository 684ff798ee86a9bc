// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): four IDX files, gzip or plain.
#include <algorithm>

#include "core/data/byte_stream.h"
#include "core/data/dataset_kinds.h"
#include "core/data/memory_images.h"

namespace halftone {

namespace {

constexpr std::int64_t kFashionClasses = 10;
constexpr std::int64_t kLargestIdxSide = 4096; // of an image; far above any set in this format

struct IdxArray {
    Shape shape;
    std::vector<std::uint8_t> bytes;
};

// IDX: two zero bytes, the element type (8: unsigned byte), the number of dimensions, each as a big-endian 32-bit number, the
// bytes.
Result<IdxArray> readIdx(const std::filesystem::path& path, std::size_t rank)
{
    HALFTONE_TRY(ByteStream stream, ByteStream::open(path));
    HALFTONE_TRY(const auto magic, stream.take(4));
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != 8 || magic[3] != rank)
        return Error{ErrorCode::Corrupt,
            path.string() + " is not an IDX file of unsigned bytes with " + std::to_string(rank)
                + (rank == 1 ? " dimension" : " dimensions") + "; check that images and labels have their own names."};
    HALFTONE_TRY(const auto sizes, stream.take(4 * rank));
    IdxArray array;
    std::uint64_t total = 1;
    for (std::size_t d = 0; d < rank; ++d) {
        const std::uint8_t* const s = &sizes[4 * d];
        array.shape.push_back(
            std::int64_t{s[0]} << 24 | std::int64_t{s[1]} << 16 | std::int64_t{s[2]} << 8 | std::int64_t{s[3]});
        if (d > 0 && (array.shape[d] < 1 || array.shape[d] > kLargestIdxSide))
            return Error{
                ErrorCode::Corrupt, path.string() + " promises images of " + text(array.shape) + ", which cannot be right."};
        total *= static_cast<std::uint64_t>(array.shape[d]); // at most 2^32 * 2^12 * 2^12
    }
    if (total > stream.mostBytes())
        return Error{ErrorCode::Corrupt,
            path.string() + " promises " + text(array.shape)
                + " bytes, more than a file of its size can hold; fetch it again."};
    HALFTONE_TRY(array.bytes, stream.take(total));
    HALFTONE_CHECK(stream.expectEnd());
    return array;
}

// The file by its plain name or with .gz. When neither is there the error names both and the folder.
Result<IdxArray> readIdxNamed(const std::filesystem::path& folder, const std::string& name, std::size_t rank)
{
    std::error_code ignored;
    for (const std::filesystem::path& candidate : {folder / (name + ".gz"), folder / name})
        if (std::filesystem::exists(candidate, ignored)) return readIdx(candidate, rank);
    return Error{ErrorCode::NotFound,
        "There is neither " + name + ".gz nor " + name + " in " + folder.string() + "; give the folder of the four IDX files."};
}

Result<std::shared_ptr<const MemoryImages>> readIdxSplit(const std::filesystem::path& folder, const std::string& split)
{
    HALFTONE_TRY(IdxArray images, readIdxNamed(folder, split + "-images-idx3-ubyte", 3));
    HALFTONE_TRY(IdxArray labels, readIdxNamed(folder, split + "-labels-idx1-ubyte", 1));
    const std::string where = "the " + split + " files of " + folder.string();
    if (images.shape[0] != labels.shape[0])
        return Error{ErrorCode::Corrupt,
            "In " + where + " there are " + std::to_string(images.shape[0]) + " images but " + std::to_string(labels.shape[0])
                + " labels; they do not belong together."};
    if (images.shape[0] == 0)
        return Error{ErrorCode::BadInput, "There are no images in " + where + "; give a folder with images."};
    const auto wrong
        = std::find_if(labels.bytes.begin(), labels.bytes.end(), [](std::uint8_t l) { return l >= kFashionClasses; });
    if (wrong != labels.bytes.end())
        return Error{ErrorCode::Corrupt,
            "Label " + std::to_string(wrong - labels.bytes.begin()) + " of " + where + " is " + std::to_string(*wrong)
                + ", not one of 0 to 9; is this Fashion-MNIST?"};
    return std::make_shared<const MemoryImages>(
        Shape{1, images.shape[1], images.shape[2]}, std::move(images.bytes), std::move(labels.bytes));
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

Result<OpenedImages> openFashionMnist(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const auto folder, fashionMnistFolder(path, options));
    HALFTONE_TRY(const auto train, readIdxSplit(folder, "train"));
    if (task.stopRequested()) return Error{ErrorCode::Cancelled, "Reading " + folder.string() + " was stopped."};
    HALFTONE_TRY(const auto test, readIdxSplit(folder, "t10k"));
    if (train->imageShape() != test->imageShape())
        return Error{ErrorCode::Corrupt,
            "In " + folder.string() + " the training images are " + text(train->imageShape()) + " but the test images "
                + text(test->imageShape()) + "; they do not belong together."};
    return OpenedImages{
        {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}, train, test,
        contentHash(*train, *test)};
}

} // namespace halftone
