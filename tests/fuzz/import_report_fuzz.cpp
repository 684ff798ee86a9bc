// Fuzzes the import report that a study keeps as JSON.
#include "core/studies/model_import.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    const auto report = importReportFromJson(asText(input));
    if (!report) return;
    const std::string written = toJson(*report);
    const auto again = importReportFromJson(written);
    require(again && toJson(*again) == written, "an import report is the same behind its text");
}

std::vector<Bytes> seeds()
{
    ImportReport report{.format = "PyTorch (zip)", .wrappers = "state_dict, module.", .source = "a.pt", .leftOut = 3};
    report.keys.matched = 62;
    report.keys.unexpected = {{.name = "head.weight", .nearest = {"fc.weight", "fc.bias"}, .shape = {10, 512}}};
    report.mapped = {{"head", "fc"}};
    return {asBytes(toJson(report)), asBytes(toJson(ImportReport{})), asBytes("{}")};
}

} // namespace

FuzzTarget importReportTarget() { return {"import_report", run, seeds}; }

} // namespace halftone::fuzz
