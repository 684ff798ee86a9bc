// Reads tensors' data from files beside an ONNX model; where they lie is a stranger's word.
#include "core/formats/onnx_external_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace halftone {

namespace {

// Tensors may share a place; but not so often that a small model takes much memory.
constexpr std::uint64_t kMostUses = 4;

Error outside(const OnnxDataPlace& place, const std::string& tensor)
{
    return {ErrorCode::Corrupt,
        fmt::format(
            "The ONNX file keeps the data of tensor '{}' in '{}', which is not a file in its own folder; it is not opened.",
            tensor, place.location)};
}

bool staysInside(const std::string& location)
{
    if (location.empty() || location.find_first_of(std::string_view("\\:\0", 3)) != std::string::npos) return false;
    const std::filesystem::path path(location);
    return path.is_relative() && path.has_filename()
        && std::ranges::none_of(path, [](const auto& part) { return part == ".."; });
}

// Where links lead, too.
bool leadsInside(const std::filesystem::path& folder, const std::filesystem::path& file)
{
    std::error_code failed;
    const auto home = std::filesystem::canonical(folder, failed);
    if (failed) return false;
    const auto target = std::filesystem::canonical(file, failed);
    if (failed) return false;
    return std::mismatch(home.begin(), home.end(), target.begin(), target.end()).first == home.end();
}

} // namespace

Result<std::uint64_t> OnnxExternalData::sizeOf(const OnnxDataPlace& place, const std::string& tensor)
{
    if (const auto known = m_sizes.find(place.location); known != m_sizes.end()) return known->second;
    if (!staysInside(place.location)) return outside(place, tensor);
    const std::filesystem::path path = m_folder / place.location;
    std::error_code failed;
    if (!std::filesystem::exists(path, failed))
        return Error{ErrorCode::NotFound,
            fmt::format("The ONNX file keeps the data of tensor '{}' in '{}', which is not beside it; fetch that file too.",
                tensor, place.location)};
    if (!std::filesystem::is_regular_file(path, failed) || !leadsInside(m_folder, path)) return outside(place, tensor);
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    if (failed)
        return Error{ErrorCode::Io, fmt::format("The size of '{}' cannot be read; check its permissions.", path.string())};
    m_largest += kMostUses * size;
    return m_sizes.emplace(place.location, size).first->second;
}

Result<Bytes> OnnxExternalData::read(const OnnxDataPlace& place, std::uint64_t wanted, const std::string& tensor)
{
    HALFTONE_TRY(const std::uint64_t size, sizeOf(place, tensor));
    const auto offset = static_cast<std::uint64_t>(std::max<std::int64_t>(place.offset, 0));
    const bool begins = place.offset >= 0 && offset <= size;
    const std::uint64_t rest = begins ? size - offset : 0;
    const std::uint64_t length = place.length ? static_cast<std::uint64_t>(std::max<std::int64_t>(*place.length, 0)) : rest;
    if (!begins || length > rest || (place.length && *place.length < 0))
        return Error{ErrorCode::Corrupt,
            fmt::format("The data of tensor '{}' lies past the end of '{}', which has {} bytes; fetch that file again.", tensor,
                place.location, size)};
    if (length != wanted)
        return Error{ErrorCode::Corrupt,
            fmt::format("Tensor '{}' has {} bytes in '{}' where its shape wants {}; the ONNX file is damaged.", tensor, length,
                place.location, wanted)};
    m_read += length;
    if (m_read > m_largest)
        return Error{ErrorCode::Unsupported,
            "The tensors of the ONNX file share their data many times over; save the model with its data inside."};
    Bytes bytes(static_cast<std::size_t>(length));
    std::ifstream file(m_folder / place.location, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    if (length > 0 && !file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(length)))
        return Error{
            ErrorCode::Io, fmt::format("Reading tensor '{}' from '{}' failed; check the disk.", tensor, place.location)};
    return bytes;
}

} // namespace halftone
