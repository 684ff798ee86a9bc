// Looks for dictionaries of weights in a pickle.
#include "core/formats/torch_weight_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/formats/torch_tensors.h"
#include "core/formats/utf8.h"

namespace halftone {

namespace {

constexpr std::size_t kMostSets = 64;
constexpr std::size_t kLongestKey = 256;
constexpr int kDeepest = 8;

// Beside the weights of a training checkpoint: what the next step of training needs, and no network.
constexpr std::array<std::string_view, 14> kOfTraining{"optimizer", "optimizers", "optimizer_state", "optimizer_state_dict",
    "optimizer_states", "optim", "opt", "scheduler", "lr_scheduler", "lr_schedulers", "scheduler_state_dict", "scaler", "amp",
    "callbacks"};

std::int64_t tensorsIn(const PickleTree& tree, PickleIndex i)
{
    const auto pairs = tree.pairs(tree[i]);
    std::int64_t count = 0;
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        count += tree[pairs[k]].kind == PickleKind::Text && isTensor(tree, pairs[k + 1]) ? 1 : 0;
    return count;
}

class WeightSearch {
public:
    explicit WeightSearch(const PickleTree& tree)
        : m_tree(tree)
    {
    }

    void look(PickleIndex i, const std::string& key, int depth)
    {
        if (m_found.size() >= kMostSets) return;
        const auto [counted, isNew] = m_tensors.emplace(i, 0);
        if (isNew) counted->second = tensorsIn(m_tree, i);
        if (counted->second > 0) m_found.push_back({{key, counted->second}, i});
        if (depth >= kDeepest || !isNew) return; // a dictionary may be in several others, and in itself
        const auto pairs = m_tree.pairs(m_tree[i]);
        for (std::size_t k = 0; k + 1 < pairs.size(); k += 2) {
            const PickleNode& name = m_tree[pairs[k]];
            if (name.kind != PickleKind::Text || name.text.size() > kLongestKey || !isUtf8(name.text)) continue;
            if (std::ranges::find(kOfTraining, name.text) != kOfTraining.end()) continue;
            if (m_tree.pairs(m_tree[pairs[k + 1]]).empty() || isTensor(m_tree, pairs[k + 1])) continue;
            look(pairs[k + 1], key.empty() ? std::string(name.text) : fmt::format("{}.{}", key, name.text), depth + 1);
        }
    }

    std::vector<PickledWeights> take() { return std::move(m_found); }

private:
    const PickleTree& m_tree;
    std::vector<PickledWeights> m_found;
    std::unordered_map<PickleIndex, std::int64_t> m_tensors; // in each dictionary that was looked into
};

} // namespace

bool isPickledModule(const PickleTree& tree, PickleIndex i)
{
    if (tree[i].kind != PickleKind::Call || !tree[i].state.valid()) return false;
    const PickleNode& state = tree[tree[i].state];
    return state.kind == PickleKind::Dict && tree.find(state, "_parameters").valid() && tree.find(state, "_modules").valid();
}

bool holdsTensors(const PickleTree& tree, PickleIndex i)
{
    const auto pairs = tree.pairs(tree[i]);
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        if (tree[pairs[k]].kind == PickleKind::Text && isTensor(tree, pairs[k + 1])) return true;
    return false;
}

std::vector<PickledWeights> findWeights(const PickleTree& tree)
{
    WeightSearch search(tree);
    search.look(tree.rootIndex(), {}, 0);
    return search.take();
}

Result<PickledWeights> chooseWeights(std::span<const PickledWeights> sets, std::string_view key)
{
    const PickledWeights* inside = nullptr;
    int within = 0;
    for (const PickledWeights& candidate : sets) {
        if (candidate.set.key == key) return candidate;
        if (!candidate.set.key.starts_with(fmt::format("{}.", key))) continue;
        inside = &candidate;
        ++within;
    }
    if (within == 1) return *inside;
    std::vector<WeightSet> known;
    for (const PickledWeights& candidate : sets) known.push_back(candidate.set);
    return noSuchWeights(key, known);
}

} // namespace halftone
