// What the module halftone_engine gives to the window that loads it: LibTorch and all commands behind one C function.
#pragma once

#include <filesystem>

#include "core/studies/command_runner.h"

namespace halftone {

struct EngineSettings {
    std::filesystem::path resources; // the bundled network and data
    int threads = 0; // processor cores that a command uses; below 1: all
};

// Fills `runner`, unless the module is of another version than `version`, the caller's. Answers the module's own version.
using MakeCommandRunner = const char* (*)(const char* version, const EngineSettings* settings, CommandRunner* runner);
inline constexpr const char* kMakeCommandRunnerName = "halftoneMakeCommandRunner";

} // namespace halftone
