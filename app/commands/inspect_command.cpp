// halftone inspect: what a study or a model file holds.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands/all_commands.h"
#include "app/commands/stage_options.h"
#include "app/insight_documents.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/text_table.h"
#include "core/studies/value_distribution.h"

namespace halftone {

namespace {

std::string weightsLine(const InspectReport& report)
{
    if (report.format.empty()) return {};
    if (report.format == kRandomFormat) return "Weights: random\n";
    return fmt::format("Weights: {}{}{}, {} tensors matched\n", report.format,
        report.wrappers.empty() ? "" : ", seen through ", report.wrappers, report.keys.matched);
}

// "4 bit, step 0.0123", "8 bit, 64 steps, mean 0.0123"
std::string gridText(const std::optional<FrozenGrid>& grid)
{
    if (!grid) return "floats";
    if (grid->scales.size() == 1) return fmt::format("{} bit, step {:.4g}", grid->bits, meanStep(*grid));
    return fmt::format("{} bit, {} steps, mean {:.4g}", grid->bits, grid->scales.size(), meanStep(*grid));
}

std::string tableOf(const InspectReport& report)
{
    std::vector<TextTable::Column> columns{{"Layer"}, {"Kind"}, {"Kernel"}, {"Input"}, {"Output"},
        {"Parameters", TextTable::Align::Right}, {"MACs", TextTable::Align::Right}, {"Choice"}};
    if (!report.inFile.empty()) columns.insert(columns.end(), {{"Weights in the file"}, {"Input in the file"}});
    TextTable table(columns);
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        const InspectedLayer& l = report.layers[i];
        std::vector<std::string> cells{l.name, l.kind, l.kernel, text(l.input), text(l.output), countText(l.parameters),
            countText(l.macs),
            l.edge                  ? "fixed at 8 bit (first or last)"
                : l.group == l.name ? ""
                                    : "with " + l.group};
        if (!report.inFile.empty())
            cells.insert(cells.end(), {gridText(report.inFile[i].weights), gridText(report.inFile[i].input)});
        table.add(std::move(cells));
    }
    return fmt::format("{}, input {}, {} parameters, {} MACs a sample, {} groups to choose for\n", report.architecture,
               text(report.input), countText(report.parameters), countText(report.macs), report.groups)
        + weightsLine(report)
        + (report.sets.size() < 2 ? ""
                                  : fmt::format("The file holds {}; taken: {}. --weights KEY takes another.\n", text(report.sets),
                                      report.taken.empty() ? "the file itself" : report.taken))
        + (report.isGuess ? "No known architecture fits the file exactly; this is the nearest.\n" : "")
        + (report.keys.complete() && report.keys.unexpected.empty() && report.keys.withoutStatistics == 0 ? "" : summary(report.keys) + "\n") + "\n" + table.text();
}

std::string tableOf(const std::vector<ZooEntry>& entries)
{
    TextTable table({{"Name"}, {"Input"}, {"Parameters", TextTable::Align::Right}, {"MACs", TextTable::Align::Right},
        {"Weights"}, {"Published"}});
    for (const ZooEntry& entry : entries)
        table.add({"zoo:" + entry.name, text(entry.input), countText(entry.parameters), countText(entry.macs),
            entry.hasWeights ? "bundled" : "random", entry.description});
    return table.text();
}

struct InspectOptions {
    std::filesystem::path file;
    std::string architecture, input;
    std::vector<std::string> map;
    std::string weights;
    std::string layer; // empty: none in detail
    std::int64_t run = 0, images = 512;
    int bins = 64;
};

Result<LayerInsight> lookAtLayer(Study& study, const InspectOptions& options, const TaskContext& task)
{
    LayerInsight layer;
    HALFTONE_TRY(
        layer.weights, layerWeights(study.file(), {.layer = options.layer, .run = options.run, .bins = options.bins}, task));
    if (options.images > 0) {
        HALFTONE_TRY(layer.inputs,
            layerActivations(
                study, {.layer = options.layer, .run = options.run, .images = options.images, .bins = options.bins}, task));
    }
    return layer;
}

Result<int> inspect(const InspectOptions& options, Invocation& invocation)
{
    const bool isStudy = options.file.extension() == ".halftone";
    if (!options.layer.empty() && !isStudy)
        return Error{ErrorCode::BadInput, "--layer looks into studies; make one of the model with halftone new."};
    const auto& resources = invocation.environment().resources;
    if (options.file == "zoo:") {
        const std::vector<ZooEntry> entries = zooEntries(resources);
        invocation.printJson(jsonOf(entries));
        invocation.print(tableOf(entries));
        return kDone;
    }
    InspectReport report;
    std::string details, document;
    if (isStudy) {
        HALFTONE_TRY(Study study, Study::open(options.file, invocation.environment()));
        HALFTONE_TRY(report, inspectStudy(study));
        document = jsonOf(report);
        if (!options.layer.empty()) {
            HALFTONE_TRY(const LayerInsight layer, lookAtLayer(study, options, invocation.task()));
            document = withLayer(document, layer);
            details = textOf(layer);
        }
    } else {
        HALFTONE_TRY(const auto map, mappingsOf(options.map));
        HALFTONE_TRY(const Shape input, shapeOf(options.input));
        const ModelImportOptions model{
            .file = options.file, .architecture = options.architecture, .input = input, .map = map, .weights = options.weights};
        HALFTONE_TRY(report, isZooName(options.file.string()) ? inspectZoo(model, resources) : inspectModel(model));
        document = jsonOf(report);
    }
    invocation.printJson(document);
    invocation.print(tableOf(report) + details);
    return report.keys.complete() && !report.isGuess ? kDone : kUnusableInput;
}

} // namespace

void addInspectCommand(CLI::App& app, Invocation& invocation)
{
    auto options = std::make_shared<InspectOptions>(); // shared with the callback
    CLI::App& command
        = *app.add_subcommand("inspect", "Layers, shapes, MACs, linked groups and unmatched keys of a study or a model file");
    command
        .add_option("file", options->file,
            "A study, a file of weights, a network (.onnx, .packed), zoo:NAME, or zoo: for the list of names")
        ->required();
    command.add_option("--arch", options->architecture, "The model's architecture, when it cannot be told from the file");
    command.add_option("--input", options->input, "CxHxW of a TorchScript file's images, which such files do not say");
    addMapOption(command, options->map);
    addWeightsOption(command, options->weights);
    command.add_option("--layer", options->layer, "A layer of a study to look into: its weights and its input");
    command.add_option("--run", options->run, "The network that this run left, instead of the pretrained one");
    command.add_option("--images", options->images, "Training images to run for the layer's input; 0: none")
        ->check(CLI::Range(0, 1000000));
    command.add_option("--bins", options->bins, "Bins of the histograms")->check(CLI::Range(1, 65536));
    invocation.add(command, [&invocation, options]() -> Result<int> { return inspect(*options, invocation); });
}

} // namespace halftone
