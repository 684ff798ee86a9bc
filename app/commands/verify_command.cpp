// halftone verify: the gate again, on any exported file.
#include <CLI/CLI.hpp>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/invocation.h"

namespace halftone {

void addVerifyCommand(CLI::App& app, Invocation& invocation)
{
    struct Options {
        std::filesystem::path study, file;
        std::string assignment;
    };
    auto options = std::make_shared<Options>(); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "verify", "Read an exported file back, run it, and compare it with the study's network; exits 3 when it differs");
    command.add_option("study", options->study, "The study file")->required();
    command.add_option("file", options->file, "The exported file")->required();
    command.add_option("--assignment", options->assignment, "What to compare with, when this study did not export the file");
    invocation.add(command, [&invocation, options]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(options->study, invocation.environment()));
        HALFTONE_TRY(const Verdict verdict, verifyFile(study, options->file, options->assignment, invocation.task()));
        invocation.printJson(toJson(verdict));
        invocation.print(textOf(verdict));
        return verdict.passed ? kDone : kGateSaidNo;
    });
}

} // namespace halftone
