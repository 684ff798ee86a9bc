// What several fuzz targets share: bytes as text, files for readers by name, and looking at every byte that a reader gives out.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_io.h"
#include "core/base/result.h"
#include "core/graph/quantized_model.h"
#include "core/graph/tensor_data.h"

namespace halftone::fuzz {

std::string_view asText(std::span<const std::byte> input);
Bytes asBytes(std::string_view text);
Bytes goldenFile(std::string_view name); // of tests/golden/formats
std::vector<Bytes> goldenFiles(std::string_view ending);

// A folder of this process, for readers that open files by name. Empty at first, removed at the end.
class InputFolder {
public:
    InputFolder();
    ~InputFolder();
    InputFolder(const InputFolder&) = delete;
    InputFolder& operator=(const InputFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }
    void write(std::string_view name, std::string_view content) const;

private:
    std::filesystem::path m_path;
};

// A convolution and a fully connected layer: in a small file a mutation seldom falls on weights.
QuantizedModel smallModel(int bits);

// Stops the program when a statement about every input is wrong, also where assert is compiled out.
void require(bool condition, const char* statement);
void requireSentence(const Error& error); // a message is there and can be printed
void useTensors(const StateDict& tensors); // every byte, and the conversion to floats
void useModel(const QuantizedModel& model); // its text, its layers and the text read back

} // namespace halftone::fuzz
