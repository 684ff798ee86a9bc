// Networks by name, zoo:NAME: every known architecture, with bundled weights where there are some and random ones elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/studies/model_import.h"

namespace halftone {

bool isZooName(std::string_view model); // "zoo:" and anything behind it

struct ZooEntry {
    std::string name, description;
    Shape input;
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    bool hasWeights = false; // bundled
};
std::vector<ZooEntry> zooEntries(const std::filesystem::path& resources);

struct ZooOptions {
    std::filesystem::path resources;
    std::optional<std::uint64_t> seed; // of random weights; nothing: a network without any, to look at
};
// `options.file` is zoo:NAME. A network without bundled weights has the report's format "random".
// Errors: BadInput names the nearest of a wrong name, or says that there is no file to map or to choose weights of.
Result<ImportedModel> importFromZoo(const ModelImportOptions& options, const ZooOptions& zoo);
// The architecture behind zoo:NAME. Errors: as importFromZoo.
Result<std::string> zooArchitecture(std::string_view model);

} // namespace halftone
