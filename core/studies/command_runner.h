// CommandRunner: one command of the command line, called as a function.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"

namespace halftone {

// `arguments` are those after the program's name: {"finetune", "a.halftone", "--assignment", "eagl75"}. Answers the document
// of --json; blocks, prints nothing, and tells progress, notes and samples through the task.
using CommandRunner = std::function<Result<std::string>(const std::vector<std::string>& arguments, const TaskContext& task)>;

} // namespace halftone
