// halftone report: the study as a page, tables or charts.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "core/studies/reporting.h"

namespace halftone {

void addReportCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study;
        ReportOptions report;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command
        = *app.add_subcommand("report", "The study as one self-contained page with charts, as tables, or as chart files");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("--html", options->report.html, "The page to write");
    command.add_option("--csv", options->report.csv, "A folder for the tables");
    command.add_option("--charts", options->report.charts, "A folder for the charts as SVG files");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        const auto& r = options->report;
        if (r.html.empty() && r.csv.empty() && r.charts.empty())
            return Error{ErrorCode::BadInput, "Say what to write: --html FILE, --csv FOLDER or --charts FOLDER."};
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_CHECK(report(study, r, invocation.task()));
        nlohmann::json written = nlohmann::json::array();
        for (const auto& path : {r.html, r.csv, r.charts})
            if (!path.empty()) {
                written.push_back(path.string());
                invocation.print("Wrote " + path.string() + "\n");
            }
        invocation.printJson(nlohmann::json{{"written", written}}.dump());
        return kDone;
    });
}

} // namespace halftone
