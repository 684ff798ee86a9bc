// The commands of the command line as a function.
#pragma once

#include "core/studies/command_runner.h"
#include "core/studies/study.h"

namespace halftone {

// Prints nothing; answers the document of --json. A command whose document says no (a failed verification) has run well.
// Errors: BadInput for arguments that cannot be read, and those of the command.
Result<std::string> runCommand(
    const std::vector<std::string>& arguments, const StudyEnvironment& environment, const TaskContext& task);
// Why the arguments cannot be read, if so; nothing runs.
Status checkCommand(const std::vector<std::string>& arguments);
CommandRunner commandRunner(StudyEnvironment environment);

} // namespace halftone
