// halftone new: a study from a model and data.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/stage_options.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"
#include "core/data/dataset_presets.h"
#include "core/studies/study.h"

namespace halftone {

namespace {

std::string presetList()
{
    std::string list;
    for (const std::string& name : datasetPresetNames()) list += (list.empty() ? "" : ", ") + name;
    return list;
}

} // namespace

void addNewCommand(CLI::App& app, Invocation& invocation)
{
    auto options = std::make_shared<NewStudyOptions>(); // shared with the callback, which outlives this function
    auto input = std::make_shared<std::string>();
    auto map = std::make_shared<std::vector<std::string>>();
    CLI::App& command = *app.add_subcommand("new", "Make a study from a pretrained model and data");
    command.add_option("study", options->path, "The study file to make, NAME.halftone")->required();
    command.add_option("--model", options->model,
        "A PyTorch checkpoint, safetensors, ONNX or TorchScript file, or zoo:NAME for a network by name (halftone inspect zoo: lists them)");
    command.add_option("--arch", options->architecture,
        "The network's architecture, when it cannot be told from the file; without --model: random weights");
    addMapOption(command, *map);
    addWeightsOption(command, options->weights);
    command.add_option("--data", options->data, "One of " + dataKindForms())->required();
    command.add_option("--input", *input, "CxHxW, when it is not the architecture's own or, for TorchScript, the data's");
    command.add_option("--preset", options->preset, "Normalisation: " + presetList());
    command.add_option("--labels", options->labels,
        "A label map: the network's class names in its order, or NAME,INDEX a line; else classes.txt in the data's folder, else the data's own");
    command.add_option("--seed", options->seed, "Seed of everything random in the study");
    invocation.add(command, [&invocation, options, input, map]() -> Result<int> {
        HALFTONE_TRY(options->input, shapeOf(*input));
        HALFTONE_TRY(options->map, mappingsOf(*map));
        HALFTONE_TRY(const Study study, Study::create(*options, invocation.environment(), invocation.task()));
        HALFTONE_TRY(const InspectReport report, inspectStudy(study));
        invocation.printJson(jsonOf(report));
        invocation.print(fmt::format("{}: {} with {} parameters, {} MACs, {} layers in {} groups to choose for.\n",
            options->path.string(), report.architecture, countText(report.parameters), countText(report.macs),
            report.layers.size(), report.groups));
        if (!report.inFile.empty())
            invocation.print("The file is quantized: its bit widths are the assignment as-in-file, which keeps the file's scales.\n");
        if (report.keys.withoutStatistics > 0) invocation.print(summary(report.keys) + "\n");
        if (report.format == kRandomFormat)
            invocation.print(fmt::format("Random weights, from seed {}: nothing in it is trained.\n", options->seed));
        return kDone;
    });
}

} // namespace halftone
