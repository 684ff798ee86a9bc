// Loading the engine module with dlopen.
#include "app/engine_loader.h"

#include <dlfcn.h>

#include <system_error>

#include "core/base/version.h"

namespace halftone {

namespace fs = std::filesystem;

fs::path engineModulePath()
{
    constexpr const char* kName = "halftone_engine.so";
    std::error_code ignored;
    const fs::path folder = fs::canonical("/proc/self/exe", ignored).parent_path();
    const fs::path installed = folder.parent_path() / "lib" / "halftone" / kName;
    return !fs::exists(folder / kName, ignored) && fs::exists(installed, ignored) ? installed : folder / kName;
}

Result<CommandRunner> loadEngine(const fs::path& module, const EngineSettings& settings)
{
    std::error_code ignored;
    if (!fs::exists(module, ignored))
        return Error{ErrorCode::NotFound,
            "The engine " + module.string() + " is not there; nothing can be computed. Install or build Halftone again."};
    // A path with a slash is never looked for elsewhere. NODELETE: LibTorch's threads outlive any wish to unload it.
    void* const handle = ::dlopen(fs::absolute(module).c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) {
        const char* const reason = ::dlerror();
        return Error{ErrorCode::Failed,
            "The engine cannot be loaded: " + std::string(reason ? reason : "unknown reason")
                + ". Check that LibTorch is installed."};
    }
    const auto make = reinterpret_cast<MakeCommandRunner>(::dlsym(handle, kMakeCommandRunnerName));
    if (make == nullptr)
        return Error{ErrorCode::Unsupported, module.string() + " is not Halftone's engine; install or build Halftone again."};
    CommandRunner runner;
    const std::string version = make(kVersion, &settings, &runner);
    if (!runner)
        return Error{ErrorCode::Unsupported,
            "The engine " + module.string() + " is of version " + version + " and the program of " + kVersion
                + "; install or build Halftone again."};
    return runner;
}

} // namespace halftone
