// Every command, in the order of the work; a new one is a file of its own and a line here.
#include "app/commands/all_commands.h"

#include <CLI/CLI.hpp>

#include "core/base/version.h"

namespace halftone {

std::unique_ptr<CLI::App> makeCommandLine(Invocation& invocation)
{
    auto commands
        = std::make_unique<CLI::App>("Halftone: explore, fine-tune and export mixed-precision neural networks.", "halftone");
    CLI::App& app = *commands;
    app.set_version_flag("--version", std::string("halftone ") + halftone::kVersion);
    app.require_subcommand(1);
    app.option_defaults()->always_capture_default();
    addDemoCommand(app, invocation);
    addNewCommand(app, invocation);
    addInspectCommand(app, invocation);
    addEvaluateCommand(app, invocation);
    addClassifyCommand(app, invocation);
    addScoreCommand(app, invocation);
    addSelectCommand(app, invocation);
    addAssignCommand(app, invocation);
    addFinetuneCommand(app, invocation);
    addFrontierCommand(app, invocation);
    addReportCommand(app, invocation);
    addExportCommand(app, invocation);
    addVerifyCommand(app, invocation);
    addJobsCommand(app, invocation);
    addEstimateCommand(app, invocation);
    return commands;
}

} // namespace halftone
