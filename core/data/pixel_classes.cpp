// Reading classes.json, and CamVid's classes.
#include "core/data/pixel_classes.h"

#include <nlohmann/json.hpp>

namespace halftone {

Result<PixelClasses> parsePixelClasses(std::string_view json, const std::string& name)
{
    constexpr std::size_t kMostClasses = 256;
    const auto wrong = [&](const std::string& what) {
        return Error{ErrorCode::BadInput,
            name + " " + what + "; write {\"classes\": [\"road\", \"car\"], \"void\": 255}, with a name for every value from 0."};
    };
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object()) return wrong("is no JSON object");
    const auto classes = object.find("classes");
    if (classes == object.end() || !classes->is_array() || classes->empty() || classes->size() > kMostClasses)
        return wrong("has no list \"classes\" of 1 to 256 names");
    PixelClasses made;
    for (const auto& one : *classes) {
        if (!one.is_string()) return wrong("has a class that is no text");
        made.names.push_back(one.get<std::string>());
    }
    const auto empty = object.find("void");
    if (empty == object.end() || empty->is_null()) return made;
    if (!empty->is_number_integer() || empty->get<std::int64_t>() < 0 || empty->get<std::int64_t>() > 255)
        return wrong("has a \"void\" that is no value from 0 to 255");
    made.voidClass = empty->get<std::uint8_t>();
    return made;
}

std::optional<PixelClasses> pixelClassesOfPreset(std::string_view preset)
{
    if (preset != "camvid") return {};
    return PixelClasses{{"sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist"},
        std::uint8_t{11}};
}

} // namespace halftone
