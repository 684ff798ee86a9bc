// The LSQ loops; the compiler makes one copy per vector width and the loader picks the CPU's.
#include "core/quantizers/lsq_kernel.h"

#include <cmath>

// Sanitized builds cannot start with resolver functions that run before the sanitizer does.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define HALFTONE_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HALFTONE_VECTOR_CLONES
#endif

namespace halftone {

namespace {

template <typename Real>
inline __attribute__((always_inline)) void forwardLoop(
    const Real* __restrict v, Real* __restrict out, std::int64_t count, LsqRange<Real> range)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const Real q = v[i] / range.step;
        const Real clipped = q < range.lowest ? range.lowest : q > range.highest ? range.highest : q;
        out[i] = std::nearbyint(clipped) * range.step;
    }
}

template <typename Real>
inline __attribute__((always_inline)) Real backwardLoop(
    const Real* __restrict v, const Real* __restrict gradOut, Real* __restrict gradV, std::int64_t count, LsqRange<Real> range)
{
    constexpr int kLanes = 16; // fixed partial sums: the result does not depend on the vector width
    Real sums[kLanes] = {};
    const auto one = [&](std::int64_t i, int lane) __attribute__((always_inline))
    {
        const Real q = v[i] / range.step;
        const bool below = q <= range.lowest, above = q >= range.highest;
        const Real slope = below ? range.lowest : above ? range.highest : std::nearbyint(q) - q;
        gradV[i] = below || above ? Real(0) : gradOut[i];
        sums[lane] += gradOut[i] * slope;
    };
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (int lane = 0; lane < kLanes; ++lane) one(i + lane, lane);
    for (int lane = 0; i < count; ++i, ++lane) one(i, lane);
    Real sum = 0;
    for (const Real partial : sums) sum += partial;
    return sum;
}

} // namespace

HALFTONE_VECTOR_CLONES
void lsqForward(const float* v, float* out, std::int64_t count, LsqRange<float> range) { forwardLoop(v, out, count, range); }
HALFTONE_VECTOR_CLONES
void lsqForward(const double* v, double* out, std::int64_t count, LsqRange<double> range) { forwardLoop(v, out, count, range); }
HALFTONE_VECTOR_CLONES
float lsqBackward(const float* v, const float* gradOut, float* gradV, std::int64_t count, LsqRange<float> range)
{
    return backwardLoop(v, gradOut, gradV, count, range);
}
HALFTONE_VECTOR_CLONES
double lsqBackward(const double* v, const double* gradOut, double* gradV, std::int64_t count, LsqRange<double> range)
{
    return backwardLoop(v, gradOut, gradV, count, range);
}

} // namespace halftone
