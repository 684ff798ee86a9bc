// Counting pixels, and the ratios.
#include "core/training/confusion_matrix.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace halftone {

void ConfusionMatrix::add(std::int64_t label, std::int64_t prediction, std::int64_t pixels)
{
    assert(label >= 0 && label < m_classes);
    const std::int64_t column = prediction < 0 || prediction > m_classes ? m_classes : prediction;
    m_counts[static_cast<std::size_t>(label * (m_classes + 1) + column)] += pixels;
}

std::int64_t ConfusionMatrix::count(std::int64_t label, std::int64_t prediction) const
{
    return m_counts[static_cast<std::size_t>(label * (m_classes + 1) + prediction)];
}

std::int64_t ConfusionMatrix::pixels() const { return std::accumulate(m_counts.begin(), m_counts.end(), std::int64_t{0}); }

std::int64_t ConfusionMatrix::correct() const
{
    std::int64_t sum = 0;
    for (std::int64_t c = 0; c < m_classes; ++c) sum += count(c, c);
    return sum;
}

std::optional<double> ConfusionMatrix::intersectionOverUnion(std::int64_t label) const
{
    std::int64_t either = -count(label, label);
    for (std::int64_t c = 0; c <= m_classes; ++c) either += count(label, c);
    for (std::int64_t c = 0; c < m_classes; ++c) either += count(c, label);
    if (either == 0) return {};
    return static_cast<double>(count(label, label)) / static_cast<double>(either);
}

double ConfusionMatrix::meanIntersectionOverUnion() const
{
    double sum = 0;
    std::int64_t occurring = 0;
    for (std::int64_t c = 0; c < m_classes; ++c)
        if (const auto ratio = intersectionOverUnion(c)) {
            sum += *ratio;
            ++occurring;
        }
    return occurring > 0 ? sum / static_cast<double>(occurring) : 0;
}

} // namespace halftone
