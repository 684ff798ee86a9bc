// halftone evaluate: accuracy on the test split.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
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
    CLI::App& command = *app.add_subcommand("evaluate", "The accuracy of an assignment on the test images");
    command.add_option("study", options->study, "The study file")->required();
    addEvaluateOptions(command, options->evaluate);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const EvaluateReport report, evaluateStudy(study, options->evaluate, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(fmt::format("{}: {} top-1, {} of {} {} images, loss {:.4f} ({})\n", options->evaluate.assignment,
            percentText(report.value), countText(report.correct), countText(report.count), options->evaluate.split, report.loss, report.weights));
        return kDone;
    });
}

} // namespace halftone
