// Runs the command line as a person does, and keeps what it printed.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace halftone::test {

struct ProgramRun {
    int status = -1;
    std::string out, err;
};

// `command` is a shell line run in `folder`; "halftone" in it is the program that was built.
inline ProgramRun runProgram(const std::filesystem::path& folder, const std::string& program, const std::string& command)
{
    const auto errors = folder / "stderr.txt";
    const std::string line = "cd '" + folder.string() + "' && halftone() { '" + program + "' \"$@\"; } && " + command + " 2>'"
        + errors.string() + "'";
    ProgramRun run;
    FILE* const pipe = ::popen(("bash -s <<'HALFTONE_LINE'\n" + line + "\nHALFTONE_LINE\n").c_str(), "r");
    if (!pipe) return run;
    std::array<char, 4096> block{};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) run.out.append(block.data(), got);
    const int status = ::pclose(pipe);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::ifstream file(errors);
    run.err.assign(std::istreambuf_iterator<char>(file), {});
    return run;
}

} // namespace halftone::test
