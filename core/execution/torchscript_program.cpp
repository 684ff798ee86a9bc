// Follows a TorchScript program: calls, branches and loops whose conditions are known before an image is there.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>

#include "core/execution/torchscript_graph_reader.h"

namespace halftone {

namespace {

namespace prim = torch::jit::prim;

constexpr std::int64_t kMostSteps = 1 << 21; // nodes followed; a ResNet-152 takes some 20,000
constexpr std::size_t kDeepestCall = 128;
constexpr std::size_t kMostArguments = 4096;

Error endlessScript()
{
    return {ErrorCode::Unsupported, "The TorchScript file's forward takes too many steps to follow; script a plainer one."};
}

bool isModuleType(const c10::TypePtr& type)
{
    const auto known = type->cast<c10::ClassType>();
    return known && known->is_module();
}

bool hasModules(const c10::ClassType& type)
{
    for (std::size_t i = 0; i < type.numAttributes(); ++i)
        if (isModuleType(type.getAttribute(i))) return true;
    return false;
}

bool isPartOfTorch(const std::string& file)
{
    return file.find("torch/nn/") != std::string::npos || file.find("torch/_") != std::string::npos || file.empty();
}

std::optional<std::string> placeOf(const ScriptGraphNode& node, bool outsideTorch)
{
    torch::jit::SourceRange range = node.sourceRange();
    if (const auto original = range.findSourceRangeThatGenerated()) range = *original;
    const auto place = range.file_line_col();
    if (!place || std::get<0>(*place).empty() || (outsideTorch && isPartOfTorch(std::get<0>(*place)))) return std::nullopt;
    return fmt::format("{}:{}", std::get<0>(*place), std::get<1>(*place));
}

} // namespace

// ---- complaints -------------------------------------------------------------------------------------------------------

// The innermost line that is not PyTorch's own.
std::string TorchScriptGraphReader::lineOf(const ScriptGraphNode& node) const
{
    if (const auto place = placeOf(node, true)) return *place;
    for (auto frame = m_frames.rbegin(); frame != m_frames.rend() && frame->call; ++frame)
        if (const auto place = placeOf(*frame->call, true)) return *place;
    return placeOf(node, false).value_or("a line that the file does not name");
}

void TorchScriptGraphReader::complain(const ScriptGraphNode& node, const std::string& why)
{
    const std::string entry
        = fmt::format("{} at {}{}{}", node.kind().toQualString(), lineOf(node), why.empty() ? "" : ", which ", why);
    if (std::find(m_unread.begin(), m_unread.end(), entry) == m_unread.end()) m_unread.push_back(entry);
}

// With the batch; of a list's first tensor; -1 when there is none.
std::int64_t TorchScriptGraphReader::rankOf(const ScriptValue& value) const
{
    if (const ScriptActivation* x = activationOf(value)) return static_cast<std::int64_t>(sizesOf(*x).size());
    if (const auto* unknown = std::get_if<ScriptUnknown>(&value)) return unknown->rank;
    std::int64_t rank = -1;
    if (const ScriptList* list = listOf(value))
        for (const ScriptValue& item : list->items) rank = rank < 0 ? rankOf(item) : rank;
    return rank;
}

void TorchScriptGraphReader::leaveUnknown(const ScriptGraphNode& node)
{
    std::int64_t rank = -1;
    for (const torch::jit::Value* input : node.inputs())
        if (rank < 0) rank = rankOf(m_frames.back().values[input]);
    for (const torch::jit::Value* output : node.outputs()) {
        const auto list = output->type()->cast<c10::ListType>();
        const bool isTensor = (list ? list->getElementType() : output->type())->isSubtypeOf(*c10::TensorType::get());
        m_frames.back().values[output] = ScriptUnknown{isTensor ? rank : -1};
    }
}

// ---- calls ------------------------------------------------------------------------------------------------------------

Status TorchScriptGraphReader::runGraph(
    torch::jit::Function& function, std::vector<ScriptValue> arguments, Frame frame, ScriptValue& answer)
{
    function.ensure_defined();
    const auto* program = torch::jit::tryToGraphFunction(function);
    if (!program || m_frames.size() >= kDeepestCall) return endlessScript();
    const std::shared_ptr<torch::jit::Graph> graph = program->graph();
    const auto& schema = function.getSchema().arguments();
    for (std::size_t i = arguments.size(); i < graph->inputs().size() && i < schema.size() && schema[i].default_value(); ++i)
        arguments.push_back(scriptValue(*schema[i].default_value()));
    if (arguments.size() != graph->inputs().size() || graph->outputs().size() != 1)
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "'{}' of the TorchScript file takes {} arguments, and networks of one image are read; script the network that "
                "takes the image alone.",
                function.qualname().name(), graph->inputs().size() - std::min<std::size_t>(1, graph->inputs().size()))};
    for (std::size_t i = 0; i < arguments.size(); ++i) frame.values[graph->inputs()[i]] = std::move(arguments[i]);
    m_frames.push_back(std::move(frame));
    HALFTONE_CHECK(runBlock(*graph->block()));
    answer = m_frames.back().values[graph->outputs()[0]];
    m_frames.pop_back();
    return {};
}

