// The families of architectures, one file each; all_architectures.cpp lists their members.
#pragma once

#include <string>

#include "core/models/architectures.h"

namespace halftone {

// `options` come with classes and input filled in.
Result<Network> cifarResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> torchvisionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> fashionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);

} // namespace halftone
