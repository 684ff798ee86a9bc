// Versions that provenance and cache keys carry.
#pragma once

namespace halftone {

inline constexpr const char* kVersion = "0.1.0";
// Part of every cache key. Raised when a change alters numbers that training, calibration or a metric gives.
inline constexpr int kNumericsVersion = 1;

} // namespace halftone