Status TorchScriptGraphReader::runCall(const ScriptGraphNode& node)
{
    const bool isMethod = node.kind() == prim::CallMethod;
    std::vector<ScriptValue> arguments;
    for (std::size_t i = isMethod ? 0 : 1; i < node.inputs().size(); ++i)
        arguments.push_back(m_frames.back().values[node.inputs()[i]]);
    Frame frame{.call = &node, .path = m_frames.back().path, .isLeaf = m_frames.back().isLeaf, .values = {}};
    torch::jit::Function* function = nullptr;
    if (isMethod) {
        const auto* self = arguments.empty() ? nullptr : std::get_if<ScriptConstant>(&arguments[0]);
        if (!self || !self->value.isObject()) {
            complain(node, "calls a method of something that is no module");
            leaveUnknown(node);
            return {};
        }
        function = &self->value.toObjectRef().type()->getMethod(node.s(torch::jit::attr::name));
        frame.path = self->name;
        frame.isLeaf = !hasModules(*self->value.toObjectRef().type());
    } else {
        const auto type = node.inputs()[0]->type()->cast<c10::FunctionType>();
        if (!type)
            return Error{ErrorCode::Corrupt, "The TorchScript file calls something that is no function; script it again."};
        function = type->function();
    }
    ScriptValue answer;
    HALFTONE_CHECK(runGraph(*function, std::move(arguments), std::move(frame), answer));
    if (node.outputs().size() == 1) m_frames.back().values[node.output()] = std::move(answer);
    return {};
}

// ---- branches and loops -----------------------------------------------------------------------------------------------

Status TorchScriptGraphReader::runBlock(const torch::jit::Block& block)
{
    for (const ScriptGraphNode* node : const_cast<torch::jit::Block&>(block).nodes()) HALFTONE_CHECK(runNode(*node));
    return {};
}

Status TorchScriptGraphReader::runBranch(const ScriptGraphNode& node, const torch::jit::Block& block)
{
    HALFTONE_CHECK(runBlock(block));
    auto& values = m_frames.back().values;
    for (std::size_t i = 0; i < node.outputs().size() && i < block.outputs().size(); ++i)
        values[node.outputs()[i]] = values[block.outputs()[i]];
    return {};
}

// A condition that cannot be known: both branches are looked through for what is not read, and neither is believed.
Status TorchScriptGraphReader::runIf(const ScriptGraphNode& node)
{
    if (node.blocks().size() != 2 || node.inputs().size() != 1) return endlessScript();
    const c10::IValue* condition = constantOf(m_frames.back().values[node.input()]);
    if (condition && condition->isBool()) return runBranch(node, *node.blocks()[condition->toBool() ? 0 : 1]);
    if (m_unread.empty()) complain(node, "depends on the image");
    ++m_speculating;
    std::int64_t rank = -1;
    for (const torch::jit::Block* block : node.blocks()) {
        const std::size_t depth = m_frames.size();
        const Status looked = runBranch(node, *block); // an exception that it raises may never come
        m_frames.resize(depth);
        if (!looked.ok() && m_steps > kMostSteps) return looked;
        for (const torch::jit::Value* output : node.outputs()) rank = std::max(rank, rankOf(m_frames.back().values[output]));
    }
    --m_speculating;
    for (const torch::jit::Value* output : node.outputs()) m_frames.back().values[output] = ScriptUnknown{rank};
    return {};
}

