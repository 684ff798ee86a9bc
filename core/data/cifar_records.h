// CIFAR's binary files: records of one or two label bytes and 3072 pixel bytes, planes R, G, B of 32 x 32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace halftone {

struct CifarLayout {
    std::string name; // "CIFAR-10"
    std::vector<std::int64_t> classes; // of each label byte; the last byte is the label that is used
};

struct CifarRecords {
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;
};

// Corrupt, naming `name` and the record, when the file is cut off or a label is none.
Status appendCifarRecords(
    std::span<const std::byte> file, const CifarLayout& layout, const std::string& name, CifarRecords& records);

} // namespace halftone
