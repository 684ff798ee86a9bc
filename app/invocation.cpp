// Common options and exit statuses.
#include "app/invocation.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <thread>

#include "core/execution/torch_settings.h"

namespace halftone {

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

Invocation::Invocation(TaskContext task, StudyEnvironment environment, CommandOutput& output)
    : m_task(std::move(task))
    , m_environment(std::move(environment))
    , m_output(output)
{
    if (m_environment.threads < 1) m_environment.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void Invocation::add(CLI::App& command, std::function<Result<int>()> action)
{
    command.add_flag("--json", m_options.json, "Print one JSON document; progress and notes go to stderr");
    command.add_flag("--quiet", m_options.quiet, "Print nothing but errors");
    command.add_option("--threads", m_environment.threads, "Processor cores to use")->check(CLI::Range(1, 1024));
    command.callback([this, action = std::move(action)] { run(action); });
}

void Invocation::run(const std::function<Result<int>()>& action)
{
    if (m_reads) return;
    setTorchThreads(m_environment.threads);
    m_output.begin(m_options);
    const auto done = action();
    m_exitStatus = done.ok() ? *done : exitStatusOf(done.error());
    m_output.end(done.ok() ? Status() : Status(done.error()));
}

} // namespace halftone
