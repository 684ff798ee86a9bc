// Gathers a study's measured points, prices them on an axis, and says which are best and which may not be compared.
#include "core/studies/frontier_points.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace halftone {

namespace {

nlohmann::json optionsOf(const RunRecord& run)
{
    auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    return options.is_object() ? options : nlohmann::json::object();
}

nlohmann::json recipeOf(const RunRecord& run)
{
    const auto options = optionsOf(run);
    const auto recipe = options.find("recipe");
    return recipe != options.end() && recipe->is_object() ? *recipe : nlohmann::json::object();
}

// Files come from elsewhere too: a field of another type counts as absent.
template <typename T> T field(const nlohmann::json& object, const char* name, T otherwise)
{
    const auto found = object.find(name);
    if (found == object.end()) return otherwise;
    if constexpr (std::is_same_v<T, std::string>) {
        return found->is_string() ? found->template get<T>() : otherwise;
    } else {
        return found->is_number() ? found->template get<T>() : otherwise;
    }
}

bool isMeasured(const RunRecord& run)
{
    return run.state == RunState::Finished && run.metrics && run.metrics->testMetric && run.kind != "base" && run.kind != "alps";
}

bool isQuantized(const BitAssignment& assignment)
{
    return std::ranges::any_of(assignment.layers, [](const LayerBits& bits) { return bits.weight < kFullPrecision; });
}

// What a run of a comparison was made for, from its label: "eagl 0.75 seed 0".
struct Purpose {
    std::string metric;
    double budget = 0;
};
std::optional<Purpose> purposeOf(const RunRecord& run)
{
    if (run.kind != "frontier") return std::nullopt;
    std::istringstream words(field(optionsOf(run), "label", std::string()));
    const std::vector<std::string> all{std::istream_iterator<std::string>(words), {}};
    if (all.size() < 4 || all[all.size() - 2] != "seed") return std::nullopt;
    Purpose purpose;
    std::istringstream budget(all[all.size() - 3]);
    if (!(budget >> purpose.budget)) return std::nullopt;
    for (std::size_t i = 0; i + 3 < all.size(); ++i) purpose.metric += (i > 0 ? " " : "") + all[i];
    return purpose;
}

// "all 4 bit" is 4; other names are 0.
int endBitsOf(const std::string& metric)
{
    std::istringstream words(metric);
    std::string all, bit;
    int bits = 0;
    return words >> all >> bits >> bit && all == "all" && bit == "bit" ? bits : 0;
}

class Gathering {
public:
    Gathering(const StudyOverview& study, const CostModel& axis)
        : m_study(study)
        , m_axis(axis)
    {
        std::istringstream(study.setting("seed")) >> m_firstSeed;
    }

    StudyPoints gather()
    {
        addComparison();
        addRuns();
        findHighest();
        for (auto& [point, texts] : m_drafts) finish(point, texts);
        judgeEffort();
        judgeBest();
        return std::move(m_found);
    }

private:
    struct Draft {
        StudyPoint point;
        std::vector<std::string> bits; // by seed
    };

    void addComparison()
    {
        if (!m_study.frontier) return;
        m_found.fullPrecision = m_study.frontier->fullPrecision;
        m_found.effort = {.epochs = m_study.frontier->epochs, .evaluatedOn = "test images", .images = m_study.frontier->testImages};
        for (const FrontierSummary& summary : m_study.frontier->points) {
            Draft draft;
            draft.point.fromComparison = true;
            draft.point.kind = endBitsOf(summary.metric) > 0 ? PointKind::End : PointKind::Method;
            draft.point.metric = summary.metric;
            draft.point.budget = summary.budget;
            draft.point.endBits = endBitsOf(summary.metric);
            const std::size_t seeds = std::min(summary.values.size(), summary.assignments.size());
            for (std::size_t seed = 0; seed < seeds; ++seed) {
                const RunRecord* run = runOf(summary, seed);
                draft.point.values.push_back(summary.values[seed]);
                draft.point.seeds.push_back(seed);
                draft.point.runs.push_back(run ? run->id : 0);
                draft.bits.push_back(summary.assignments[seed]);
                if (!run) continue;
                m_used.insert(run->id);
                m_found.effort = effortOf(*run);
            }
            m_drafts.push_back(std::move(draft));
        }
    }

