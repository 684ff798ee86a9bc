// Provenance: what a number was made with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace halftone {

struct Provenance {
    std::uint64_t seed = 0;
    int threads = 1;
    std::string cpuName; // core/base/machine.h
    std::string codeVersion; // of Halftone
    std::map<std::string, std::string> libraryVersions; // "torch" -> "1.13.1"
    std::string dataHash;
    std::string modelHash;
    bool operator==(const Provenance&) const = default;
};

// One JSON object with sorted keys: equal provenance, equal text.
std::string toJson(const Provenance& provenance);
// Fields that are absent keep their defaults. Errors: Corrupt when it is no JSON object or a field has another type.
Result<Provenance> provenanceFromJson(std::string_view json);

} // namespace halftone
