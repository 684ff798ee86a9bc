// Fuzzes the JSON texts of a study: recipes and provenance of runs, and the layers' metadata in exported files.
#include "core/formats/onnx_metadata.h"
#include "core/store/provenance.h"
#include "core/training/training_recipe.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    const std::string_view text = asText(input);
    if (const auto recipe = recipeFromJson(text); recipe.ok()) {
        const auto again = recipeFromJson(toJson(*recipe));
        require(again.ok() && toJson(*again) == toJson(*recipe), "a recipe is the same behind its text");
    }
    if (const auto provenance = provenanceFromJson(text); provenance.ok()) {
        const auto again = provenanceFromJson(toJson(*provenance));
        require(again.ok() && *again == *provenance, "provenance is the same behind its text");
    }
    metadataFromJson(text);
}

std::vector<Bytes> seeds()
{
    const Provenance provenance{.seed = 7,
        .threads = 2,
        .cpuName = "a CPU",
        .codeVersion = "0.1.0",
        .libraryVersions = {{"torch", "1.13.1"}},
        .dataHash = "ab",
        .modelHash = "cd"};
    const OnnxMetadata metadata{
        {{"conv1", {.weight = 4, .activation = 8}, {-8, 7}}, {"fc", {.weight = 8, .activation = 8}, {-128, 127}}}};
    return {asBytes(toJson(defaultRecipe())), asBytes(toJson(paperRecipe())), asBytes(toJson(fromScratchRecipe())),
        asBytes(toJson(provenance)), asBytes(toJson(metadata)), asBytes("{}")};
}

} // namespace

FuzzTarget studySettingsTarget() { return {"study_settings", run, seeds}; }

} // namespace halftone::fuzz
