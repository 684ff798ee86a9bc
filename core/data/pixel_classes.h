// PixelClasses: what the values of index masks mean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

struct PixelClasses {
    std::vector<std::string> names; // by value, from 0
    std::optional<std::uint8_t> voidClass; // belongs to no class; may lie behind the last name
    bool operator==(const PixelClasses&) const = default;
};

// {"classes": ["sky", ...], "void": 11}; "void" may be absent. Errors name `name`.
Result<PixelClasses> parsePixelClasses(std::string_view json, const std::string& name);
// The classes that a preset of this name stands for ("camvid": 11 classes, 11 is void); nothing for others.
std::optional<PixelClasses> pixelClassesOfPreset(std::string_view preset);

} // namespace halftone
