// The rules of ARCHITECTURE.md about who may include whom, checked on the text of a source tree.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace halftone {

struct LayerViolation {
    std::string file; // relative to the root
    int line = 0; // 0: the file as a whole
    std::string message;
    bool operator==(const LayerViolation&) const = default;
};

// Reads app/, widgets/ and core/ under `root`; a folder that is not there breaks nothing. In order of file and line.
std::vector<LayerViolation> checkLayers(const std::filesystem::path& root);

} // namespace halftone
