// Reads a Python pickle as plain data: values, containers and the names of what Python would call. Nothing is ever called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/index.h"
#include "core/base/result.h"

namespace halftone {

enum class PickleKind : std::uint8_t {
    None,
    Bool,
    Int,
    LongInt,
    Float,
    Text,
    ByteString,
    Tuple,
    List,
    Dict,
    Set,
    Global,
    Call,
    Persistent
};

using PickleIndex = Index<struct PickleTag>; // into a PickleTree

// One value. Values refer to each other by index, so shared, cyclic and very deep ones cost no more than flat ones.
struct PickleNode {
    PickleKind kind = PickleKind::None;
    std::int64_t integer = 0; // Bool, Int
    double real = 0.0; // Float
    std::string_view text; // Text, ByteString; LongInt: two's complement, little-endian; Global: the name in its module
    std::string_view module; // Global
    // Tuple, List, Set: elements. Dict: key, value, key, value, ... Call: callee, arguments, then key, value, ... that were
    // set on the object. Persistent: the id.
    std::vector<PickleIndex> items;
    PickleIndex state; // what BUILD would have restored; invalid when there is none
};

// The values of one pickle. Texts are views into the bytes that were read, which must outlive the tree.
class PickleTree {
public:
    const PickleNode& operator[](PickleIndex i) const { return m_nodes[static_cast<std::size_t>(i.value)]; }
    const PickleNode& root() const { return (*this)[m_root]; }
    PickleIndex rootIndex() const { return m_root; }
    std::size_t size() const { return m_nodes.size(); }
    std::size_t consumedBytes() const { return m_consumedBytes; } // up to and with the STOP opcode

    bool isGlobal(PickleIndex i, std::string_view module, std::string_view name) const;
    bool isText(PickleIndex i, std::string_view text) const;
    // The last value under a text key of a Dict (or of an object that had items set); invalid when absent.
    PickleIndex find(const PickleNode& dict, std::string_view key) const;
    // Key, value, key, value, ... of a Dict or of an object that had items set; empty for anything else.
    std::span<const PickleIndex> pairs(const PickleNode& dict) const;

private:
    friend class Unpickler;
    std::deque<PickleNode> m_nodes;
    PickleIndex m_root;
    std::size_t m_consumedBytes = 0;
};

// Binary pickles of protocols 2 to 5. Memory is bounded by a multiple of the bytes read.
// Errors: Corrupt (truncated, not a pickle), Unsupported (text opcodes of protocol 0, out-of-band buffers).
Result<PickleTree> readPickle(std::span<const std::byte> bytes);

} // namespace halftone