    // The report keeps values, not runs; the run is the one of the same bits, seed, epochs and result.
    const RunRecord* runOf(const FrontierSummary& summary, std::size_t seed) const
    {
        for (const RunRecord& run : m_study.runs) {
            if (!isMeasured(run) || run.assignmentBits != summary.assignments[seed]) continue;
            if (*run.metrics->testMetric != summary.values[seed] || seedOf(run) != m_firstSeed + seed) continue;
            if (field(recipeOf(run), "epochs", std::int64_t{0}) == m_study.frontier->epochs) return &run;
        }
        return nullptr;
    }

    void addRuns()
    {
        std::map<std::string, std::size_t> places;
        for (const RunRecord& run : m_study.runs) {
            if (!isMeasured(run) || m_used.contains(run.id)) continue;
            const TrainingEffort effort = effortOf(run);
            const auto purpose = purposeOf(run);
            const std::string what = purpose ? purpose->metric + " " + std::to_string(purpose->budget) : run.assignmentBits;
            const std::string key = what + "|" + std::to_string(effort.epochs) + "|" + effort.recipeText + "|" + effort.start + "|"
                + effort.evaluatedOn + std::to_string(effort.images);
            const auto [place, added] = places.emplace(key, m_drafts.size());
            if (added) m_drafts.push_back(draftOf(run, effort, purpose));
            Draft& draft = m_drafts[place->second];
            draft.point.values.push_back(*run.metrics->testMetric);
            draft.point.seeds.push_back(seedOf(run) >= m_firstSeed ? seedOf(run) - m_firstSeed : seedOf(run));
            draft.point.runs.push_back(run.id);
            draft.bits.push_back(run.assignmentBits);
        }
    }

    Draft draftOf(const RunRecord& run, const TrainingEffort& effort, const std::optional<Purpose>& purpose) const
    {
        Draft draft;
        draft.point.effort = effort;
        if (purpose) {
            draft.point.metric = purpose->metric;
            draft.point.budget = purpose->budget;
            draft.point.endBits = endBitsOf(purpose->metric);
            draft.point.kind = draft.point.endBits > 0 ? PointKind::End : PointKind::Method;
        } else if (const AssignmentRecord* saved = savedAs(run.assignmentBits)) {
            const auto how = nlohmann::json::parse(saved->howJson, nullptr, false);
            if (how.is_object()) draft.point.metric = field(how, "metric", std::string());
        }
        return draft;
    }

    const AssignmentRecord* savedAs(const std::string& bits) const
    {
        const auto found = std::ranges::find(m_study.assignments, bits, &AssignmentRecord::bits);
        return found == m_study.assignments.end() ? nullptr : &*found;
    }

    void findHighest()
    {
        int highest = 0;
        for (const Draft& draft : m_drafts) highest = std::max(highest, draft.point.endBits);
        if (highest >= kMinBits && highest <= kMaxBits) m_found.highestBits = highest;
        m_found.highestCost = innerCost(m_axis, m_study.table, uniformAssignment(m_study.table, m_found.highestBits));
    }

    // A point whose bits do not fit the network is left out.
    void finish(StudyPoint& point, const std::vector<std::string>& texts)
    {
        const auto n = static_cast<double>(point.values.size());
        for (std::size_t seed = 0; seed < point.values.size(); ++seed) {
            auto assignment = assignmentFromText(texts[seed]);
            if (!assignment.ok() || !validate(*assignment, m_study.table).ok() || !isQuantized(*assignment)) return;
            point.mean += point.values[seed] / n;
            point.cost += innerCost(m_axis, m_study.table, *assignment) / n;
            if (seed == 0) point.assignment = std::move(*assignment);
            point.sameForAllSeeds = point.sameForAllSeeds && texts[seed] == texts.front();
        }
        if (texts.empty()) return;
        point.interval = confidenceHalfWidth(point.values);
        point.costFraction = m_found.highestCost > 0 ? point.cost / m_found.highestCost : 0;
        if (const AssignmentRecord* saved = savedAs(texts.front())) point.assignmentName = saved->name;
        m_found.points.push_back(std::move(point));
    }

