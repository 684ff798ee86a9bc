// The processor's name from /proc/cpuinfo.
#include "core/base/machine.h"

#include <fstream>

namespace halftone {

std::string cpuName()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("model name")) continue; // x86; ARM's kernel gives no name
        const auto begin = line.find_first_not_of(" \t", line.find(':') + 1);
        if (line.find(':') != std::string::npos && begin != std::string::npos) return line.substr(begin);
    }
    return "unknown processor";
}

} // namespace halftone
