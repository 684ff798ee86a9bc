// Constants and lists of a TorchScript program: what can be computed before an image is there.
#include <algorithm>
#include <set>

#include <ATen/ExpandUtils.h>
#include <fmt/format.h>
#include <torch/csrc/jit/ir/ir.h>

#include "core/execution/torchscript_graph_reader.h"

namespace halftone {

namespace {

constexpr std::size_t kLongestList = std::size_t{1} << 16;
constexpr std::size_t kLongestText = std::size_t{1} << 16;

// Operators that LibTorch runs itself when all arguments are constants: none makes more numbers than it was given.
const std::set<std::string_view>& scalarOperators()
{
    static const std::set<std::string_view> names{"Bool", "Float", "FloatImplicit", "Int", "IntImplicit", "ScalarImplicit",
        "__and__", "__is__", "__isnot__", "__not__", "__or__", "abs", "add", "ceil", "clamp", "clone", "contiguous", "detach",
        "dim", "div", "eq", "exp", "flatten", "floor", "floor_divide", "floordiv", "format", "ge", "gt", "is_floating_point",
        "item", "le", "log", "lt", "max", "min", "mul", "ne", "neg", "numel", "permute", "pow", "reciprocal", "remainder",
        "reshape", "round", "rsqrt", "rsub", "size", "sqrt", "squeeze", "sub", "t", "to", "transpose", "true_divide", "type_as",
        "unsqueeze", "view"};
    return names;
}

// Tensors meet by broadcasting; a file must not make a large one of two small ones.
bool staysSmall(const std::vector<ScriptValue>& inputs)
{
    std::int64_t largest = 1;
    std::vector<std::int64_t> shape;
    for (const ScriptValue& input : inputs) {
        const c10::IValue* constant = constantOf(input);
        if (constant && constant->isString() && constant->toStringRef().size() > kLongestText) return false;
        if (!constant || !constant->isTensor()) continue;
        const at::Tensor& tensor = constant->toTensor();
        if (!tensor.defined() || tensor.is_sparse() || tensor.is_quantized()) return false;
        largest = std::max(largest, tensor.numel());
        shape = at::infer_size(shape, tensor.sizes()); // throws where they do not meet
    }
    std::int64_t elements = 1;
    for (const std::int64_t size : shape) elements = size > 0 && elements > largest ? elements : elements * size;
    return elements <= largest;
}

std::optional<std::int64_t> position(const ScriptValue& value, std::size_t size)
{
    const c10::IValue* constant = constantOf(value);
    if (!constant || !constant->isInt()) return std::nullopt;
    std::int64_t index = constant->toInt();
    if (index < 0) index += static_cast<std::int64_t>(size);
    return index >= 0 && index < static_cast<std::int64_t>(size) ? std::optional(index) : std::nullopt;
}

bool equalConstants(const ScriptValue& a, const ScriptValue& b)
{
    const ScriptList *left = listOf(a), *right = listOf(b);
    if (left && right)
        return std::equal(left->items.begin(), left->items.end(), right->items.begin(), right->items.end(), equalConstants);
    const c10::IValue *x = constantOf(a), *y = constantOf(b);
    if (!x || !y || x->isTensor() || y->isTensor()) return false;
    if (x->isNone() || y->isNone()) return x->isNone() && y->isNone();
    return *x == *y;
}

Result<ScriptValue> sliceOf(const ScriptList& list, const ScriptCall& call)
{
    const auto size = static_cast<std::int64_t>(list.items.size());
    const auto bound = [&](std::string_view name, std::int64_t otherwise) -> Result<std::int64_t> {
        if (!call.has(name)) return otherwise;
        HALFTONE_TRY(const std::int64_t at, call.integer(name));
        return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
    };
    HALFTONE_TRY(const std::int64_t start, bound("start", 0));
    HALFTONE_TRY(const std::int64_t end, bound("end", size));
    HALFTONE_TRY(const std::int64_t step, call.integer("step"));
    if (step < 1) return unreadScript(fmt::format("has step {}", step));
    auto made = std::make_shared<ScriptList>();
    for (std::int64_t i = start; i < end; i += std::min(step, size))
        made->items.push_back(list.items[static_cast<std::size_t>(i)]);
    return ScriptValue(made);
}

Result<ScriptValue> itemOf(const ScriptList& list, const ScriptValue& key)
{
    if (const c10::IValue* constant = constantOf(key); constant && constant->isString()) {
        const auto found = std::find(list.keys.begin(), list.keys.end(), constant->toStringRef());
        if (found == list.keys.end()) return unreadScript("asks for a key that is not there");
        return list.items[static_cast<std::size_t>(found - list.keys.begin())];
    }
    const auto index = position(key, list.items.size());
    if (!index) return unreadScript("takes an element that is not there");
    return list.items[static_cast<std::size_t>(*index)];
}

Result<ScriptValue> putItem(ScriptList& list, const ScriptValue& key, const ScriptValue& item)
{
    const c10::IValue* constant = constantOf(key);
    if (constant && constant->isString() && list.keys.size() == list.items.size() && list.items.size() < kLongestList) {
        const auto found = std::find(list.keys.begin(), list.keys.end(), constant->toStringRef());
        if (found == list.keys.end()) {
            list.keys.push_back(constant->toStringRef());
            list.items.push_back(item);
        } else {
            list.items[static_cast<std::size_t>(found - list.keys.begin())] = item;
        }
        return ScriptValue(ScriptUnknown{});
    }
    const auto index = position(key, list.items.size());
    if (!index) return unreadScript("changes an element that is not there");
    list.items[static_cast<std::size_t>(*index)] = item;
    return ScriptValue(ScriptUnknown{});
}

} // namespace

// An operator of constants alone, computed by LibTorch. Absent: it is none, or not one that is computed here.
std::optional<ScriptValue> TorchScriptGraphReader::evaluated(const ScriptCall& call) const
{
    if (call.writesInPlace() || !scalarOperators().contains(call.operatorName()) || !call.node().maybeSchema()
        || call.node().outputs().size() != 1)
        return std::nullopt;
    torch::jit::Stack stack;
    std::string name;
    for (std::size_t i = 0; i < call.inputs().size(); ++i) {
        const auto value = toIValue(call.inputs()[i], call.node().inputs()[i]->type());
        if (!value || value->isObject()) return std::nullopt;
        if (const auto* constant = std::get_if<ScriptConstant>(&call.inputs()[i]); constant && name.empty())
            name = constant->name;
        stack.push_back(*value);
    }
    const bool text = std::any_of(stack.begin(), stack.end(), [](const c10::IValue& v) { return v.isString(); });
    if ((text && (call.operatorName() == "mul" || call.operatorName() == "add")) || !staysSmall(call.inputs()))
        return std::nullopt;
    const at::NoGradGuard noGrad;
    call.node().getOperation()(stack);
    if (stack.size() != 1) return std::nullopt;
    return scriptValue(stack.front(), name);
}

// Operators on lists and dictionaries, whatever is in them. Absent: the first argument is none.
std::optional<TorchScriptGraphReader::Outcome> TorchScriptGraphReader::listOperator(const ScriptCall& call) const
{
    const std::vector<ScriptValue>& inputs = call.inputs();
    ScriptList* list = inputs.empty() ? nullptr : listOf(inputs[0]);
    const std::string_view name = call.node().kind().toUnqualString();
    if (!list) return std::nullopt;
    if (name == "len") return Outcome(scriptConstant(static_cast<std::int64_t>(list->items.size())));
    if (name == "list" || name == "copy") return Outcome(std::make_shared<ScriptList>(*list));
    if (name == "slice") return sliceOf(*list, call);
    if (inputs.size() < 2) return std::nullopt;
    if (name == "__getitem__" || name == "select") return itemOf(*list, inputs[1]);
    if (name == "_set_item" && inputs.size() == 3) return putItem(*list, inputs[1], inputs[2]);
    if (name == "append") {
        if (list->items.size() >= kLongestList) return Outcome(unreadScript("makes a list of too many elements"));
        list->items.push_back(inputs[1]);
        return Outcome(inputs[0]);
    }
    if (name == "__contains__") {
        const c10::IValue* key = constantOf(inputs[1]);
        const bool isKey
            = key && key->isString() && std::find(list->keys.begin(), list->keys.end(), key->toStringRef()) != list->keys.end();
        return Outcome(
            scriptConstant(isKey || std::any_of(list->items.begin(), list->items.end(), [&](const ScriptValue& item) {
                return equalConstants(item, inputs[1]);
            })));
    }
    if (name == "eq") return Outcome(scriptConstant(equalConstants(inputs[0], inputs[1])));
    if (name == "ne") return Outcome(scriptConstant(!equalConstants(inputs[0], inputs[1])));
    if (const ScriptList* more = listOf(inputs[1]); more && (name == "add" || name == "add_" || name == "extend")) {
        if (list->items.size() + more->items.size() > kLongestList)
            return Outcome(unreadScript("makes a list of too many elements"));
        const std::vector<ScriptValue> added = more->items; // may be the same list
        if (name == "add") {
            auto made = std::make_shared<ScriptList>(*list);
            made->items.insert(made->items.end(), added.begin(), added.end());
            return Outcome(made);
        }
        list->items.insert(list->items.end(), added.begin(), added.end());
        return Outcome(inputs[0]);
    }
    return std::nullopt;
}

// What a program may ask of a tensor that depends on the image without looking at its numbers.
TorchScriptGraphReader::Outcome TorchScriptGraphReader::question(const ScriptCall& call)
{
    HALFTONE_TRY(const ScriptActivation* x, activationArgument(call, 0));
    const std::vector<std::int64_t> sizes = sizesOf(*x);
    const auto rank = static_cast<std::int64_t>(sizes.size());
    const std::string_view name = call.operatorName();
    if (name == "dim") return scriptConstant(rank);
    if (name == "len") return scriptConstant(sizes.front());
    if (name == "numel") {
        std::int64_t count = 1;
        for (const std::int64_t size : sizes) count *= size;
        return scriptConstant(count);
    }
    if (name == "is_floating_point") return scriptConstant(true);
    if (!call.find("dim")) return scriptValue(c10::IValue(sizes)); // size, of all dimensions
    HALFTONE_TRY(std::int64_t dimension, call.integer("dim"));
    if (dimension < 0) dimension += rank;
    if (dimension < 0 || dimension >= rank) return unreadScript("asks for the size of a dimension that is not there");
    return scriptConstant(sizes[static_cast<std::size_t>(dimension)]);
}

} // namespace halftone
