// What a variable of a TorchScript program stands for while its forward is followed without running it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <ATen/core/ivalue.h>

#include "core/formats/onnx_view.h"
#include "core/graph/frozen_grid.h"
#include "core/graph/network.h"

namespace halftone {

// Memory that several variables may share; counts how often something was written into it.
struct ScriptStorage {
    std::int64_t writes = 0;
};

// A tensor that depends on the image. A variable and what is written in place through it are one object, as in PyTorch.
struct ScriptActivation {
    // Scaled (divided by one number), Clipped and Rounded are the steps towards Quantized: round(clamp(x / s, lo, hi)) * s.
    enum class State { Plain, Viewed, Expanded, Scaled, Clipped, Rounded, Quantized, LogProbabilities };
    ValueIndex value;
    State state = State::Plain;
    std::optional<OnnxView> view; // Viewed: the value with its dimensions split or exchanged
    FrozenGrid grid; // from Scaled on its scale, from Clipped on its range
    ValueIndex fakeQuantized; // Quantized: the operation that others than layers read, once there is one
    std::shared_ptr<ScriptStorage> storage = std::make_shared<ScriptStorage>();
    std::int64_t seenWrites = 0; // another variable wrote into the storage when that is not its count
};

struct ScriptUnknown { // after something that is not read
    std::int64_t rank = -1; // with the batch; -1: not a tensor, or nobody knows
};
struct ScriptConstant { // a parameter, a number, a module, ...; never a list
    c10::IValue value;
    std::string name; // where a module keeps it: "layer1.0.conv1.weight"; empty for what the program makes
};
struct ScriptList;
using ScriptValue = std::variant<ScriptUnknown, ScriptConstant, std::shared_ptr<ScriptActivation>,
    std::shared_ptr<ScriptList>>; // shared: as in Python

struct ScriptList { // lists and tuples; dictionaries have as many keys as items
    std::vector<ScriptValue> items;
    std::vector<std::string> keys;
};

inline ScriptValue scriptConstant(c10::IValue value) { return ScriptConstant{std::move(value), {}}; }
inline const c10::IValue* constantOf(const ScriptValue& value)
{
    const auto* constant = std::get_if<ScriptConstant>(&value);
    return constant ? &constant->value : nullptr;
}
inline ScriptActivation* activationOf(const ScriptValue& value)
{
    const auto* activation = std::get_if<std::shared_ptr<ScriptActivation>>(&value);
    return activation ? activation->get() : nullptr;
}
inline ScriptList* listOf(const ScriptValue& value)
{
    const auto* list = std::get_if<std::shared_ptr<ScriptList>>(&value);
    return list ? list->get() : nullptr;
}
bool isUnknown(const ScriptValue& value); // or a list with something unknown in it
// An IValue with its lists and tuples as ScriptLists; and back, when everything is constant.
ScriptValue scriptValue(const c10::IValue& value, const std::string& name = {});
std::optional<c10::IValue> toIValue(const ScriptValue& value, const c10::TypePtr& type);

} // namespace halftone
