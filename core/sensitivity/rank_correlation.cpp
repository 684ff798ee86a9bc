// Average ranks, and their correlation.
#include "core/sensitivity/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace halftone {

std::vector<double> averageRanks(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first + 1;
        while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
        const double shared = 0.5 * static_cast<double>(first + 1 + end); // mean of first + 1 .. end
        for (; first < end; ++first) ranks[order[first]] = shared;
    }
    return ranks;
}

// rho = sum (r_i - m)(s_i - m) / sqrt(sum (r_i - m)^2 sum (s_i - m)^2), m = (n + 1) / 2 with or without ties.
// Example: x = 1, 2, 3 and y = 1, 3, 2 -> (1 + 0 + 0) / 2 = 0.5.
Result<double> spearmanCorrelation(std::span<const double> x, std::span<const double> y)
{
    if (x.size() != y.size())
        return Error{ErrorCode::BadInput,
            "Rankings of " + std::to_string(x.size()) + " and " + std::to_string(y.size())
                + " values cannot be compared; they must rank the same things."};
    if (x.size() < 2) return Error{ErrorCode::BadInput, "Rankings are compared from two values on; score more groups."};
    for (const auto values : {x, y}) {
        if (!std::ranges::all_of(values, [](double v) { return std::isfinite(v); }))
            return Error{ErrorCode::BadInput, "A value to rank is NaN or infinite; leave out what could not be scored."};
        if (std::ranges::all_of(values, [&](double v) { return v == values.front(); }))
            return Error{ErrorCode::BadInput, "All values of a ranking are equal, so there is no order to compare."};
    }
    const auto r = averageRanks(x), s = averageRanks(y);
    const double mean = 0.5 * (static_cast<double>(r.size()) + 1);
    double products = 0, squaresR = 0, squaresS = 0;
    for (std::size_t i = 0; i < r.size(); ++i) {
        products += (r[i] - mean) * (s[i] - mean);
        squaresR += (r[i] - mean) * (r[i] - mean);
        squaresS += (s[i] - mean) * (s[i] - mean);
    }
    return std::clamp(products / std::sqrt(squaresR * squaresS), -1.0, 1.0);
}

Result<ScoreAgreement> scoreAgreement(const SensitivityReport& a, const SensitivityReport& b)
{
    std::map<GroupIndex, double> gains;
    for (const GroupScore& score : a.groups)
        if (score.scored) gains.emplace(score.group, score.gain);
    std::vector<double> x, y;
    for (const GroupScore& score : b.groups) {
        const auto other = gains.find(score.group);
        if (!score.scored || other == gains.end()) continue;
        x.push_back(other->second);
        y.push_back(score.gain);
    }
    HALFTONE_TRY(const double correlation, spearmanCorrelation(x, y));
    return ScoreAgreement{correlation, static_cast<std::int64_t>(x.size())};
}

} // namespace halftone
