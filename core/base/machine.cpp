// The processor's name from /proc/cpuinfo, the memory from the kernel.
#include "core/base/machine.h"

#include <algorithm>
#include <fstream>

#include <unistd.h>

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

std::int64_t memoryBytes()
{
    const std::int64_t pages = sysconf(_SC_PHYS_PAGES), pageBytes = sysconf(_SC_PAGESIZE); // -1 where unknown
    return std::max<std::int64_t>(0, pages) * std::max<std::int64_t>(0, pageBytes);
}

} // namespace halftone
