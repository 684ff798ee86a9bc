// Reading CIFAR records.
#include "core/data/cifar_records.h"

namespace halftone {

Status appendCifarRecords(
    std::span<const std::byte> file, const CifarLayout& layout, const std::string& name, CifarRecords& records)
{
    constexpr std::size_t kPixels = 3 * 32 * 32;
    const std::size_t labelBytes = layout.classes.size(), size = labelBytes + kPixels;
    const std::size_t count = file.size() / size;
    if (file.empty() || file.size() % size != 0)
        return Error{ErrorCode::Corrupt,
            name + " has " + std::to_string(file.size()) + " bytes, which is not a whole number of records of "
                + std::to_string(size) + "; record " + std::to_string(count) + " is cut off, fetch the file again."};
    records.pixels.reserve(records.pixels.size() + count * kPixels);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* const record = reinterpret_cast<const std::uint8_t*>(file.data()) + i * size;
        for (std::size_t b = 0; b < labelBytes; ++b)
            if (record[b] >= layout.classes[b])
                return Error{ErrorCode::Corrupt,
                    "Record " + std::to_string(i) + " of " + name + " has the label " + std::to_string(record[b])
                        + ", not one of 0 to " + std::to_string(layout.classes[b] - 1) + "; is this the binary version of "
                        + layout.name + "?"};
        records.labels.push_back(record[labelBytes - 1]);
        records.pixels.insert(records.pixels.end(), record + labelBytes, record + size);
    }
    return {};
}

} // namespace halftone
