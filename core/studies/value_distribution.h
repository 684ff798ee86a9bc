// How the values of one tensor are spread, and what a uniform grid of a width makes of them; for weights and activations.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/frozen_grid.h"

namespace halftone {

// Bins of equal width; the last one holds its upper end too.
struct Histogram {
    double lowest = 0;
    double highest = 0;
    std::vector<std::int64_t> counts;
    bool operator==(const Histogram&) const = default;
};

Status checkBins(int bins); // BadInput unless 1 .. 65536

// A histogram that values are added to, block by block; values beyond the ends go to the first and the last bin.
class HistogramCounter {
public:
    HistogramCounter(double lowest, double highest, int bins); // lowest < highest, bins >= 1
    void add(std::span<const float> values); // finite
    const Histogram& histogram() const { return m_histogram; }

private:
    Histogram m_histogram;
};

struct ValueStatistics {
    std::int64_t count = 0;
    double minimum = 0;
    double maximum = 0;
    double mean = 0;
    double deviation = 0; // sqrt(mean of (v - mean)^2)
};

// The same from blocks: sums in double, of distances to the first value, so that a large mean costs no digits.
class StatisticsCounter {
public:
    bool add(std::span<const float> values); // false when a value is NaN or infinite
    ValueStatistics statistics() const;
    std::int64_t zeros() const { return m_zeros; }

private:
    ValueStatistics m_known;
    double m_origin = 0;
    double m_sum = 0;
    double m_squares = 0;
    std::int64_t m_zeros = 0;
};

// What a grid makes of values.
struct GridView {
    int bits = 0;
    double step = 0; // the mean of the scales where there is one a channel
    std::string stepOrigin; // "least square error", "learned in run 3", "the file's own"
    std::vector<double> levels; // code x step, rising
    // 10 log10(sum v^2 / sum (v - level)^2); empty when the grid holds every value exactly or all are zero.
    std::optional<double> signalToNoiseDb;
};

// Sums of squares of values and of their distance to the grid, added block by block (whole tensors when there are channels).
struct GridNoise {
    double signal = 0;
    double noise = 0;
    void add(const FrozenGrid& grid, std::span<const float> values);
    std::optional<double> decibels() const;
};

double meanStep(const FrozenGrid& grid); // over its scales, of which it has at least one
GridView viewOf(const FrozenGrid& grid, std::string stepOrigin, const GridNoise& noise);

} // namespace halftone
