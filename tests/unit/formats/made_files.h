// Builds pickles, checkpoints and archives byte by byte, right and wrong, and reads the golden ones.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_io.h"
#include "core/formats/checkpoint_reader.h"

namespace halftone::made {

using namespace std::string_literals;

std::string golden(std::string_view name); // the bytes of a file in tests/golden/formats; throws when it is missing
std::shared_ptr<const Bytes> bytes(std::string_view text);
Result<Checkpoint> parse(std::string_view file);

std::string little(std::uint64_t value, int width);

// Pieces of a pickle of protocol 2, each leaving one value on the stack.
std::string pickled(std::string_view body); // PROTO, body, STOP
std::string text(std::string_view value);
std::string integer(std::int64_t value); // LONG1 of 8 bytes
std::string global(std::string_view module, std::string_view name);
std::string tuple(const std::vector<std::string>& values);
std::string list(const std::vector<std::string>& values);
std::string dict(const std::vector<std::pair<std::string, std::string>>& values); // text keys
std::string call(const std::string& callee, const std::vector<std::string>& arguments);
std::string storage(std::string_view type, std::string_view key, std::int64_t count, const std::string& view = "N");
struct TensorParts {
    std::string storage;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
};
std::string tensor(const TensorParts& parts); // through _rebuild_tensor_v2

struct LegacyStorage {
    std::string key;
    std::int64_t count = 0;
    std::string content;
};
std::string legacyFile(const std::string& body, const std::vector<LegacyStorage>& storages, bool littleEndian = true);

struct ZipPart {
    std::string name;
    std::string content;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
};
std::string zipFile(const std::vector<ZipPart>& parts, bool zip64 = false); // checksums left at 0

std::string safeTensorsFile(const std::string& header, const std::string& data);

} // namespace halftone::made
