// Typed indices: an index into one table cannot be used with another.
#pragma once

#include <cstdint>
#include <functional>

namespace halftone {

template <typename Tag> struct Index {
    std::int32_t value = -1;

    constexpr Index() = default;
    constexpr explicit Index(std::int64_t v)
        : value(static_cast<std::int32_t>(v))
    {
    }
    constexpr bool valid() const { return value >= 0; }
    constexpr auto operator<=>(const Index&) const = default;
};

using OperationIndex = Index<struct OperationTag>; // into Network::operations()
using ValueIndex = Index<struct ValueTag>; // into Network::values()
using ParameterIndex = Index<struct ParameterTag>; // into Network::parameters()
using LayerIndex = Index<struct LayerTag>; // into layers(network): the quantizable operations, in order
using GroupIndex = Index<struct GroupTag>; // into linkedGroups(network)

} // namespace halftone

template <typename Tag> struct std::hash<halftone::Index<Tag>> {
    std::size_t operator()(halftone::Index<Tag> i) const noexcept { return std::hash<std::int32_t>{}(i.value); }
};
