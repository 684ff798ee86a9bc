// halftone select: bit widths for a budget.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"

namespace halftone {

void addSelectCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        SelectOptions select;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("select", "Choose bit widths for a budget, exactly, and save them under a name");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option(
        "--metric", options->select.metric, "eagl or alps, or a baseline: uniform, first-to-last, last-to-first, random");
    command.add_option("--cost", options->select.cost, "linear, bops or size");
    command.add_option("--budget", options->select.budget, "Fraction of the cost with all layers at the highest level");
    command.add_option("--levels", options->select.levels, "Bit widths to choose from")->delimiter(',');
    command.add_option("--pin", options->select.pins, "LAYER=BITS; the layer may be a pattern like layer1.*");
    command.add_option("--save", options->select.saveAs, "The name to save the assignment under");
    command.add_flag("--replace", options->select.replace, "Replace an assignment of that name");
    command.add_option("--seed", options->select.seed, "Seed of the random baseline");
    command
        .add_option(
            "--base-epochs", options->select.scoring.baseEpochs, "Epochs of the base network, when scores must be made first")
        ->check(CLI::Range(0, 10000));
    command.add_option("--epochs", options->select.scoring.epochs, "Epochs of each ALPS run, when scores must be made first")
        ->check(CLI::Range(1, 1000));
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const SelectReport report, select(study, options->select, invocation.task()));
        invocation.printJson(jsonOf(report));
        TextTable table({{"Layer"}, {"Bits", TextTable::Align::Right}, {"MACs", TextTable::Align::Right}});
        for (std::size_t i = 0; i < report.layers.size(); ++i)
            table.add(
                {report.layers[i].first, std::to_string(report.layers[i].second), countText(study.table().layers[i].macs)});
        const auto& s = report.selection;
        invocation.print(table.text()
            + fmt::format("Estimated cost {:.5g} {} of a budget of {:.5g} ({} of all at the highest level), over the layers "
                          "that are chosen for.\n",
                s.cost, report.unit, s.budget, percentText(s.highestCost > 0 ? s.cost / s.highestCost : 0, 1)));
        if (!options->select.saveAs.empty()) invocation.print("Saved as " + options->select.saveAs + ".\n");
        return kDone;
    });
}

} // namespace halftone
