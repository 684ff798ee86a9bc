// Common options, output and exit statuses.
#include "app/invocation.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <thread>

#include "core/execution/torch_settings.h"

namespace halftone {

namespace {

// Bundled data stands beside the program when installed, or in the source tree above a build folder.
std::filesystem::path findResources(const std::string& program)
{
    std::error_code ignored;
    std::filesystem::path folder = std::filesystem::canonical("/proc/self/exe", ignored).parent_path();
    if (ignored) folder = std::filesystem::absolute(program).parent_path();
    const auto installed = folder.parent_path() / "share" / "halftone";
    if (std::filesystem::exists(installed / "networks")) return installed;
    for (auto above = folder; above != above.root_path(); above = above.parent_path())
        if (std::filesystem::exists(above / "resources" / "fashion-mnist")) return above / "resources";
    return installed;
}

const char* codeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::BadInput:
        return "bad-input";
    case ErrorCode::NotFound:
        return "not-found";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::Corrupt:
        return "corrupt";
    case ErrorCode::Infeasible:
        return "infeasible";
    case ErrorCode::Io:
        return "io";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::Failed:
        break;
    }
    return "failed";
}

} // namespace

int exitStatusOf(const Error& error)
{
    switch (error.code) {
    case ErrorCode::Cancelled:
        return kStopped;
    case ErrorCode::Io:
    case ErrorCode::Failed:
        return kFailed;
    default:
        return kUnusableInput;
    }
}

Invocation::Invocation(std::stop_token stop, const std::string& program)
    : m_stop(std::move(stop))
{
    m_environment.resources = findResources(program);
    m_threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void Invocation::add(CLI::App& command, std::function<Result<int>()> action)
{
    command.add_flag("--json", m_json, "Print one JSON document; progress and notes go to stderr");
    command.add_flag("--quiet", m_quiet, "Print nothing but errors");
    command.add_option("--threads", m_threads, "Processor cores to use")->check(CLI::Range(1, 1024));
    command.callback([this, action = std::move(action)] { run(action); });
}

void Invocation::run(const std::function<Result<int>()>& action)
{
    m_environment.threads = m_threads;
    setTorchThreads(m_threads);
    if (!m_quiet) m_display = std::make_unique<ProgressDisplay>();
    const auto done = action();
    m_display.reset(); // takes its line off the terminal
    if (done.ok()) {
        m_exitStatus = *done;
        return;
    }
    m_exitStatus = exitStatusOf(done.error());
    if (m_json)
        std::puts(nlohmann::json{{"error", {{"code", codeName(done.error().code)}, {"message", done.error().message}}}}
                      .dump()
                      .c_str());
    else
        std::fprintf(stderr, "halftone: %s\n", done.error().message.c_str());
}

TaskContext Invocation::task() { return TaskContext(m_stop, m_display.get()); }

void Invocation::print(const std::string& text)
{
    if (m_json || m_quiet) return;
    if (m_display) m_display->clearLine();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void Invocation::printJson(const std::string& document)
{
    if (m_json) std::puts(document.c_str());
}

} // namespace halftone
