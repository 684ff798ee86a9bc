// halftone inspect: what a study or a model file holds.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"

namespace halftone {

namespace {

std::string tableOf(const InspectReport& report)
{
    TextTable table({{"Layer"}, {"Kind"}, {"Kernel"}, {"Input"}, {"Output"}, {"Parameters", TextTable::Align::Right},
        {"MACs", TextTable::Align::Right}, {"Choice"}});
    for (const auto& l : report.layers)
        table.add({l.name, l.kind, l.kernel, text(l.input), text(l.output), countText(l.parameters), countText(l.macs),
            l.edge                  ? "fixed at 8 bit (first or last)"
                : l.group == l.name ? ""
                                    : "with " + l.group});
    return fmt::format("{}, input {}, {} parameters, {} MACs a sample, {} groups to choose for\n", report.architecture,
               text(report.input), countText(report.parameters), countText(report.macs), report.groups)
        + (report.format.empty() ? ""
                                 : fmt::format("Weights: {}{}{}, {} tensors matched\n", report.format,
                                     report.wrappers.empty() ? "" : ", seen through ", report.wrappers, report.keys.matched))
        + (report.keys.complete() ? "" : summary(report.keys) + "\n") + "\n" + table.text();
}

} // namespace

void addInspectCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path file;
        std::string architecture;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command
        = *app.add_subcommand("inspect", "Layers, shapes, MACs, linked groups and unmatched keys of a study or a model file");
    command.add_option("file", options->file, "A study or a file of weights")->required();
    command.add_option("--arch", options->architecture, "The model's architecture, when it cannot be told from the file");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        InspectReport report;
        if (options->file.extension() == ".halftone") {
            HALFTONE_TRY(const Study study, Study::open(options->file, invocation.environment()));
            HALFTONE_TRY(report, inspectStudy(study));
        } else {
            HALFTONE_TRY(report, inspectModel(options->file, options->architecture));
        }
        invocation.printJson(jsonOf(report));
        invocation.print(tableOf(report));
        return report.keys.complete() ? kDone : kUnusableInput;
    });
}

} // namespace halftone
