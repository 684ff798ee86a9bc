// Every measured point of a study on one cost axis: the comparison's methods and ends, and finished runs beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cost/cost_model.h"
#include "core/graph/bit_assignment.h"
#include "core/studies/study_overview.h"

namespace halftone {

// All that must be alike for two accuracies to be compared, but for the seed.
struct TrainingEffort {
    std::int64_t epochs = 0;
    std::string recipe; // "default"
    std::string recipeText; // its values without epochs and seed; compared, not shown
    std::string start; // "pretrained", "random", "run KEY"
    std::string evaluatedOn; // "test images"
    std::int64_t images = 0;
    bool operator==(const TrainingEffort&) const = default;
};
enum class EffortAspect { Epochs, Recipe, Start, Images };

TrainingEffort effortOf(const RunRecord& run);
std::uint64_t seedOf(const RunRecord& run); // of the recipe
std::vector<EffortAspect> differences(const TrainingEffort& one, const TrainingEffort& other);

enum class PointKind {
    Method, // a metric or baseline at a budget
    End, // every inner layer at one width
    Run // a fine-tune of a saved or hand-made assignment
};
struct StudyPoint {
    PointKind kind = PointKind::Run;
    bool fromComparison = false; // of the stored one, which is complete
    std::string metric; // of a Run: the one that its saved assignment was chosen by, or empty
    double budget = 0; // fraction asked for; of a Method
    int endBits = 0; // of an End
    std::string assignmentName; // saved with these bits; empty: none is
    BitAssignment assignment; // of the first seed
    bool sameForAllSeeds = true; // false: random draws
    std::vector<double> values; // accuracy by seed, fractions
    std::vector<std::uint64_t> seeds; // counted from the study's
    std::vector<std::int64_t> runs; // by seed; 0: no longer in the study
    double mean = 0;
    double interval = 0; // half width of the 95 % interval; 0 with one seed
    double cost = 0; // of the inner layers on the axis, mean over seeds
    double costFraction = 0; // of all layers at the highest width
    TrainingEffort effort;
    std::vector<EffortAspect> otherEffort; // what is not as in StudyPoints::effort; empty: may be compared
    bool best = false; // none of the same effort is at least as good at no more cost
};
struct StudyPoints {
    int highestBits = 4; // what fractions of the cost are relative to
    double highestCost = 0;
    TrainingEffort effort; // of the comparison; without one, of most points
    std::int64_t seeds = 0; // most that a point of that effort has
    std::optional<double> fullPrecision; // accuracy; none before the first comparison is complete
    std::vector<StudyPoint> points; // methods in the comparison's order, then runs in the order of starting
};
StudyPoints studyPoints(const StudyOverview& study, const CostModel& axis);

// Half width of the 95 % confidence interval of a mean: Student's t with n - 1 degrees of freedom, two-sided; 0 for one value.
double confidenceHalfWidth(const std::vector<double>& values);

} // namespace halftone
