// The pickle machine's stack and memo, and its loop over the opcodes.
#include "core/formats/unpickler.h"

#include <fmt/format.h>

namespace halftone {

namespace {

// Bounds the stack, the memo and the values at once (a value takes about 100 bytes). A tensor takes about 40 opcodes.
constexpr std::size_t kMaxOpcodes = std::size_t(1) << 24;

constexpr std::uint8_t kStop = '.';

} // namespace

Unpickler::Unpickler(std::span<const std::byte> bytes)
    : m_bytes(bytes)
    , m_none(add({}))
    , m_true(add({.kind = PickleKind::Bool, .integer = 1}))
    , m_false(add({.kind = PickleKind::Bool, .integer = 0}))
    , m_emptyTuple(add({.kind = PickleKind::Tuple}))
{
}

bool Unpickler::isMutable(PickleKind kind)
{
    return kind == PickleKind::List || kind == PickleKind::Dict || kind == PickleKind::Set || kind == PickleKind::Call;
}

Status Unpickler::corrupt(std::string_view what) const
{
    return Error{ErrorCode::Corrupt, fmt::format("its pickle is damaged at byte {} ({})", m_position, what)};
}

std::optional<std::uint64_t> Unpickler::number(std::size_t width)
{
    if (m_bytes.size() - m_position < width) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::to_integer<std::uint64_t>(m_bytes[m_position + i]) << (8 * i);
    m_position += width;
    return value;
}

std::optional<std::string_view> Unpickler::take(std::uint64_t size)
{
    if (m_bytes.size() - m_position < size) return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_position, static_cast<std::size_t>(size));
    m_position += text.size();
    return text;
}

std::optional<std::string_view> Unpickler::line()
{
    const std::string_view rest(reinterpret_cast<const char*>(m_bytes.data()) + m_position, m_bytes.size() - m_position);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    m_position += end + 1;
    return rest.substr(0, end);
}

PickleIndex Unpickler::add(PickleNode node)
{
    m_tree.m_nodes.push_back(std::move(node));
    return PickleIndex(static_cast<std::int64_t>(m_tree.m_nodes.size() - 1));
}

PickleIndex Unpickler::pop()
{
    const PickleIndex top = m_stack.back();
    m_stack.pop_back();
    return top;
}

std::vector<PickleIndex> Unpickler::popTop(std::size_t count)
{
    const auto first = m_stack.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<PickleIndex> values(first, m_stack.end());
    m_stack.erase(first, m_stack.end());
    return values;
}

std::optional<std::vector<PickleIndex>> Unpickler::popToMark()
{
    if (m_marks.empty()) return std::nullopt;
    auto values = popTop(m_stack.size() - m_marks.back());
    m_marks.pop_back();
    return values;
}

Status Unpickler::pushTuple(std::size_t count)
{
    if (!has(count)) return underflow();
    auto items = popTop(count);
    return pushNew({.kind = PickleKind::Tuple, .items = std::move(items)});
}

Status Unpickler::remember(std::uint64_t slot)
{
    if (!has(1)) return underflow();
    m_memo[slot] = m_stack.back();
    return {};
}

Status Unpickler::recall(std::optional<std::uint64_t> slot)
{
    if (!slot) return truncated();
    const auto found = m_memo.find(*slot);
    return found == m_memo.end() ? corrupt("it refers to a value that was never stored") : push(found->second);
}

Status Unpickler::appendTo(const std::vector<PickleIndex>& values, bool pairs)
{
    if (!has(1)) return underflow();
    if (pairs && values.size() % 2 != 0) return corrupt("a key has no value");
    PickleNode& target = node(m_stack.back());
    if (!isMutable(target.kind) || pairs != (target.kind == PickleKind::Dict || (pairs && target.kind == PickleKind::Call)))
        return corrupt("a value of the wrong kind is extended");
    // Elements of an unknown sequence class are of no use to anyone; keys and values of a dictionary class are.
    if (pairs || target.kind != PickleKind::Call) target.items.insert(target.items.end(), values.begin(), values.end());
    return {};
}

Status Unpickler::pushLong(std::optional<std::uint64_t> size)
{
    const auto digits = size ? take(*size) : std::nullopt;
    if (!digits) return truncated();
    if (digits->size() > sizeof(std::int64_t)) return pushNew({.kind = PickleKind::LongInt, .text = *digits});
    const bool negative = !digits->empty() && (static_cast<unsigned char>(digits->back()) & 0x80u) != 0;
    std::uint64_t value = negative ? ~std::uint64_t(0) : 0;
    for (std::size_t i = digits->size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>((*digits)[i]);
    return pushNew({.kind = PickleKind::Int, .integer = static_cast<std::int64_t>(value)});
}

Status Unpickler::pushCall(PickleIndex callee, PickleIndex arguments)
{
    std::vector<PickleIndex> items{callee, arguments};
    // Python 2 gives an ordered dictionary its items as a list of (key, value) lists; they are taken over as if set one by
    // one. The list is made for this call alone: it is emptied, so that recalling it again and again costs nothing.
    if (const PickleNode& given = node(arguments); m_tree.isGlobal(callee, "collections", "OrderedDict")
        && given.kind == PickleKind::Tuple && given.items.size() == 1 && node(given.items[0]).kind == PickleKind::List) {
        for (const PickleIndex pair : std::exchange(node(given.items[0]).items, {}))
            if (node(pair).items.size() == 2 && node(pair).kind != PickleKind::Call)
                items.insert(items.end(), node(pair).items.begin(), node(pair).items.end());
    }
    return pushNew({.kind = PickleKind::Call, .items = std::move(items)});
}

Result<PickleTree> Unpickler::run()
{
    for (std::size_t count = 0;; ++count) {
        if (count > kMaxOpcodes)
            return Error{ErrorCode::Unsupported, fmt::format("its pickle has more than {} opcodes", kMaxOpcodes)};
        const auto read = number(1);
        if (!read) return truncated().error();
        const auto opcode = static_cast<std::uint8_t>(*read);
        if (opcode == kStop) break;
        HALFTONE_CHECK(step(opcode));
    }
    if (m_stack.size() != 1 || !m_marks.empty()) return corrupt("it does not end with one value").error();
    m_tree.m_root = m_stack.back();
    m_tree.m_consumedBytes = m_position;
    return std::move(m_tree);
}

} // namespace halftone
