// halftone frontier: the whole comparison.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
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
        "frontier", "Accuracy against cost for every metric and baseline, fine-tuned alike; kept in the study, resumable");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("--metrics", options->frontier.metrics, "Metrics and baselines to compare")->delimiter(',');
    command
        .add_option(
            "--budgets", options->frontier.budgets, "Budgets, fractions of the cost with all layers at the highest level")
        ->delimiter(',');
    command.add_option("--seeds", options->frontier.seeds, "Runs of every point")->check(CLI::Range(1, 1000));
    command.add_option("--epochs", options->frontier.epochs, "Epochs of every run")->check(CLI::Range(1, 10000));
    command.add_option("--cost", options->frontier.cost, "linear, bops or size");
    command.add_option("--levels", options->frontier.levels, "Bit widths to choose from")->delimiter(',');
    command
        .add_option(
            "--base-epochs", options->frontier.scoring.baseEpochs, "Epochs of the base network that all runs start from")
        ->check(CLI::Range(0, 10000));
    command.add_option("--alps-epochs", options->frontier.scoring.epochs, "Epochs of each ALPS run")
        ->check(CLI::Range(1, 1000));
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const FrontierReport report, frontier(study, options->frontier, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(tableOf(report));
        return kDone;
    });
}

} // namespace halftone
