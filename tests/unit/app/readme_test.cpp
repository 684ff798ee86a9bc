// The README's own first study: every command in it runs, in order, as it is written.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/program.h"

namespace fs = std::filesystem;

namespace {

std::vector<std::string> readmeCommands()
{
    std::vector<std::string> commands;
    std::ifstream readme(HALFTONE_SOURCE_DIR "/README.md");
    for (std::string line; std::getline(readme, line);)
        if (line.starts_with("    halftone "))
            commands.push_back(
                line.substr(4, line.find("  #") == std::string::npos ? std::string::npos : line.find("  #") - 4));
    return commands;
}

} // namespace

TEST(Readme, ItsFirstStudyRuns)
{
    const auto commands = readmeCommands();
    ASSERT_GE(commands.size(), 8u);
    const fs::path folder = fs::temp_directory_path() / "halftone_readme";
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const auto& command : commands) {
        const auto run = halftone::test::runProgram(folder, HALFTONE_PROGRAM, command);
        EXPECT_EQ(run.status, 0) << command << "\n" << run.err;
    }
    EXPECT_TRUE(fs::exists(folder / "first.html"));
    EXPECT_TRUE(fs::exists(folder / "first.onnx"));
    fs::remove_all(folder);
}
