// The options of the stages that take long, read alike by their commands and by estimate.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/studies/exporting.h"
#include "core/studies/frontier.h"

namespace CLI {
class App;
}

namespace halftone {

// What finetune's options say; which of them are left to the recipe is known only when all are read.
struct FinetuneArguments {
    FinetuneOptions finetune;
    std::string recipe = "default";
    std::int64_t epochs = 0, batch = 0;
    std::uint64_t seed = 0;
    double learningRate = 0, distillWeight = -1, temperature = 0, activationStepRate = -1, weightStepRate = -1;
    bool distil = false, resume = false;
    std::string batchNorm;
};
void addFinetuneOptions(CLI::App& command, FinetuneArguments& a);
Result<FinetuneOptions> finetuneOptionsOf(const FinetuneArguments& a, std::uint64_t studySeed);

Result<Shape> shapeOf(const std::string& text); // of --input CxHxW; empty when it was not given

// --map KEY=NAME, given once or more.
void addMapOption(CLI::App& command, std::vector<std::string>& mappings);
void addWeightsOption(CLI::App& command, std::string& weights); // --weights KEY
Result<std::vector<KeyMapping>> mappingsOf(const std::vector<std::string>& texts);

void addScoreOptions(CLI::App& command, ScoreOptions& options);
void addFrontierOptions(CLI::App& command, FrontierOptions& options);
void addEvaluateOptions(CLI::App& command, EvaluateOptions& options);

struct ExportArguments {
    ExportOptions exporting;
    bool keepBatchNorm = false;
};
void addExportOptions(CLI::App& command, ExportArguments& a); // all but the file
ExportOptions exportOptionsOf(const ExportArguments& a);

} // namespace halftone
