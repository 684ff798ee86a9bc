// Reading IDX files.
#include "core/data/idx_array.h"

#include "core/data/byte_stream.h"

namespace halftone {

// Two zero bytes, the element type (8: unsigned byte), the number of dimensions, each as a big-endian 32-bit number, the bytes.
Result<Shape> parseIdxHeader(std::span<const std::uint8_t> header, std::size_t rank, const std::string& name)
{
    constexpr std::int64_t kLargestSide = 4096; // of an image; far above any set in this format
    if (header.size() != idxHeaderBytes(rank) || header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != rank)
        return Error{ErrorCode::Corrupt,
            name + " is not an IDX file of unsigned bytes with " + std::to_string(rank) + (rank == 1 ? " dimension" : " dimensions")
                + "; check that images and labels have their own names."};
    Shape shape;
    for (std::size_t d = 0; d < rank; ++d) {
        const auto s = header.subspan(4 + 4 * d, 4);
        shape.push_back(std::int64_t{s[0]} << 24 | std::int64_t{s[1]} << 16 | std::int64_t{s[2]} << 8 | std::int64_t{s[3]});
        if (d > 0 && (shape[d] < 1 || shape[d] > kLargestSide))
            return Error{ErrorCode::Corrupt, name + " promises images of " + text(shape) + ", which cannot be right."};
    }
    return shape;
}

Result<IdxArray> readIdx(const std::filesystem::path& path, std::size_t rank)
{
    HALFTONE_TRY(ByteStream stream, ByteStream::open(path));
    HALFTONE_TRY(auto header, stream.take(4));
    if (header[3] == rank) { // otherwise the header is shorter or longer, and no good
        HALFTONE_TRY(const auto sizes, stream.take(idxHeaderBytes(rank) - header.size()));
        header.insert(header.end(), sizes.begin(), sizes.end());
    }
    IdxArray array;
    HALFTONE_TRY(array.shape, parseIdxHeader(header, rank, path.string()));
    const auto total = static_cast<std::uint64_t>(elementCount(array.shape)); // at most 2^32 * 2^12 * 2^12
    if (total > stream.mostBytes())
        return Error{ErrorCode::Corrupt,
            path.string() + " promises " + text(array.shape) + " bytes, more than a file of its size can hold; fetch it again."};
    HALFTONE_TRY(array.bytes, stream.take(total));
    HALFTONE_CHECK(stream.expectEnd());
    return array;
}

} // namespace halftone