Status TorchScriptGraphReader::runLoop(const ScriptGraphNode& node)
{
    if (node.inputs().size() < 2 || node.blocks().size() != 1) return endlessScript();
    const torch::jit::Block& body = *node.blocks()[0];
    const std::size_t carried = node.inputs().size() - 2;
    if (body.inputs().size() != carried + 1 || body.outputs().size() != carried + 1 || node.outputs().size() != carried)
        return endlessScript();
    auto value = [this](const torch::jit::Value* name) -> ScriptValue& { return m_frames.back().values[name]; };
    const c10::IValue* trips = constantOf(value(node.inputs()[0]));
    ScriptValue goesOn = value(node.inputs()[1]);
    if (!trips || !trips->isInt()) {
        if (m_unread.empty()) complain(node, "depends on the image");
        leaveUnknown(node);
        return {};
    }
    const std::int64_t most = trips->toInt();
    for (std::size_t i = 0; i < carried; ++i) value(body.inputs()[i + 1]) = ScriptValue(value(node.inputs()[i + 2]));
    for (std::int64_t trip = 0; trip < most; ++trip) {
        const c10::IValue* condition = constantOf(goesOn);
        if (!condition || !condition->isBool()) {
            if (m_unread.empty()) complain(node, "depends on the image");
            leaveUnknown(node);
            return {};
        }
        if (!condition->toBool()) break;
        if (++m_steps > kMostSteps) return endlessScript();
        value(body.inputs()[0]) = scriptConstant(trip);
        HALFTONE_CHECK(runBlock(body));
        goesOn = value(body.outputs()[0]);
        std::vector<ScriptValue> next;
        for (std::size_t i = 0; i < carried; ++i) next.push_back(value(body.outputs()[i + 1]));
        for (std::size_t i = 0; i < carried; ++i) value(body.inputs()[i + 1]) = std::move(next[i]);
    }
    for (std::size_t i = 0; i < carried; ++i) value(node.outputs()[i]) = ScriptValue(value(body.inputs()[i + 1]));
    return {};
}

Status TorchScriptGraphReader::runRaise(const ScriptGraphNode& node)
{
    const c10::IValue* message = node.inputs().empty() ? nullptr : constantOf(m_frames.back().values[node.inputs()[0]]);
    const std::string said = message && message->isString() ? message->toStringRef().substr(0, 200) : std::string("no message");
    if (!m_unread.empty() && m_speculating == 0) return everythingUnread();
    return Error{ErrorCode::Unsupported,
        fmt::format("The TorchScript file refuses an image of {} at {} ({}); give the size that it was made for with --input.",
            text(m_inputShape), lineOf(node), said)};
}

// ---- nodes ------------------------------------------------------------------------------------------------------------

void TorchScriptGraphReader::runAttribute(const ScriptGraphNode& node)
{
    auto& values = m_frames.back().values;
    const auto* object = std::get_if<ScriptConstant>(&values[node.input()]);
    if (!object || !object->value.isObject()) return leaveUnknown(node);
    const std::string& attribute = node.s(torch::jit::attr::name);
    const std::string name = object->name.empty() ? attribute : object->name + "." + attribute;
    values[node.output()] = scriptValue(object->value.toObjectRef().getAttr(attribute), name);
}

Status TorchScriptGraphReader::runUnpack(const ScriptGraphNode& node)
{
    auto& values = m_frames.back().values;
    const ScriptValue packed = values[node.inputs()[0]];
    const ScriptList* list = listOf(packed);
    if (!list || list->items.size() != node.outputs().size()) {
        if (list) complain(node, fmt::format("wants {} values where there are {}", node.outputs().size(), list->items.size()));
        leaveUnknown(node);
        return {};
    }
    for (std::size_t i = 0; i < node.outputs().size(); ++i) values[node.outputs()[i]] = list->items[i];
    return {};
}

Status TorchScriptGraphReader::runPrimitive(const ScriptGraphNode& node)
{
    auto& values = m_frames.back().values;
    const auto kind = node.kind();
    if (kind == prim::ListConstruct || kind == prim::TupleConstruct || kind == prim::DictConstruct) {
        auto list = std::make_shared<ScriptList>();
        const bool isDictionary = kind == prim::DictConstruct;
        for (std::size_t i = 0; i < node.inputs().size(); ++i) {
            const ScriptValue& item = values[node.inputs()[i]];
            const c10::IValue* key = constantOf(item);
            if (!isDictionary || i % 2 == 1)
                list->items.push_back(item);
            else
                list->keys.push_back(key && key->isString() ? key->toStringRef() : std::string());
        }
        values[node.output()] = list;
    } else if (kind == prim::ListUnpack || kind == prim::TupleUnpack) {
        return runUnpack(node);
    } else if (kind == prim::TupleIndex) {
        const ScriptList* list = listOf(values[node.inputs()[0]]);
        const c10::IValue* index = constantOf(values[node.inputs()[1]]);
        const std::int64_t size = list ? static_cast<std::int64_t>(list->items.size()) : 0;
        const std::int64_t at = index && index->isInt() ? index->toInt() + (index->toInt() < 0 ? size : 0) : -1;
        if (at < 0 || at >= size)
            leaveUnknown(node);
        else
            values[node.output()] = ScriptValue(list->items[static_cast<std::size_t>(at)]);
    } else if (kind == prim::NumToTensor) {
        const c10::IValue* number = constantOf(values[node.input()]);
        if (number && number->isScalar())
            values[node.output()] = scriptConstant(at::scalar_to_tensor(number->toScalar()));
        else
            leaveUnknown(node);
    } else if (kind == prim::unchecked_cast || kind == prim::unchecked_unwrap_optional) {
        values[node.output()] = ScriptValue(values[node.input()]);
    } else if (kind == prim::Uninitialized || kind == prim::Print) {
        leaveUnknown(node);
    } else if (kind == prim::dtype) {
        values[node.output()] = scriptConstant(static_cast<std::int64_t>(at::kFloat));
    } else if (kind == prim::device) {
        values[node.output()] = scriptConstant(c10::Device(at::kCPU));
    }
    return {};
}

