// Counting, and the distance of values to a grid.
#include "core/studies/value_distribution.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace halftone {

Status checkBins(int bins)
{
    constexpr int kMostBins = 1 << 16;
    if (bins >= 1 && bins <= kMostBins) return {};
    return Error{ErrorCode::BadInput, "A histogram has from 1 to 65536 bins, not " + std::to_string(bins) + "."};
}

HistogramCounter::HistogramCounter(double lowest, double highest, int bins)
    : m_histogram{lowest, highest, std::vector<std::int64_t>(static_cast<std::size_t>(bins), 0)}
{
    assert(lowest < highest && bins >= 1);
}

void HistogramCounter::add(std::span<const float> values)
{
    const double bins = static_cast<double>(m_histogram.counts.size());
    const double perUnit = bins / (m_histogram.highest - m_histogram.lowest);
    for (const float value : values) {
        const double place = (static_cast<double>(value) - m_histogram.lowest) * perUnit;
        ++m_histogram.counts[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1))];
    }
}

bool StatisticsCounter::add(std::span<const float> values)
{
    if (values.empty()) return true;
    if (m_known.count == 0) {
        m_origin = values[0];
        m_known.minimum = m_known.maximum = values[0];
    }
    float minimum = values[0], maximum = values[0];
    double sum = 0, squares = 0;
    std::int64_t zeros = 0;
    for (const float value : values) {
        const double distance = static_cast<double>(value) - m_origin;
        sum += distance;
        squares += distance * distance;
        minimum = std::min(minimum, value);
        maximum = std::max(maximum, value);
        zeros += value == 0.0f ? 1 : 0;
    }
    if (!std::isfinite(squares)) return false; // squares of finite floats never leave a double
    m_known.count += static_cast<std::int64_t>(values.size());
    m_known.minimum = std::min(m_known.minimum, static_cast<double>(minimum));
    m_known.maximum = std::max(m_known.maximum, static_cast<double>(maximum));
    m_sum += sum;
    m_squares += squares;
    m_zeros += zeros;
    return true;
}

ValueStatistics StatisticsCounter::statistics() const
{
    ValueStatistics made = m_known;
    if (made.count == 0) return made;
    const double n = static_cast<double>(made.count), shift = m_sum / n;
    made.mean = m_origin + shift;
    made.deviation = std::sqrt(std::max(0.0, m_squares / n - shift * shift));
    return made;
}

void GridNoise::add(const FrozenGrid& grid, std::span<const float> values)
{
    assert(!grid.scales.empty() && values.size() % grid.scales.size() == 0);
    const auto lowest = static_cast<float>(grid.lowest), highest = static_cast<float>(grid.highest);
    const std::size_t perScale = values.size() / grid.scales.size();
    for (std::size_t channel = 0; channel < grid.scales.size(); ++channel) {
        const float scale = grid.scales[channel];
        for (const float value : values.subspan(channel * perScale, perScale)) {
            // The code as quantizeToCodes gives it, in float.
            const float code = std::nearbyint(std::clamp(value / scale, lowest, highest));
            const double error = static_cast<double>(value) - static_cast<double>(code) * static_cast<double>(scale);
            signal += static_cast<double>(value) * static_cast<double>(value);
            noise += error * error;
        }
    }
}

std::optional<double> GridNoise::decibels() const
{
    if (signal <= 0 || noise <= 0) return std::nullopt;
    return 10 * std::log10(signal / noise);
}

double meanStep(const FrozenGrid& grid)
{
    return std::accumulate(grid.scales.begin(), grid.scales.end(), 0.0) / static_cast<double>(grid.scales.size());
}

GridView viewOf(const FrozenGrid& grid, std::string stepOrigin, const GridNoise& noise)
{
    GridView view{.bits = grid.bits, .stepOrigin = std::move(stepOrigin), .signalToNoiseDb = noise.decibels()};
    view.step = meanStep(grid);
    for (std::int32_t code = grid.lowest; code <= grid.highest; ++code) view.levels.push_back(code * view.step);
    return view;
}

} // namespace halftone