    void judgeEffort()
    {
        std::vector<std::pair<TrainingEffort, std::size_t>> counts;
        for (const StudyPoint& point : m_found.points) {
            const auto known = std::ranges::find(counts, point.effort, [](const auto& entry) { return entry.first; });
            if (known == counts.end())
                counts.emplace_back(point.effort, 1);
            else
                ++known->second;
        }
        if (!m_study.frontier && !counts.empty())
            m_found.effort = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
        for (StudyPoint& point : m_found.points) {
            // What the comparison itself holds is of its effort, even when its runs are no longer in the study.
            if (point.fromComparison) point.effort = m_found.effort;
            point.otherEffort = differences(point.effort, m_found.effort);
            if (point.otherEffort.empty()) m_found.seeds = std::max(m_found.seeds, static_cast<std::int64_t>(point.values.size()));
        }
    }

    void judgeBest()
    {
        for (StudyPoint& one : m_found.points)
            one.best = one.otherEffort.empty() && std::ranges::none_of(m_found.points, [&](const StudyPoint& other) {
                return other.otherEffort.empty() && other.cost <= one.cost && other.mean >= one.mean
                    && (other.cost < one.cost || other.mean > one.mean);
            });
    }

    const StudyOverview& m_study;
    const CostModel& m_axis;
    std::uint64_t m_firstSeed = 0;
    StudyPoints m_found;
    std::vector<Draft> m_drafts;
    std::set<std::int64_t> m_used; // runs that the comparison's points stand for
};

} // namespace

TrainingEffort effortOf(const RunRecord& run)
{
    const auto options = optionsOf(run);
    auto recipe = recipeOf(run);
    TrainingEffort effort{.epochs = field(recipe, "epochs", std::int64_t{0}),
        .recipe = field(recipe, "name", std::string("default")),
        .start = field(options, "start", std::string()),
        .evaluatedOn = field(options, "evaluatedOn", std::string("test images")),
        .images = run.metrics ? run.metrics->testSamples : 0};
    recipe.erase("epochs");
    recipe.erase("seed");
    effort.recipeText = recipe.dump();
    return effort;
}

std::uint64_t seedOf(const RunRecord& run) { return field(recipeOf(run), "seed", std::uint64_t{0}); }

std::vector<EffortAspect> differences(const TrainingEffort& one, const TrainingEffort& other)
{
    std::vector<EffortAspect> found;
    if (one.epochs != other.epochs) found.push_back(EffortAspect::Epochs);
    if (one.recipeText != other.recipeText) found.push_back(EffortAspect::Recipe);
    if (one.start != other.start) found.push_back(EffortAspect::Start);
    if (one.images != other.images || one.evaluatedOn != other.evaluatedOn) found.push_back(EffortAspect::Images);
    return found;
}

StudyPoints studyPoints(const StudyOverview& study, const CostModel& axis) { return Gathering(study, axis).gather(); }

double confidenceHalfWidth(const std::vector<double>& values)
{
    const auto n = values.size();
    if (n < 2) return 0;
    double mean = 0, squares = 0;
    for (const double v : values) mean += v / static_cast<double>(n);
    for (const double v : values) squares += (v - mean) * (v - mean);
    constexpr std::array kQuantiles{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262}; // 1 .. 9 degrees
    const double t = n - 2 < kQuantiles.size() ? kQuantiles[n - 2] : 1.96 + 2.4 / static_cast<double>(n - 1);
    return t * std::sqrt(squares / static_cast<double>(n - 1) / static_cast<double>(n));
}

} // namespace halftone