Status TorchScriptGraphReader::runNode(const ScriptGraphNode& node)
{
    static const std::set<c10::Symbol> structural{prim::ListConstruct, prim::TupleConstruct, prim::DictConstruct,
        prim::ListUnpack, prim::TupleUnpack, prim::TupleIndex, prim::NumToTensor, prim::unchecked_cast,
        prim::unchecked_unwrap_optional, prim::Uninitialized, prim::Print, prim::dtype, prim::device};
    if (++m_steps > kMostSteps || node.inputs().size() > kMostArguments) return endlessScript();
    const auto kind = node.kind();
    if (kind == prim::CallMethod || kind == prim::CallFunction) return runCall(node);
    if (kind == prim::If) return runIf(node);
    if (kind == prim::Loop) return runLoop(node);
    if (kind == prim::RaiseException) return runRaise(node);
    if (structural.contains(kind)) return runPrimitive(node);
    if (kind == prim::GetAttr) {
        runAttribute(node);
    } else if (kind == prim::Constant) {
        const auto value = torch::jit::toIValue(node.output());
        m_frames.back().values[node.output()]
            = value ? scriptValue(*value) : ScriptValue(ScriptUnknown{}); // a function has no value
    } else {
        runOperator(node);
    }
    return {};
}

// An operator: of constants, on a list, a question, or one of a network. What is not read is noted, and reading goes on.
void TorchScriptGraphReader::runOperator(const ScriptGraphNode& node)
{
    auto& values = m_frames.back().values;
    std::vector<ScriptValue> inputs;
    for (const torch::jit::Value* input : node.inputs()) inputs.push_back(values[input]);
    const ScriptCall call(node, std::move(inputs));
    const std::string_view name = node.kind().toUnqualString();
    const auto define = [&](ScriptValue value) {
        if (node.outputs().size() == 1) values[node.output()] = std::move(value);
    };
    if (name == "warn") return;
    if ((name == "__is__" || name == "__isnot__") && call.inputs().size() == 2) {
        const auto isNone = [&](std::size_t i) {
            const c10::IValue* constant = constantOf(call.inputs()[i]);
            return constant && constant->isNone();
        };
        if (isNone(0) || isNone(1)) return define(scriptConstant((isNone(0) && isNone(1)) == (name == "__is__")));
    }
    const Handler handler = node.kind().is_aten() ? handlerOf(call.operatorName()) : nullptr;
    auto outcome = listOperator(call);
    if (!outcome && std::any_of(call.inputs().begin(), call.inputs().end(), isUnknown)) {
        const auto* unknown = call.inputs().empty() ? nullptr : std::get_if<ScriptUnknown>(&call.inputs()[0]);
        const bool isRank = name == "dim" && unknown && unknown->rank >= 0;
        const bool isTensor = node.outputs().size() == 1 && node.output()->type()->isSubtypeOf(*c10::TensorType::get());
        if (!handler && isTensor) complain(node, "");
        leaveUnknown(node);
        if (isRank) define(scriptConstant(unknown->rank));
        return;
    }
    if (!outcome) {
        try {
            if (auto constant = evaluated(call)) outcome = std::move(*constant);
        } catch (const std::exception& failure) {
            const std::string why = failure.what();
            outcome = unreadScript("cannot be computed: " + why.substr(0, std::min<std::size_t>(why.find('\n'), 200)));
        }
    }
    if (!outcome && handler) outcome = (this->*handler)(call);
    if (!outcome || !outcome->ok()) {
        complain(node, outcome ? outcome->error().message : std::string());
        return leaveUnknown(node);
    }
    // Written in place: the variable itself changes, and others that share its memory no longer say what it holds.
    ScriptActivation* target = call.writesInPlace() && !call.inputs().empty() ? activationOf(call.inputs()[0]) : nullptr;
    if (ScriptActivation* made = activationOf(**outcome); target && made && made != target) {
        auto storage = target->storage;
        *target = *made;
        target->storage = storage;
        target->seenWrites = ++storage->writes;
        return define(call.inputs()[0]);
    }
    define(std::move(**outcome));
}

} // namespace halftone
