// Architectures by their well-known names, built as Networks whose parameter names and shapes equal the published ones.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/network.h"

namespace halftone {

struct ArchitectureOptions {
    std::int64_t classes = 0; // 0: the published number (10 or 1000)
    Shape input; // {C, H, W}; empty: the published one
};

struct ArchitectureInfo {
    std::string_view name; // "cifar_resnet20", "resnet18", "fashion_resnet8"
    std::string_view description; // one line: where the definition was published
};
std::span<const ArchitectureInfo> allArchitectures(); // written out in all_architectures.cpp
Result<Network> buildArchitecture(std::string_view name, const ArchitectureOptions& options = {});
// The architectures whose parameter names and shapes a state_dict fits exactly, best first; for models opened without --arch.
std::vector<std::string> matchingArchitectures(const StateDict& tensors);

} // namespace halftone
