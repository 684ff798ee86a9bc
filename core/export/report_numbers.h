// Numbers as a report prints them; every one that is not finite reads "n/a".
#pragma once

#include <cstdint>
#include <string>

namespace halftone {

std::string formatCount(std::int64_t value); // 1,234,567
std::string formatFixed(double value, int decimals); // 0.250
std::string formatSignificant(double value, int digits = 3); // 0.0123, 1,240, 3.2e-7
std::string formatScaled(double value, int digits = 3); // 40.8 M: thousands k, M, G, T
std::string formatPercent(double fraction, int decimals = 2); // 91.50 %
std::string formatPercentInterval(double fraction, double halfWidth, int decimals = 2); // 91.50 ±0.21 %
std::string capitalised(std::string words); // "Accuracy"; words that have capitals already stay: "mIoU"
std::string formatSeconds(double seconds); // 0.21 s, 18 min, 1 h 50 min

} // namespace halftone
