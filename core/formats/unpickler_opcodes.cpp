// What each opcode of a pickle does to the machine, family by family.
#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "core/formats/unpickler.h"

namespace halftone {

namespace {

// Opcodes of protocols 2 to 5, named as in Python's pickle module.
enum Opcode : std::uint8_t {
    kMark = '(',
    kPop = '0',
    kPopMark = '1',
    kDup = '2',
    kBinFloat = 'G',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kNone = 'N',
    kBinPersId = 'Q',
    kReduce = 'R',
    kBinString = 'T',
    kShortBinString = 'U',
    kBinUnicode = 'X',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kDict = 'd',
    kAppends = 'e',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kList = 'l',
    kObj = 'o',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kSetItems = 'u',
    kEmptyDict = '}',
    kEmptyList = ']',
    kEmptyTuple = ')',
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    kProto = 0x80,
    kNewObj = 0x81,
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kLong1 = 0x8a,
    kLong4 = 0x8b,
    kShortBinUnicode = 0x8c,
    kBinUnicode8 = 0x8d,
    kBinBytes8 = 0x8e,
    kEmptySet = 0x8f,
    kAddItems = 0x90,
    kFrozenSet = 0x91,
    kNewObjEx = 0x92,
    kStackGlobal = 0x93,
    kMemoize = 0x94,
    kFrame = 0x95,
    kByteArray8 = 0x96,
};

constexpr std::uint8_t kNewestProtocol = 5;

} // namespace

std::optional<Status> Unpickler::constant(std::uint8_t opcode)
{
    const auto integer = [&](std::optional<std::uint64_t> value) {
        return value ? pushNew({.kind = PickleKind::Int, .integer = static_cast<std::int64_t>(*value)}) : truncated();
    };
    switch (opcode) {
    case kNone:
        return push(m_none);
    case kNewTrue:
        return push(m_true);
    case kNewFalse:
        return push(m_false);
    case kBinInt1:
        return integer(number(1));
    case kBinInt2:
        return integer(number(2));
    case kBinInt: {
        const auto value = number(4);
        return value ? integer(static_cast<std::uint64_t>(std::int64_t(static_cast<std::int32_t>(*value)))) : truncated();
    }
    case kLong1:
        return pushLong(number(1));
    case kLong4:
        return pushLong(number(4));
    case kBinFloat: { // the one big-endian number of the format
        const auto value = number(8);
        if (!value) return truncated();
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) bits = bits << 8 | (*value >> (8 * i) & 0xff);
        return pushNew({.kind = PickleKind::Float, .real = std::bit_cast<double>(bits)});
    }
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::sizedText(std::uint8_t opcode)
{
    const auto text = [&](PickleKind kind, std::size_t sizeWidth) -> Status {
        const auto size = number(sizeWidth);
        const auto content = size ? take(*size) : std::nullopt;
        return content ? pushNew({.kind = kind, .text = *content}) : truncated();
    };
    switch (opcode) {
    case kShortBinString: // Python 2's str: names in old checkpoints
    case kShortBinUnicode:
        return text(PickleKind::Text, 1);
    case kBinString:
    case kBinUnicode:
        return text(PickleKind::Text, 4);
    case kBinUnicode8:
        return text(PickleKind::Text, 8);
    case kShortBinBytes:
        return text(PickleKind::ByteString, 1);
    case kBinBytes:
        return text(PickleKind::ByteString, 4);
    case kBinBytes8:
    case kByteArray8:
        return text(PickleKind::ByteString, 8);
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::container(std::uint8_t opcode)
{
    const auto fromMark = [&](PickleKind kind) -> Status {
        auto items = popToMark();
        if (!items) return corrupt("a mark is missing");
        if (kind == PickleKind::Dict && items->size() % 2 != 0) return corrupt("a key has no value");
        return pushNew({.kind = kind, .items = std::move(*items)});
    };
    switch (opcode) {
    case kEmptyTuple:
        return push(m_emptyTuple);
    case kEmptyList:
        return pushNew({.kind = PickleKind::List});
    case kEmptyDict:
        return pushNew({.kind = PickleKind::Dict});
    case kEmptySet:
        return pushNew({.kind = PickleKind::Set});
    case kTuple1:
        return pushTuple(1);
    case kTuple2:
        return pushTuple(2);
    case kTuple3:
        return pushTuple(3);
    case kTuple:
        return fromMark(PickleKind::Tuple);
    case kList:
        return fromMark(PickleKind::List);
    case kDict:
        return fromMark(PickleKind::Dict);
    case kFrozenSet:
        return fromMark(PickleKind::Set);
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::extension(std::uint8_t opcode)
{
    const auto extend = [&](bool pairs) -> Status {
        const auto values = popToMark();
        return values ? appendTo(*values, pairs) : corrupt("a mark is missing");
    };
    const auto extendByTop = [&](std::size_t count) -> Status {
        if (!has(count + 1)) return underflow();
        return appendTo(popTop(count), count == 2);
    };
    switch (opcode) {
    case kAppend:
        return extendByTop(1);
    case kSetItem:
        return extendByTop(2);
    case kAppends:
    case kAddItems:
        return extend(false);
    case kSetItems:
        return extend(true);
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::stackOrMemo(std::uint8_t opcode)
{
    const auto put = [&](std::optional<std::uint64_t> slot) { return slot ? remember(*slot) : truncated(); };
    switch (opcode) {
    case kMark:
        m_marks.push_back(m_stack.size());
        return Status{};
    case kPop:
        if (has(1))
            pop();
        else if (!m_marks.empty())
            m_marks.pop_back(); // as Python does
        else
            return underflow();
        return Status{};
    case kPopMark:
        return popToMark() ? Status{} : corrupt("a mark is missing");
    case kDup:
        return has(1) ? push(m_stack.back()) : underflow();
    case kBinPut:
        return put(number(1));
    case kLongBinPut:
        return put(number(4));
    case kMemoize:
        return remember(m_memo.size());
    case kBinGet:
        return recall(number(1));
    case kLongBinGet:
        return recall(number(4));
    case kProto: {
        const auto protocol = number(1);
        if (!protocol) return truncated();
        if (*protocol <= kNewestProtocol) return Status{};
        return Error{
            ErrorCode::Unsupported, fmt::format("its pickle has protocol {}, newer than {}", *protocol, kNewestProtocol)};
    }
    case kFrame: {
        const auto size = number(8);
        return size && *size <= m_bytes.size() - m_position ? Status{} : truncated();
    }
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::name(std::uint8_t opcode)
{
    switch (opcode) {
    case kGlobal: {
        const auto module = line();
        const auto name = module ? line() : std::nullopt;
        return name ? pushNew({.kind = PickleKind::Global, .text = *name, .module = *module}) : truncated();
    }
    case kStackGlobal: {
        if (!has(2)) return underflow();
        const PickleNode& className = node(pop());
        const PickleNode& module = node(pop());
        if (className.kind != PickleKind::Text || module.kind != PickleKind::Text) return corrupt("a class has no name");
        return pushNew({.kind = PickleKind::Global, .text = className.text, .module = module.text});
    }
    default:
        return std::nullopt;
    }
}

std::optional<Status> Unpickler::object(std::uint8_t opcode)
{
    switch (opcode) {
    case kReduce:
    case kNewObj: {
        if (!has(2)) return underflow();
        const PickleIndex arguments = pop();
        return pushCall(pop(), arguments);
    }
    case kNewObjEx: { // class, arguments, keyword arguments
        if (!has(3)) return underflow();
        pop();
        const PickleIndex arguments = pop();
        return pushCall(pop(), arguments);
    }
    case kObj: {
        auto values = popToMark();
        if (!values || values->empty()) return underflow();
        const PickleIndex callee = values->front();
        values->erase(values->begin());
        return pushCall(callee, add({.kind = PickleKind::Tuple, .items = std::move(*values)}));
    }
    case kBuild: {
        if (!has(2)) return underflow();
        const PickleIndex state = pop();
        if (PickleNode& target = node(m_stack.back()); isMutable(target.kind)) target.state = state;
        return Status{};
    }
    case kBinPersId: {
        if (!has(1)) return underflow();
        const PickleIndex id = pop();
        return pushNew({.kind = PickleKind::Persistent, .items = {id}});
    }
    default:
        return std::nullopt;
    }
}

Status Unpickler::step(std::uint8_t opcode)
{
    std::optional<Status> done = constant(opcode);
    if (!done) done = sizedText(opcode);
    if (!done) done = container(opcode);
    if (!done) done = extension(opcode);
    if (!done) done = stackOrMemo(opcode);
    if (!done) done = name(opcode);
    if (!done) done = object(opcode);
    if (done) return *std::move(done);
    // The text opcodes of protocol 0, numbered extensions and out-of-band buffers: proper pickles, but none of torch.save's.
    const bool exists = (opcode != 0 && std::strchr("FILPSVgip", opcode)) || (opcode >= 0x82 && opcode <= 0x84)
        || opcode == 0x97 || opcode == 0x98;
    if (!exists) return corrupt(fmt::format("there is no opcode 0x{:02x}", opcode));
    return Error{ErrorCode::Unsupported, fmt::format("its pickle uses opcode 0x{:02x}, which torch.save never writes", opcode)};
}

} // namespace halftone
