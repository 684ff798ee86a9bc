// The list of commands.
#pragma once

#include <memory>

namespace CLI {
class App;
}

namespace halftone {

class Invocation;

// Whoever calls it includes <CLI/CLI.hpp>. `invocation` must outlive it.
std::unique_ptr<CLI::App> makeCommandLine(Invocation& invocation);

// One in each file of this folder.
void addDemoCommand(CLI::App& app, Invocation& invocation);
void addNewCommand(CLI::App& app, Invocation& invocation);
void addInspectCommand(CLI::App& app, Invocation& invocation);
void addEvaluateCommand(CLI::App& app, Invocation& invocation);
void addClassifyCommand(CLI::App& app, Invocation& invocation);
void addScoreCommand(CLI::App& app, Invocation& invocation);
void addSelectCommand(CLI::App& app, Invocation& invocation);
void addAssignCommand(CLI::App& app, Invocation& invocation);
void addFinetuneCommand(CLI::App& app, Invocation& invocation);
void addFrontierCommand(CLI::App& app, Invocation& invocation);
void addReportCommand(CLI::App& app, Invocation& invocation);
void addExportCommand(CLI::App& app, Invocation& invocation);
void addVerifyCommand(CLI::App& app, Invocation& invocation);
void addJobsCommand(CLI::App& app, Invocation& invocation);
void addEstimateCommand(CLI::App& app, Invocation& invocation);

} // namespace halftone
