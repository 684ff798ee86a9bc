// Data of ONNX tensors in files beside the model: location, offset and length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/base/file_io.h"
#include "core/base/result.h"

namespace halftone {

struct OnnxDataPlace {
    std::string location; // a path inside the model's folder
    std::int64_t offset = 0;
    std::optional<std::int64_t> length; // to the file's end when absent
};

class OnnxExternalData {
public:
    explicit OnnxExternalData(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }

    // `wanted` bytes of a tensor. Errors: NotFound; Corrupt for a place outside the folder, also through links, or past the
    // file's end, or of another size; Unsupported when all tensors together take far more than the files have.
    Result<Bytes> read(const OnnxDataPlace& place, std::uint64_t wanted, const std::string& tensor);

private:
    Result<std::uint64_t> sizeOf(const OnnxDataPlace& place, const std::string& tensor); // of the file, which is then known

    std::filesystem::path m_folder;
    std::map<std::string, std::uint64_t> m_sizes; // of the files that were used
    std::uint64_t m_largest = 0; // bytes that may be read in all
    std::uint64_t m_read = 0;
};

} // namespace halftone
