// halftone frontier: the whole comparison.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"

namespace halftone {

void addFrontierCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        FrontierOptions frontier;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "frontier", "Accuracy (or mIoU, or agreement of raw outputs) against cost for every metric and baseline, fine-tuned alike; kept in "
        "the study, resumable");
    command.add_option("study", options->study, "The study file")->required();
    addFrontierOptions(command, options->frontier);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const FrontierReport report, frontier(study, options->frontier, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(tableOf(report, study.task()));
        return kDone;
    });
}

} // namespace halftone
