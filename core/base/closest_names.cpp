// Edit distance over names.
#include "core/base/closest_names.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace halftone {

namespace {
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}
} // namespace

std::vector<std::string> closestNames(std::string_view wanted, std::span<const std::string> candidates, std::size_t count)
{
    std::vector<std::pair<std::size_t, std::string>> ranked;
    const std::size_t limit = std::max<std::size_t>(2, wanted.size() / 2);
    for (const auto& candidate : candidates)
        if (const std::size_t distance = editDistance(wanted, candidate); distance <= limit)
            ranked.emplace_back(distance, candidate);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) names.push_back(ranked[i].second);
    return names;
}

std::string didYouMean(std::string_view wanted, std::span<const std::string> candidates)
{
    const auto names = closestNames(wanted, candidates);
    if (names.empty()) return {};
    std::string text = "; did you mean ";
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    return text + "?";
}

} // namespace halftone
