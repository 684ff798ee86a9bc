// halftone finetune: a training run of an assignment.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"

namespace halftone {

void addFinetuneCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        FinetuneArguments arguments;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "finetune", "Train an assignment with learned step sizes; a stopped run goes on when called again");
    command.add_option("study", options->study, "The study file")->required();
    addFinetuneOptions(command, options->arguments);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const FinetuneOptions chosen, finetuneOptionsOf(options->arguments, study.seed()));
        HALFTONE_TRY(const RunReport report, finetune(study, chosen, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(tableOf(report));
        return kDone;
    });
}

} // namespace halftone
