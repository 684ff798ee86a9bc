// Sees through the wrappers that people save their weights in.
#include "core/formats/torch_state_dict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "core/formats/torch_tensors.h"
#include "core/formats/torch_weight_sets.h"

namespace halftone {

namespace {

// Tried in this order where a checkpoint has several: moving averages come last.
constexpr std::array<std::string_view, 20> kWrappers{"state_dict", "model_state_dict", "model_state", "model", "net",
    "net_state_dict", "network", "network_state_dict", "module", "params", "weights", "ema", "ema_state_dict", "state_dict_ema",
    "model_ema", "ema_model", "model_ema_state_dict", "ema_model_state_dict", "params_ema", "shadow"};
constexpr int kMaxWrapping = 8;
constexpr std::size_t kMaxScriptedName = 1024;

// TorchScript saves a module as an object of a class in the package __torch__, its attributes as the object's state.
bool isScripted(const PickleTree& tree, PickleIndex i)
{
    const PickleNode& node = tree[i];
    if (node.kind != PickleKind::Call || !node.state.valid() || tree[node.state].kind != PickleKind::Dict) return false;
    const PickleNode& callee = tree[node.items[0]];
    return callee.kind == PickleKind::Global && callee.module.starts_with("__torch__");
}

class WrapperSearch {
public:
    explicit WrapperSearch(const PickleTree& tree)
        : m_tree(tree)
    {
    }

    // The key under which `i` keeps its weights; empty when it keeps none, or holds them itself.
    std::string_view wrapper(PickleIndex i, int depth = 0)
    {
        for (const std::string_view key : kWrappers) {
            const PickleIndex inner = m_tree.find(m_tree[i], key);
            if (inner.valid() && leadsToWeights(inner, depth + 1)) return key;
        }
        return {};
    }

private:
    bool leadsToWeights(PickleIndex i, int depth)
    {
        if (isPickledModule(m_tree, i) || isScripted(m_tree, i) || holds(i)) return true;
        // A value may be reached over many ways, even from itself; once is enough.
        return depth < kMaxWrapping && m_seen.insert(i).second && !wrapper(i, depth).empty();
    }

    bool holds(PickleIndex i) // looks through a large dictionary once, however many keys lead to it
    {
        const auto [known, isNew] = m_holds.emplace(i, false);
        if (isNew) known->second = holdsTensors(m_tree, i);
        return known->second;
    }

    const PickleTree& m_tree;
    std::unordered_set<PickleIndex> m_seen;
    std::unordered_map<PickleIndex, bool> m_holds;
};

std::string className(const PickleTree& tree, PickleIndex callee)
{
    // Old files wrap the class of a module in a persistent id, ('module', class, file, source).
    if (tree[callee].kind == PickleKind::Persistent) {
        const PickleNode& id = tree[tree[callee].items[0]];
        if (id.kind == PickleKind::Tuple && id.items.size() > 1) callee = id.items[1];
    }
    const PickleNode& node = tree[callee];
    return node.kind == PickleKind::Global ? fmt::format("{}.{}", node.module, node.text) : "unknown";
}

Error moduleError(const PickleTree& tree, PickleIndex i)
{
    std::vector<WeightSet> sets;
    for (const PickledWeights& weights : findWeights(tree)) sets.push_back(weights.set);
    return Error{ErrorCode::Unsupported,
        fmt::format("it holds a whole pickled module (class {}), which only running its Python code could restore; in Python "
                    "torch.save(model.state_dict(), FILE), or torch.jit.script(model).save(FILE){}",
            className(tree, tree[i].items[0]),
            sets.empty() ? "" : fmt::format("; or choose other weights that it holds by --weights: {}", text(sets)))};
}

Error nothingFound(const PickleTree& tree, PickleIndex i)
{
    const PickleNode& node = tree[i];
    constexpr std::string_view kAdvice = "save model.state_dict() in Python and open that";
    if (isTensor(tree, i)) return {ErrorCode::Unsupported, fmt::format("it holds one tensor without a name; {}", kAdvice)};
    if (node.kind == PickleKind::Call && tree.pairs(node).empty())
        return {
            ErrorCode::Unsupported, fmt::format("it holds an object of class {}; {}", className(tree, node.items[0]), kAdvice)};
    const auto pairs = tree.pairs(node);
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2) {
        const PickleNode& value = tree[pairs[k + 1]];
        if (value.kind == PickleKind::Call && className(tree, value.items[0]).starts_with("numpy"))
            return {ErrorCode::Unsupported,
                "it holds NumPy arrays instead of tensors; convert them by torch.from_numpy and save again"};
    }
    return {ErrorCode::BadInput, fmt::format("it holds no tensors with names; {}", kAdvice)};
}

Error severalSets(const std::vector<WeightSet>& sets)
{
    return Error{ErrorCode::Unsupported,
        fmt::format("it holds several sets of weights, none of a known name; choose one by --weights KEY: {}", text(sets))};
}

// Where no known wrapper helps: the outermost dictionary when it has the most tensors, else the only other one.
Result<PickledWeights> onlyWeights(const PickleTree& tree, const std::vector<PickledWeights>& sets)
{
    std::vector<WeightSet> candidates;
    const PickledWeights* chosen = nullptr;
    const auto most = std::ranges::max_element(sets, {}, [](const PickledWeights& w) { return w.set.tensors; });
    if (!sets.empty() && sets.front().set.key.empty() && sets.front().set.tensors == most->set.tensors) return sets.front();
    for (const PickledWeights& weights : sets) {
        if (weights.set.key.empty()) continue; // a few numbers kept as tensors, beside the weights
        candidates.push_back(weights.set);
        chosen = &weights;
    }
    if (candidates.size() == 1) return *chosen;
    if (candidates.size() > 1) return severalSets(candidates);
    const auto pairs = tree.pairs(tree.root());
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        if (isPickledModule(tree, pairs[k + 1])) return moduleError(tree, pairs[k + 1]);
    return nothingFound(tree, tree.rootIndex());
}

class TensorList {
public:
    explicit TensorList(PickledStateDict& found)
        : m_found(found)
    {
    }

