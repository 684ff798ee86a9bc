// Do two rankings agree: Spearman's rank correlation, of plain numbers and of two metrics' scores.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/sensitivity/group_scores.h"

namespace halftone {

// 1 for the smallest; equal values share the mean of the ranks that they take. Example: 5, 1, 5 -> 2.5, 1, 2.5.
std::vector<double> averageRanks(std::span<const double> values); // no NaN

// Pearson's correlation of the average ranks: 1 for the same order, -1 for the reverse.
// Errors: BadInput for lists of different lengths, fewer than two values, a value that is not finite, or values that are all
// equal (they have no order to agree with).
Result<double> spearmanCorrelation(std::span<const double> x, std::span<const double> y);

struct ScoreAgreement {
    double correlation = 0; // Spearman's, of the gains
    std::int64_t groups = 0; // compared: those that both scored
};
// Groups that either of the two could not score are left out. Errors as above.
Result<ScoreAgreement> scoreAgreement(const SensitivityReport& a, const SensitivityReport& b);

} // namespace halftone
