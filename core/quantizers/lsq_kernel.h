// LSQ over plain arrays: one pass forward and one backward, vectorised for the CPU it runs on.
#pragma once

#include <cstdint>

namespace halftone {

// Esser et al. (ICLR 2020), with q = v/s, lo = -Qn, hi = Qp:
//   eq 1, 2:  out = s * round(clip(q, lo, hi)), halves to even
//   eq 3:     d out/d s = round(q) - q inside (lo, hi), lo at and below lo, hi at and above hi
//   eq 5:     d out/d v = 1 inside (lo, hi), else 0
// Example: s = 0.5, v = 0.7, lo = -2, hi = 1: q = 1.4 is clipped to 1, out = 0.5, d/ds = 1, d/dv = 0.
template <typename Real> struct LsqRange {
    Real step = 1;
    Real lowest = 0;
    Real highest = 0;
};
void lsqForward(const float* v, float* out, std::int64_t count, LsqRange<float> range);
void lsqForward(const double* v, double* out, std::int64_t count, LsqRange<double> range);
// gradV = gradOut where inside, else 0; returns the sum of gradOut * d out/d s (without the gradient scale).
float lsqBackward(const float* v, const float* gradOut, float* gradV, std::int64_t count, LsqRange<float> range);
double lsqBackward(const double* v, const double* gradOut, double* gradV, std::int64_t count, LsqRange<double> range);

} // namespace halftone
