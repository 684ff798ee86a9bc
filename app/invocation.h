// One invocation of a command: common options, what it is given, where its output goes, and what the exit status will be.
#pragma once

#include <functional>
#include <string>

#include "app/command_output.h"
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
    // environment.threads below 1: all cores. Of `task`, stop and pause are used; its listener is the output's sink.
    Invocation(TaskContext task, StudyEnvironment environment, CommandOutput& output);

    // Adds --json, --quiet and --threads to a command and runs `action` when it is called. The action's int is the exit status.
    void add(CLI::App& command, std::function<Result<int>()> action);

    void onlyRead() { m_reads = true; } // arguments are checked, and no command runs

    TaskContext task() { return m_task.withSink(m_output.sink()); }
    const StudyEnvironment& environment() const { return m_environment; }
    int exitStatus() const { return m_exitStatus; }
    void print(const std::string& text) { m_output.print(text); } // what a person reads
    void printJson(const std::string& document) { m_output.document(document); } // the one document of --json

private:
    void run(const std::function<Result<int>()>& action);

    TaskContext m_task;
    StudyEnvironment m_environment;
    CommandOutput& m_output;
    OutputOptions m_options;
    bool m_reads = false;
    int m_exitStatus = kDone;
};

} // namespace halftone
