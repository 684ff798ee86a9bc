// fuzz_seeds FOLDER: writes every target's seeds and findings into FOLDER/NAME.
#include <cstdio>
#include <filesystem>

#include "core/base/content_hash.h"
#include "fuzz_targets.h"

int main(int argumentCount, char** arguments)
{
    if (argumentCount != 2) {
        std::fputs("fuzz_seeds: give one folder, where the seeds will be\n", stderr);
        return 2;
    }
    for (const halftone::fuzz::FuzzTarget& target : halftone::fuzz::allFuzzTargets()) {
        const std::filesystem::path folder = std::filesystem::path(arguments[1]) / target.name;
        std::filesystem::create_directories(folder);
        int number = 0;
        for (const halftone::Bytes& seed : target.seeds())
            if (const auto written = halftone::writeFileAtomically(folder / ("seed" + std::to_string(++number)), seed);
                !written.ok()) {
                std::fprintf(stderr, "fuzz_seeds: %s\n", written.error().message.c_str());
                return 1;
            }
    }
    return 0;
}
