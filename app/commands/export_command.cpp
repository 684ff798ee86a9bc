// halftone export: the chosen network as a file, through the gate.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"

namespace halftone {

void addExportCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        ExportArguments arguments;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("export", "Write an assignment's network, read the file back, and verify it");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("file", options->arguments.exporting.file, "The file to write")->required();
    addExportOptions(command, options->arguments);
    invocation.add(command, [&invocation, options]() -> Result<int> {
        const ExportOptions exporting = exportOptionsOf(options->arguments);
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const ExportReport report, exportAssignment(study, exporting, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(fmt::format("Wrote {}, {} bytes, from {} ({}).\n", report.file.string(), countText(report.fileBytes),
                             exporting.assignment, report.weights)
            + textOf(report.verdict));
        return report.verdict.passed ? kDone : kGateSaidNo;
    });
}

} // namespace halftone
