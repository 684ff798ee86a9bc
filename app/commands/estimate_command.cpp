// halftone estimate: how long another command would take.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/stage_options.h"
#include "app/insight_documents.h"
#include "app/invocation.h"

namespace halftone {

namespace {

struct EstimateOptions {
    std::filesystem::path study; // before the command's name
    std::filesystem::path commandsStudy; // or after it, where the command itself has it
    ScoreOptions score;
    FinetuneArguments finetune;
    FrontierOptions frontier;
    EvaluateOptions evaluate;
    ExportArguments exporting;
};

// The command's own options, so that its arguments may be given as they are.
void addEstimatedCommands(CLI::App& command, EstimateOptions& options)
{
    const auto add = [&](const char* name) -> CLI::App& {
        CLI::App& one = *command.add_subcommand(name, std::string("The time of halftone ") + name);
        one.fallthrough(); // --json and --threads are the estimate's
        one.add_option("study", options.commandsStudy, "The study file");
        return one;
    };
    addScoreOptions(add("score"), options.score);
    addFinetuneOptions(add("finetune"), options.finetune);
    addFrontierOptions(add("frontier"), options.frontier);
    addEvaluateOptions(add("evaluate"), options.evaluate);
    CLI::App& exporting = add("export");
    exporting.add_option("file", options.exporting.exporting.file, "The file that would be written");
    addExportOptions(exporting, options.exporting);
}

Result<TimeEstimate> estimateOf(
    Study& study, const EstimateOptions& options, const std::string& command, const TaskContext& task)
{
    if (command == "score") return estimateScore(study, options.score, task);
    if (command == "frontier") return estimateFrontier(study, options.frontier, task);
    if (command == "evaluate") return estimateEvaluation(study, options.evaluate, task);
    if (command == "export") return estimateExport(study, exportOptionsOf(options.exporting), task);
    HALFTONE_TRY(const FinetuneOptions finetune, finetuneOptionsOf(options.finetune, study.seed()));
    return estimateFinetune(study, finetune, task);
}

} // namespace

void addEstimateCommand(CLI::App& app, Invocation& invocation)
{
    auto options = std::make_shared<EstimateOptions>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "estimate", "How long score, finetune, frontier, evaluate or export would take with their options");
    command.add_option("study", options->study, "The study file (or give it after the command's name)");
    addEstimatedCommands(command, *options);
    command.require_subcommand(1);
    invocation.add(command, [&invocation, &command, options]() -> Result<int> {
        const std::string name = command.get_subcommands().front()->get_name();
        const auto& file = options->study.empty() ? options->commandsStudy : options->study;
        if (file.empty())
            return Error{ErrorCode::BadInput, "Say which study it is about: halftone estimate STUDY " + name + " ..."};
        HALFTONE_TRY(Study study, Study::open(file, invocation.environment()));
        HALFTONE_TRY(const TimeEstimate estimate, estimateOf(study, *options, name, invocation.task()));
        invocation.printJson(jsonOf(estimate, name));
        invocation.print(textOf(estimate, name));
        return kDone;
    });
}

} // namespace halftone
