// Loads the engine module; sees nothing of LibTorch itself.
#pragma once

#include <filesystem>

#include "app/engine_module.h"
#include "core/base/result.h"

namespace halftone {

// Beside the program, or in ../lib/halftone of an installed one.
std::filesystem::path engineModulePath();
// Takes a second or more; once loaded it stays, for LibTorch cannot be unloaded. The runner may be called from
// several threads at once. Errors: NotFound; Failed when it does not load; Unsupported when it is of another version.
Result<CommandRunner> loadEngine(const std::filesystem::path& module, const EngineSettings& settings);

} // namespace halftone
