// halftone score: the sensitivity of every linked group.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"

namespace halftone {

void addScoreCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        ScoreOptions score;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "score", "How sensitive every linked group is, by one metric or several; kept in the study, resumable");
    command.add_option("study", options->study, "The study file")->required();
    addScoreOptions(command, options->score);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const auto reports, score(study, options->score, invocation.task()));
        invocation.printJson(jsonOf(reports, study.table()));
        invocation.print(tableOf(reports, study.table()));
        return kDone;
    });
}

} // namespace halftone
