// Every command, in the order of the work; a new one is a file of its own and a line here.
#include "app/commands/all_commands.h"

namespace halftone {

void addAllCommands(CLI::App& app, Invocation& invocation)
{
    addDemoCommand(app, invocation);
    addNewCommand(app, invocation);
    addInspectCommand(app, invocation);
    addEvaluateCommand(app, invocation);
    addScoreCommand(app, invocation);
    addSelectCommand(app, invocation);
    addAssignCommand(app, invocation);
    addFinetuneCommand(app, invocation);
    addFrontierCommand(app, invocation);
    addReportCommand(app, invocation);
    addExportCommand(app, invocation);
    addVerifyCommand(app, invocation);
}

} // namespace halftone
