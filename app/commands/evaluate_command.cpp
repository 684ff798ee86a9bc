// halftone evaluate: the task's metric on the test split.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"

namespace halftone {

void addEvaluateCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        EvaluateOptions evaluate;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("evaluate", "The accuracy (or mIoU, or agreement of raw outputs) of an assignment on the test images");
    command.add_option("study", options->study, "The study file")->required();
    addEvaluateOptions(command, options->evaluate);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const EvaluateReport report, evaluateStudy(study, options->evaluate, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(options->evaluate.assignment + ": " + textOf(report, options->evaluate));
        return kDone;
    });
}

} // namespace halftone
