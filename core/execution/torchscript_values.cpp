// Values of a TorchScript program, and the arguments of its operators by name.
#include "core/execution/torchscript_values.h"

#include <algorithm>

#include <fmt/format.h>

#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/ir/ir.h>

#include "core/execution/torchscript_graph_reader.h"

namespace halftone {

bool isUnknown(const ScriptValue& value)
{
    if (const ScriptList* list = listOf(value)) return std::any_of(list->items.begin(), list->items.end(), isUnknown);
    return std::holds_alternative<ScriptUnknown>(value);
}

ScriptValue scriptValue(const c10::IValue& value, const std::string& name)
{
    if (value.isGenericDict() || !(value.isList() || value.isTuple())) return ScriptConstant{value, name};
    auto list = std::make_shared<ScriptList>();
    if (value.isTuple())
        for (const c10::IValue& item : value.toTupleRef().elements()) list->items.push_back(scriptValue(item));
    else
        for (const c10::IValue& item : value.toListRef()) list->items.push_back(scriptValue(item));
    return list;
}

std::optional<c10::IValue> toIValue(const ScriptValue& value, const c10::TypePtr& type)
{
    if (const c10::IValue* constant = constantOf(value)) return *constant;
    const ScriptList* list = listOf(value);
    if (!list || !list->keys.empty()) return std::nullopt;
    c10::TypePtr listType = type;
    if (const auto optional = type->cast<c10::OptionalType>()) listType = optional->getElementType();
    const auto typed = listType->cast<c10::ListType>();
    if (!typed) return std::nullopt;
    c10::impl::GenericList made(typed->getElementType());
    for (const ScriptValue& item : list->items) {
        const auto element = toIValue(item, typed->getElementType());
        if (!element) return std::nullopt;
        made.push_back(*element);
    }
    return c10::IValue(made);
}

// ---- arguments --------------------------------------------------------------------------------------------------------

namespace {

Error unreadArgument(std::string_view argument)
{
    return unreadScript(fmt::format("computes its '{}' while running, or leaves it out", argument));
}

std::optional<std::int64_t> integerOf(const ScriptValue& value)
{
    const c10::IValue* constant = constantOf(value);
    if (!constant) return std::nullopt;
    if (constant->isInt()) return constant->toInt();
    if (constant->isBool()) return constant->toBool() ? 1 : 0;
    return std::nullopt;
}

} // namespace

Error unreadScript(std::string why) { return {ErrorCode::Unsupported, std::move(why)}; }

ScriptCall::ScriptCall(const ScriptGraphNode& node, std::vector<ScriptValue> inputs)
    : m_node(node)
    , m_inputs(std::move(inputs))
{
}

bool ScriptCall::writesInPlace() const
{
    const std::string_view name = m_node.kind().toUnqualString();
    return name.ends_with('_') && !name.ends_with("__");
}

std::string_view ScriptCall::operatorName() const
{
    std::string_view name = m_node.kind().toUnqualString();
    if (writesInPlace()) name.remove_suffix(1);
    return name;
}

const ScriptValue* ScriptCall::find(std::string_view argument) const
{
    const c10::FunctionSchema* schema = m_node.maybeSchema();
    if (!schema) return nullptr;
    const auto position = schema->argumentIndexWithName(std::string(argument));
    if (!position || static_cast<std::size_t>(*position) >= m_inputs.size()) return nullptr;
    return &m_inputs[static_cast<std::size_t>(*position)];
}

bool ScriptCall::has(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const c10::IValue* constant = value ? constantOf(*value) : nullptr;
    return value && !(constant && constant->isNone());
}

Result<std::int64_t> ScriptCall::integer(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const auto number = value ? integerOf(*value) : std::nullopt;
    if (!number) return unreadArgument(argument);
    return *number;
}

Result<double> ScriptCall::number(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const c10::IValue* constant = value ? constantOf(*value) : nullptr;
    if (constant && constant->isDouble()) return constant->toDouble();
    if (constant && constant->isTensor() && constant->toTensor().defined() && constant->toTensor().numel() == 1)
        return constant->toTensor().item<double>();
    HALFTONE_TRY(const std::int64_t whole, integer(argument));
    return static_cast<double>(whole);
}

Result<bool> ScriptCall::boolean(std::string_view argument) const
{
    HALFTONE_TRY(const std::int64_t number, integer(argument));
    return number != 0;
}

Result<std::string> ScriptCall::word(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const c10::IValue* constant = value ? constantOf(*value) : nullptr;
    if (!constant || !constant->isString()) return unreadArgument(argument);
    return constant->toStringRef();
}

Result<std::vector<std::int64_t>> ScriptCall::integers(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const ScriptList* list = value ? listOf(*value) : nullptr;
    std::vector<std::int64_t> numbers;
    if (!list) {
        HALFTONE_TRY(const std::int64_t number, integer(argument));
        return std::vector<std::int64_t>{number};
    }
    for (const ScriptValue& item : list->items) {
        const auto number = integerOf(item);
        if (!number) return unreadArgument(argument);
        numbers.push_back(*number);
    }
    return numbers;
}

Result<Pair> ScriptCall::pair(std::string_view argument) const
{
    HALFTONE_TRY(const std::vector<std::int64_t> numbers, integers(argument));
    if (numbers.empty() || numbers.size() > 2)
        return unreadScript(fmt::format("has {} values for '{}', and only two dimensions are read", numbers.size(), argument));
    return Pair{numbers.front(), numbers.back()};
}

Result<at::Tensor> ScriptCall::tensor(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const c10::IValue* constant = value ? constantOf(*value) : nullptr;
    if (!value || (constant && constant->isNone())) return at::Tensor();
    if (!constant || !constant->isTensor()) return unreadArgument(argument);
    return constant->toTensor();
}

std::string ScriptCall::nameOf(std::string_view argument) const
{
    const ScriptValue* value = find(argument);
    const auto* constant = value ? std::get_if<ScriptConstant>(value) : nullptr;
    return constant ? constant->name : std::string();
}

} // namespace halftone
