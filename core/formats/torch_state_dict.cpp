// Sees through the wrappers that people save their weights in.
#include "core/formats/torch_state_dict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "core/formats/torch_tensors.h"

namespace halftone {

namespace {

// Tried in this order where a checkpoint has several.
constexpr std::array<std::string_view, 9> kWrappers{
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "params", "weights"};
constexpr int kMaxWrapping = 8;
constexpr std::size_t kMaxScriptedName = 1024;

// An nn.Module is pickled as an object whose state holds its parameters and its modules.
bool isModule(const PickleTree& tree, PickleIndex i)
{
    if (tree[i].kind != PickleKind::Call || !tree[i].state.valid()) return false;
    const PickleNode& state = tree[tree[i].state];
    return state.kind == PickleKind::Dict && tree.find(state, "_parameters").valid() && tree.find(state, "_modules").valid();
}

// TorchScript saves a module as an object of a class in the package __torch__, its attributes as the object's state.
bool isScripted(const PickleTree& tree, PickleIndex i)
{
    const PickleNode& node = tree[i];
    if (node.kind != PickleKind::Call || !node.state.valid() || tree[node.state].kind != PickleKind::Dict) return false;
    const PickleNode& callee = tree[node.items[0]];
    return callee.kind == PickleKind::Global && callee.module.starts_with("__torch__");
}

bool holdsTensors(const PickleTree& tree, PickleIndex i)
{
    const auto pairs = tree.pairs(tree[i]);
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        if (tree[pairs[k]].kind == PickleKind::Text && isTensor(tree, pairs[k + 1])) return true;
    return false;
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
        if (isModule(m_tree, i) || isScripted(m_tree, i) || holdsTensors(m_tree, i)) return true;
        // A value may be reached over many ways, even from itself; once is enough.
        return depth < kMaxWrapping && m_seen.insert(i).second && !wrapper(i, depth).empty();
    }

    const PickleTree& m_tree;
    std::unordered_set<PickleIndex> m_seen;
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
    return Error{ErrorCode::Unsupported,
        fmt::format(
            "it holds a whole pickled module (class {}), which only running its Python code could restore; in Python save "
            "model.state_dict() instead, or torch.jit.script(model)",
            className(tree, tree[i].items[0]))};
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

// Where no known wrapper helps: the one entry that holds tensors.
Result<PickleIndex> onlyStateDict(const PickleTree& tree, PickleIndex i, std::string& key)
{
    const auto pairs = tree.pairs(tree[i]);
    std::vector<std::string> names;
    PickleIndex found;
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2) {
        if (tree[pairs[k]].kind != PickleKind::Text) continue;
        if (!holdsTensors(tree, pairs[k + 1]) && !isModule(tree, pairs[k + 1])) continue;
        names.emplace_back(tree[pairs[k]].text);
        found = pairs[k + 1];
    }
    if (names.empty()) return nothingFound(tree, i);
    if (names.size() > 1) {
        names.resize(std::min<std::size_t>(names.size(), 5));
        return Error{ErrorCode::Unsupported,
            fmt::format("it holds several sets of weights ({}); save the one that is wanted in Python "
                        "and open that",
                fmt::join(names, ", "))};
    }
    key = names.front();
    return found;
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
Result<PickledStateDict> scriptedTensors(const PickleTree& tree, PickleIndex root, std::string wrappers)
{
    PickledStateDict found{.tensors = {}, .wrappers = std::move(wrappers)};
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

} // namespace

Result<PickledStateDict> findStateDict(const PickleTree& tree)
{
    PickledStateDict found;
    PickleIndex at = tree.rootIndex();
    for (int depth = 0; depth < kMaxWrapping; ++depth) {
        if (isModule(tree, at)) return moduleError(tree, at);
        const auto unwrap = [&](std::string_view key) {
            if (!found.wrappers.empty()) found.wrappers += '.';
            found.wrappers += key;
        };
        if (isScripted(tree, at)) {
            unwrap("scripted module");
            return scriptedTensors(tree, at, found.wrappers);
        }
        if (isTensor(tree, at)) return nothingFound(tree, at);
        std::string key(WrapperSearch(tree).wrapper(at));
        PickleIndex inner;
        if (!key.empty()) {
            inner = tree.find(tree[at], key);
        } else {
            if (holdsTensors(tree, at)) break;
            HALFTONE_TRY(inner, onlyStateDict(tree, at, key));
        }
        unwrap(key);
        at = inner;
    }
    TensorList list(found);
    const auto pairs = tree.pairs(tree[at]);
    for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        if (tree[pairs[k]].kind == PickleKind::Text && isTensor(tree, pairs[k + 1]))
            list.add(std::string(tree[pairs[k]].text), pairs[k + 1]);
    if (found.tensors.empty()) return nothingFound(tree, at);
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