    void add(std::string name, PickleIndex value) // as in Python, a key that comes again keeps its place and gets the new value
    {
        const auto [place, isNew] = m_places.emplace(name, m_found.tensors.size());
        if (isNew)
            m_found.tensors.push_back({std::move(name), value});
        else
            m_found.tensors[place->second].value = value;
    }

private:
    PickledStateDict& m_found;
    std::unordered_map<std::string, std::size_t> m_places;
};

// Attributes of scripted modules, depth first in their order, named as state_dict() names them.
Result<PickledStateDict> scriptedTensors(const PickleTree& tree, PickleIndex root)
{
    PickledStateDict found;
    TensorList list(found);
    struct Visit {
        PickleIndex module;
        std::string prefix;
    };
    std::vector<Visit> open{{root, ""}};
    std::unordered_set<PickleIndex> seen{root};
    while (!open.empty()) {
        const Visit visit = std::move(open.back());
        open.pop_back();
        const auto pairs = tree.pairs(tree[tree[visit.module].state]);
        std::vector<Visit> children;
        for (std::size_t k = 0; k + 1 < pairs.size(); k += 2) {
            const PickleNode& key = tree[pairs[k]];
            if (key.kind != PickleKind::Text) continue;
            if (visit.prefix.size() + key.text.size() > kMaxScriptedName)
                return Error{ErrorCode::Corrupt, "it has names of absurd length"};
            if (isTensor(tree, pairs[k + 1]))
                list.add(visit.prefix + std::string(key.text), pairs[k + 1]);
            else if (isScripted(tree, pairs[k + 1]) && seen.insert(pairs[k + 1]).second)
                children.push_back({pairs[k + 1], visit.prefix + std::string(key.text) + "."});
        }
        open.insert(open.end(), std::make_move_iterator(children.rbegin()), std::make_move_iterator(children.rend()));
    }
    return found;
}

// Through known wrappers as deep as they go.
Result<PickledWeights> modelWeights(const PickleTree& tree, const std::vector<PickledWeights>& sets)
{
    PickledWeights at{.set = {}, .place = tree.rootIndex()};
    for (int depth = 0; depth < kMaxWrapping; ++depth) {
        if (isPickledModule(tree, at.place)) return moduleError(tree, at.place);
        if (isScripted(tree, at.place)) return at;
        if (isTensor(tree, at.place)) return nothingFound(tree, at.place);
        const std::string_view key = WrapperSearch(tree).wrapper(at.place);
        if (key.empty()) break;
        at.place = tree.find(tree[at.place], key);
        at.set.key += fmt::format("{}{}", at.set.key.empty() ? "" : ".", key);
    }
    return at.set.key.empty() ? onlyWeights(tree, sets) : Result<PickledWeights>(at);
}

} // namespace

Result<PickledStateDict> findStateDict(const PickleTree& tree, std::string_view key)
{
    const std::vector<PickledWeights> sets = findWeights(tree);
    PickledWeights taken;
    if (key.empty()) {
        HALFTONE_TRY(taken, modelWeights(tree, sets));
    } else {
        HALFTONE_TRY(taken, chooseWeights(sets, key));
    }
    PickledStateDict found;
    if (isScripted(tree, taken.place)) {
        HALFTONE_TRY(found, scriptedTensors(tree, taken.place));
        found.wrappers = taken.set.key.empty() ? "scripted module" : taken.set.key + ".scripted module";
    } else {
        TensorList list(found);
        const auto pairs = tree.pairs(tree[taken.place]);
        for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
            if (tree[pairs[k]].kind == PickleKind::Text && isTensor(tree, pairs[k + 1]))
                list.add(std::string(tree[pairs[k]].text), pairs[k + 1]);
        if (found.tensors.empty()) return nothingFound(tree, taken.place);
        found.wrappers = taken.set.key;
    }
    for (const PickledWeights& weights : sets) found.sets.push_back(weights.set);
    found.taken = taken.set.key;
    const auto isTaken = [&](const WeightSet& set) { return set.key == found.taken; };
    if (std::ranges::none_of(found.sets, isTaken)) // scripted, or beyond what is listed
        found.sets.push_back({found.taken, static_cast<std::int64_t>(found.tensors.size())});
    return found;
}

void stripCommonPrefixes(StateDict& tensors, std::string& wrappers)
{
    for (const std::string_view prefix :
        {std::string_view("module."), std::string_view("_orig_mod."), std::string_view("module.")}) {
        const bool everywhere = !tensors.entries.empty()
            && std::all_of(tensors.entries.begin(), tensors.entries.end(),
                [&](const NamedTensor& entry) { return entry.name.size() > prefix.size() && entry.name.starts_with(prefix); });
        if (!everywhere) continue;
        for (NamedTensor& entry : tensors.entries) entry.name.erase(0, prefix.size());
        if (!wrappers.empty()) wrappers += ", ";
        wrappers += prefix;
    }
}

} // namespace halftone
