// Views, slices and parts of values in TorchScript programs.
#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/execution/torchscript_graph_reader.h"

namespace halftone {

namespace {

using Seen = Result<ScriptValue>;
using Sizes = std::vector<std::int64_t>;

constexpr std::int64_t kMostParts = 1024;

Result<std::int64_t> dimensionOf(const ScriptCall& call, std::string_view argument, std::int64_t rank)
{
    HALFTONE_TRY(std::int64_t dimension, call.integer(argument));
    if (dimension < 0) dimension += rank;
    if (dimension < 0 || dimension >= rank) return unreadScript("names a dimension that is not there");
    return dimension;
}

// The shape that an operator wants a tensor of these sizes to have.
Result<Sizes> targetOf(const ScriptCall& call, Sizes sizes)
{
    const auto rank = static_cast<std::int64_t>(sizes.size());
    const std::string_view name = call.operatorName();
    if (name == "view" || name == "reshape") return call.integers(name == "view" ? "size" : "shape");
    if (name == "flatten") {
        HALFTONE_TRY(const std::int64_t first, dimensionOf(call, "start_dim", rank));
        HALFTONE_TRY(const std::int64_t last, dimensionOf(call, "end_dim", rank));
        if (last < first) return unreadScript("flattens from a later dimension to an earlier one");
        const auto begin = sizes.begin() + first, end = sizes.begin() + last + 1;
        *begin = std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
        sizes.erase(begin + 1, end);
        return sizes;
    }
    if (name == "unsqueeze") {
        HALFTONE_TRY(const std::int64_t dimension, dimensionOf(call, "dim", rank + 1));
        sizes.insert(sizes.begin() + dimension, 1);
        return sizes;
    }
    if (!call.find("dim")) return unreadScript("drops every dimension of one, the batch's too; name the dimensions"); // squeeze
    HALFTONE_TRY(Sizes dropped, call.integers("dim"));
    for (std::int64_t& d : dropped) d += d < 0 ? rank : 0;
    std::sort(dropped.begin(), dropped.end(), std::greater<>());
    for (const std::int64_t d : dropped) {
        if (d < 1 || d >= static_cast<std::int64_t>(sizes.size())) return unreadScript("drops the batch, or what is not there");
        if (sizes[static_cast<std::size_t>(d)] == 1) sizes.erase(sizes.begin() + d);
    }
    return sizes;
}

Result<OnnxView> viewOf(const ScriptCall& call, OnnxView seen)
{
    const auto rank = static_cast<std::int64_t>(seen.shape().size());
    const std::string_view name = call.operatorName();
    if (name == "transpose") {
        HALFTONE_TRY(const std::int64_t one, dimensionOf(call, "dim0", rank));
        HALFTONE_TRY(const std::int64_t other, dimensionOf(call, "dim1", rank));
        Sizes order(static_cast<std::size_t>(rank));
        std::iota(order.begin(), order.end(), 0);
        std::swap(order[static_cast<std::size_t>(one)], order[static_cast<std::size_t>(other)]);
        if (!seen.transpose(order)) return unreadScript("has an order of dimensions that is none");
    } else if (name == "permute") {
        HALFTONE_TRY(Sizes order, call.integers("dims"));
        for (std::int64_t& d : order) d += d < 0 ? rank : 0;
        if (!seen.transpose(order)) return unreadScript("has an order of dimensions that is none");
    } else if (name == "select") {
        HALFTONE_TRY(const std::int64_t dimension, dimensionOf(call, "dim", rank));
        HALFTONE_TRY(const std::int64_t index, call.integer("index"));
        if (dimension == 0 || !seen.pick(dimension, index, false))
            return unreadScript("takes one image of the batch, or what is not there");
    } else {
        HALFTONE_TRY(Sizes target, targetOf(call, seen.shape()));
        if (!seen.reshape(std::move(target), true))
            return unreadScript(
                fmt::format("gives a value of shape {} a shape that splits it otherwise than by its dimensions, or that "
                            "counts the batch",
                    text(seen.shape())));
    }
    return seen;
}

} // namespace

std::vector<std::int64_t> TorchScriptGraphReader::sizesOf(const ScriptActivation& x) const
{
    if (x.view) return x.view->shape();
    Sizes sizes = m_network.value(x.value).shape;
    sizes.insert(sizes.begin(), 1);
    return sizes;
}

Seen TorchScriptGraphReader::viewed(ScriptActivation& x, const OnnxView& seen)
{
    const auto operations = seen.asOperations(m_network.value(x.value).shape);
    ValueIndex value = x.value;
    for (const Attributes& attributes : operations.value_or(std::vector<Attributes>{})) {
        HALFTONE_TRY(value, emit(nameFor(std::string(kindName(attributes))), attributes, {value}));
    }
    ScriptValue result = newActivation(value, &x);
    if (!operations) {
        activationOf(result)->state = ScriptActivation::State::Viewed;
        activationOf(result)->view = seen;
    }
    return result;
}

Seen TorchScriptGraphReader::view(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    if (x->state != ScriptActivation::State::Viewed) HALFTONE_CHECK(input(call)); // emits what was put off
    HALFTONE_TRY(const OnnxView seen, viewOf(call, x->view.value_or(OnnxView(m_network.value(x->value).shape))));
    return viewed(*x, seen);
}

Seen TorchScriptGraphReader::slice(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    const Sizes sizes = sizesOf(*x);
    HALFTONE_TRY(const std::int64_t dimension, dimensionOf(call, "dim", static_cast<std::int64_t>(sizes.size())));
    const std::int64_t size = sizes[static_cast<std::size_t>(dimension)];
    const auto bounded = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
    std::int64_t start = 0, end = std::numeric_limits<std::int64_t>::max(), step = 1;
    if (call.has("start")) {
        HALFTONE_TRY(start, call.integer("start"));
    }
    if (call.has("end")) {
        HALFTONE_TRY(end, call.integer("end"));
    }
    if (call.has("step")) {
        HALFTONE_TRY(step, call.integer("step"));
    }
    if (call.operatorName() == "narrow") {
        HALFTONE_TRY(const std::int64_t length, call.integer("length"));
        if (length < 0 || length > size) return unreadScript("takes more than there is");
        end = bounded(start) + length;
    }
    const bool whole = bounded(start) == 0 && step == 1
        && (dimension == 0 ? end >= std::numeric_limits<std::int64_t>::max() : bounded(end) == size);
    if (whole) return call.inputs().front();
    if (dimension == 0) return unreadScript("takes some images of the batch");
    HALFTONE_TRY(const ValueIndex value, input(call));
    HALFTONE_TRY(
        const ValueIndex output, emit(nameFor("slice"), Slice{dimension - 1, bounded(start), bounded(end), step}, {value}));
    return newActivation(output, x);
}

// chunk, split and split_with_sizes: slices, one after the other.
Seen TorchScriptGraphReader::parts(const ScriptCall& call)
{
    HALFTONE_TRY(ScriptActivation * x, activationArgument(call, 0));
    HALFTONE_TRY(const ValueIndex value, input(call));
    const Sizes sizes = sizesOf(*x);
    HALFTONE_TRY(const std::int64_t dimension, dimensionOf(call, "dim", static_cast<std::int64_t>(sizes.size())));
    if (dimension == 0) return unreadScript("splits the batch");
    const std::int64_t size = sizes[static_cast<std::size_t>(dimension)];
    Sizes lengths;
    if (call.operatorName() == "chunk") {
        HALFTONE_TRY(const std::int64_t chunks, call.integer("chunks"));
        if (chunks < 1) return unreadScript("splits into nothing");
        lengths = {(size - 1) / chunks + 1};
    } else {
        HALFTONE_TRY(
            lengths, call.integers(call.operatorName() == "split" && call.find("split_size") ? "split_size" : "split_sizes"));
    }
    auto list = std::make_shared<ScriptList>();
    std::int64_t start = 0;
    for (std::size_t i = 0; start < size; ++i) {
        const std::int64_t length = lengths.size() == 1 ? lengths[0] : i < lengths.size() ? lengths[i] : 0;
        if (length < 1 || static_cast<std::int64_t>(i) >= kMostParts)
            return unreadScript("splits into parts that do not make the whole");
        const std::int64_t end = length > size - start ? size : start + length;
        HALFTONE_TRY(const ValueIndex part, emit(nameFor("slice"), Slice{dimension - 1, start, end, 1}, {value}));
        list->items.push_back(newActivation(part, x));
        start = end;
    }
    return ScriptValue(list);
}

} // namespace halftone
