// halftone export: the chosen network as a file, through the gate.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"

namespace halftone {

void addExportCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        ExportOptions exporting;
        bool keepBatchNorm = false;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("export", "Write an assignment's network, read the file back, and verify it");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("file", options->exporting.file, "The file to write")->required();
    command.add_option("--assignment", options->exporting.assignment, "A saved name, or a width from 2 to 8 for all layers")
        ->required();
    command.add_option("--format", options->exporting.format, "onnx-qdq or safetensors");
    command.add_flag("--narrow", options->exporting.narrowCodes,
        "int4 and int2 tensors (opset 21 and 25): small files that few programs run");
    command.add_flag("--keep-batch-norm", options->keepBatchNorm, "Leave batch norms in the file instead of folding them");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        options->exporting.foldBatchNorm = !options->keepBatchNorm;
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const ExportReport report, exportAssignment(study, options->exporting, invocation.task()));
        invocation.printJson(jsonOf(report));
        invocation.print(fmt::format("Wrote {}, {} bytes, from {} ({}).\n", report.file.string(), countText(report.fileBytes),
                             options->exporting.assignment, report.weights)
            + textOf(report.verdict));
        return report.verdict.passed ? kDone : kGateSaidNo;
    });
}

} // namespace halftone
