// Compares the names and shapes of a file's tensors with a network's parameters.
#include "core/formats/key_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <unordered_set>

#include "core/base/closest_names.h"
#include "core/formats/utf8.h"

namespace halftone {

namespace {

// Names are compared letter by letter, and a file may hold any number of any length; so only the first few keys are told
// their nearest, and only among candidates of about their length.
constexpr std::size_t kMostWithNearest = 20;
constexpr std::size_t kMostCandidates = 5000;
constexpr std::size_t kLongestCompared = 200;
constexpr std::size_t kShown = 3; // keys of each kind in the sentence

bool isIgnored(std::string_view name) { return name == "num_batches_tracked" || name.ends_with(".num_batches_tracked"); }

struct NamedShape {
    std::string name;
    Shape shape;
};

std::string_view lastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// Names of the same shape before all others: a tensor of another shape cannot be meant. The only one of its shape and kind is
// near however it is called.
std::vector<std::string> nearest(const NamedShape& wanted, const std::vector<NamedShape>& candidates)
{
    if (wanted.name.size() > kLongestCompared) return {};
    std::vector<std::string> ofShape, others, ofKind;
    for (const NamedShape& candidate : candidates) {
        if (candidate.shape == wanted.shape && ofKind.size() < 2 && lastPart(candidate.name) == lastPart(wanted.name))
            ofKind.push_back(candidate.name);
        if (candidate.name.size() > 2 * wanted.name.size() + 2 || candidate.name.size() > kLongestCompared) continue;
        std::vector<std::string>& alike = candidate.shape == wanted.shape ? ofShape : others;
        if (alike.size() < kMostCandidates) alike.push_back(candidate.name);
    }
    if (const auto found = closestNames(wanted.name, ofShape); !found.empty()) return found;
    return ofKind.size() == 1 ? ofKind : closestNames(wanted.name, others);
}

// Running means and variances that the file has not, though it has the weight and bias of their batch norm: files of networks
// whose statistics were folded into those. `byName` is what the file has.
std::unordered_set<std::string_view> leftOutStatistics(
    const Network& network, const std::unordered_map<std::string_view, const TensorData*>& byName)
{
    std::unordered_set<std::string_view> names;
    for (const Operation& operation : network.operations()) {
        if (!operation.as<BatchNorm>()) continue;
        const auto nameOf = [&](std::size_t i) -> std::string_view { return network.parameter(operation.parameters[i]).name; };
        const bool trained = byName.contains(nameOf(0)) && byName.contains(nameOf(1));
        if (trained && !byName.contains(nameOf(2)) && !byName.contains(nameOf(3))) names.insert({nameOf(2), nameOf(3)});
    }
    return names;
}

// A mean of 0, a variance of 1.
TensorData neutralStatistic(const Parameter& parameter)
{
    const bool variance = parameter.name.ends_with("running_var");
    return TensorData::fromFloats(
        parameter.shape, std::vector<float>(static_cast<std::size_t>(elementCount(parameter.shape)), variance ? 1.0F : 0.0F));
}

// The report's entries for `names`, the first few with their nearest among `candidates`.
template <typename Key> std::vector<Key> withNearestNames(const std::vector<NamedShape>& names, const std::vector<NamedShape>& candidates)
{
    std::vector<Key> keys;
    for (const NamedShape& one : names)
        keys.push_back({one.name, keys.size() < kMostWithNearest ? nearest(one, candidates) : std::vector<std::string>{}, one.shape});
    return keys;
}

// The first few keys of one kind, the number of the others, and the nearest name of the first.
template <typename Key, typename Describe> std::string list(const std::vector<Key>& keys, Describe describe)
{
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < std::min(keys.size(), kShown); ++i) shown.push_back(describe(keys[i]));
    std::string text = fmt::format("{}", fmt::join(shown, ", "));
    if (keys.size() > kShown) text += fmt::format(" and {} more", keys.size() - kShown);
    return text;
}

template <typename Key> std::string withNearest(const Key& key)
{
    return key.nearest.empty() ? key.name : fmt::format("{} (nearest: {})", key.name, key.nearest.front());
}

} // namespace

KeyReport loadParameters(Network& network, const StateDict& tensors)
{
    KeyReport report;
    std::unordered_map<std::string_view, const TensorData*> byName;
    for (const NamedTensor& entry : tensors.entries) byName[entry.name] = &entry.tensor;
    std::unordered_set<std::string_view> wanted;
    std::vector<NamedShape> unmet;
    Network loaded = network; // tensors share their bytes, so this copies no weights
    const auto parameters = network.parameters();
    const auto neutral = leftOutStatistics(network, byName);
    report.withoutStatistics = static_cast<std::int64_t>(neutral.size() / 2);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        wanted.insert(parameter.name);
        const auto found = byName.find(parameter.name);
        if (neutral.contains(parameter.name)) {
            const Status set = loaded.setParameter(ParameterIndex(static_cast<std::int64_t>(i)), neutralStatistic(parameter));
            assert(set.ok() && "it has the parameter's own shape");
            static_cast<void>(set);
        } else if (found == byName.end()) {
            unmet.push_back({parameter.name, parameter.shape});
        } else if (found->second->shape() == parameter.shape
            && loaded.setParameter(ParameterIndex(static_cast<std::int64_t>(i)), *found->second).ok()) {
            ++report.matched;
        } else {
            report.misShaped.push_back({parameter.name, parameter.shape, found->second->shape()});
        }
    }
    std::vector<NamedShape> strangers;
    for (const NamedTensor& entry : tensors.entries)
        if (!wanted.contains(entry.name) && !isIgnored(entry.name)) strangers.push_back({entry.name, entry.tensor.shape()});
    report.missing = withNearestNames<KeyReport::Missing>(unmet, strangers);
    report.unexpected = withNearestNames<KeyReport::Unexpected>(strangers, unmet);
    if (report.complete()) network = std::move(loaded);
    return report;
}

std::string summary(const KeyReport& report)
{
    const std::size_t all = static_cast<std::size_t>(report.matched + 2 * report.withoutStatistics) + report.missing.size()
        + report.misShaped.size();
    std::vector<std::string> parts;
    if (!report.missing.empty())
        parts.push_back(
            fmt::format("{} missing: {}", report.missing.size(), list(report.missing, withNearest<KeyReport::Missing>)));
    if (!report.misShaped.empty())
        parts.push_back(fmt::format(
            "{} of another shape: {}", report.misShaped.size(), list(report.misShaped, [](const KeyReport::MisShaped& key) {
                return fmt::format("{} (is {}, wanted {})", key.name, text(key.found), text(key.wanted));
            })));
    if (!report.unexpected.empty())
        parts.push_back(fmt::format(
            "{} unexpected: {}", report.unexpected.size(), list(report.unexpected, withNearest<KeyReport::Unexpected>)));
    if (report.withoutStatistics > 0)
        parts.push_back(fmt::format("{} batch norm{} without statistics, a mean of 0 and a variance of 1 are taken",
            report.withoutStatistics, report.withoutStatistics == 1 ? "" : "s"));
    std::string sentence = fmt::format("{} of {} parameters were found in the file", report.matched, all);
    if (!parts.empty()) sentence += fmt::format("; {}", fmt::join(parts, "; "));
    if (!report.complete()) sentence += "; nothing was loaded, check the architecture's name and the number of classes, "
                                        "or map keys to names by hand";
    return printable(sentence + ".", 2000);
}

} // namespace halftone
