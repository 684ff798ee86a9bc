// The families of architectures, one file each; all_architectures.cpp lists their members.
#pragma once

#include <string>

#include "core/models/architectures.h"

namespace halftone {

// `options` come with classes and input filled in; the number is a depth, a version or a size, as all_architectures.cpp lists.
Result<Network> cifarResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> torchvisionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> wideResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> resnext(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> alexnet(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> vgg(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> vggBatchNorm(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> densenet(std::string name, std::int64_t depth, const ArchitectureOptions& options);
Result<Network> inceptionV3(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> googlenet(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> squeezenet(std::string name, std::int64_t version, const ArchitectureOptions& options); // 10 or 11
Result<Network> mobilenetV2(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> mobilenetV3(std::string name, std::int64_t size, const ArchitectureOptions& options); // 0 small, 1 large
Result<Network> shufflenetV2(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> mnasnet(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> efficientnet(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> espnet(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> pspnetResnet50(std::string name, std::int64_t, const ArchitectureOptions& options);
Result<Network> fashionResnet(std::string name, std::int64_t depth, const ArchitectureOptions& options);

} // namespace halftone
