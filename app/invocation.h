// One invocation of the command line: common options, where output goes, and what the exit status will be.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "app/progress_display.h"
#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/studies/study.h"

namespace CLI {
class App;
}

namespace halftone {

enum ExitStatus { kDone = 0, kFailed = 1, kUnusableInput = 2, kGateSaidNo = 3, kStopped = 130 };
int exitStatusOf(const Error& error);

class Invocation {
public:
    Invocation(std::stop_token stop, const std::string& program);

    // Adds --json, --quiet and --threads to a command and runs `action` when it is called. The action's int is the exit status.
    void add(CLI::App& command, std::function<Result<int>()> action);

    TaskContext task();
    const StudyEnvironment& environment() const { return m_environment; }
    bool json() const { return m_json; }
    int exitStatus() const { return m_exitStatus; }
    // What a person reads, on stdout; nothing when --json or --quiet was given.
    void print(const std::string& text);
    // The one JSON document of --json, on stdout; nothing otherwise.
    void printJson(const std::string& document);

private:
    void run(const std::function<Result<int>()>& action);

    std::stop_token m_stop;
    StudyEnvironment m_environment;
    bool m_json = false;
    bool m_quiet = false;
    int m_threads = 0;
    int m_exitStatus = kDone;
    std::unique_ptr<ProgressDisplay> m_display;
};

} // namespace halftone
