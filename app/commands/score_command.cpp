// halftone score: the sensitivity of every linked group.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
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
    command.add_option("--metric", options->score.metrics, "eagl, alps")->delimiter(',');
    command.add_option("--epochs", options->score.epochs, "Epochs of each ALPS run")->check(CLI::Range(1, 1000));
    command
        .add_option("--base-epochs", options->score.baseEpochs, "Epochs that the scored network is trained at the higher width")
        ->check(CLI::Range(0, 10000));
    command.add_flag("--by-accuracy", options->score.byAccuracy, "ALPS by training accuracy instead of training loss");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const auto reports, score(study, options->score, invocation.task()));
        invocation.printJson(jsonOf(reports, study.table()));
        invocation.print(tableOf(reports, study.table()));
        return kDone;
    });
}

} // namespace halftone
