// The module that the window loads: all commands, with LibTorch.
#include "app/engine_module.h"

#include <cstring>

#include "app/run_command.h"
#include "core/base/version.h"
#include "core/execution/torch_settings.h"

extern "C" __attribute__((visibility("default"))) const char* halftoneMakeCommandRunner(
    const char* version, const halftone::EngineSettings* settings, halftone::CommandRunner* runner)
{
    if (std::strcmp(version, halftone::kVersion) != 0) return halftone::kVersion;
    halftone::setAllocatorForTraining();
    *runner = halftone::commandRunner({.resources = settings->resources, .threads = settings->threads});
    return halftone::kVersion;
}
