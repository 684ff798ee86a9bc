// The pickle machine: a stack, marks and a memo over an arena of values. Used by pickle_reader alone.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>

#include "core/formats/pickle_reader.h"

namespace halftone {

class Unpickler {
public:
    explicit Unpickler(std::span<const std::byte> bytes);
    Result<PickleTree> run();

private:
    Status step(std::uint8_t opcode);
    // Each handles one family of opcodes; nullopt when the opcode is not of the family.
    std::optional<Status> constant(std::uint8_t opcode);
    std::optional<Status> sizedText(std::uint8_t opcode);
    std::optional<Status> container(std::uint8_t opcode);
    std::optional<Status> extension(std::uint8_t opcode);
    std::optional<Status> stackOrMemo(std::uint8_t opcode);
    std::optional<Status> name(std::uint8_t opcode);
    std::optional<Status> object(std::uint8_t opcode);

    Status corrupt(std::string_view what) const;
    Status truncated() const { return corrupt("it ends too early"); }
    Status underflow() const { return corrupt("a value is missing"); }

    // Little-endian number of `width` bytes; nullopt at the end of the bytes.
    std::optional<std::uint64_t> number(std::size_t width);
    std::optional<std::string_view> take(std::uint64_t size);
    std::optional<std::string_view> line();

    PickleIndex add(PickleNode node);
    Status push(PickleIndex i)
    {
        m_stack.push_back(i);
        return {};
    }
    Status pushNew(PickleNode node) { return push(add(std::move(node))); }
    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    bool has(std::size_t count) const { return m_stack.size() >= floor() + count; }
    PickleIndex pop();
    std::vector<PickleIndex> popTop(std::size_t count); // the caller has checked has(count)
    std::optional<std::vector<PickleIndex>> popToMark();
    Status pushTuple(std::size_t count);
    Status remember(std::uint64_t slot);
    Status recall(std::optional<std::uint64_t> slot);
    Status appendTo(const std::vector<PickleIndex>& values, bool pairs); // onto the container on top of the stack
    Status pushLong(std::optional<std::uint64_t> size);
    Status pushCall(PickleIndex callee, PickleIndex arguments);

    static bool isMutable(PickleKind kind);
    PickleNode& node(PickleIndex i) { return m_tree.m_nodes[static_cast<std::size_t>(i.value)]; }

    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
    PickleTree m_tree;
    std::vector<PickleIndex> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, PickleIndex> m_memo;
    PickleIndex m_none, m_true, m_false, m_emptyTuple;
};

} // namespace halftone
