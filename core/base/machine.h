// What is known of the machine, for provenance.
#pragma once

#include <cstdint>
#include <string>

namespace halftone {

// "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"; "unknown processor" where the system does not say.
std::string cpuName();
std::int64_t memoryBytes(); // of the machine; 0 where the system does not say

} // namespace halftone
