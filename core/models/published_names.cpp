// Old spellings of published files.
#include "core/models/published_names.h"

#include <algorithm>
#include <cctype>

namespace halftone {

namespace {

// "...denselayer12.conv.1.weight" has its dot before the number taken out; anything else stays.
void spellDenseLayer(std::string& name)
{
    constexpr std::string_view kLayer = "denselayer";
    std::size_t at = name.rfind(kLayer);
    if (at == std::string::npos) return;
    at += kLayer.size();
    while (at < name.size() && std::isdigit(static_cast<unsigned char>(name[at]))) ++at;
    for (const std::string_view part : {".norm.", ".relu.", ".conv."}) {
        const std::size_t number = at + part.size();
        if (name.compare(at, part.size(), part) != 0 || number + 1 >= name.size() || name[number + 1] != '.') continue;
        if (name[number] == '1' || name[number] == '2') name.erase(number - 1, 1);
        return;
    }
}

} // namespace

void usePublishedNames(StateDict& tensors)
{
    for (NamedTensor& entry : tensors.entries) spellDenseLayer(entry.name);
}

bool isAuxiliary(std::string_view architecture, std::string_view key)
{
    if (architecture == "inception_v3") return key.starts_with("AuxLogits.");
    if (architecture == "pspnet_resnet50") return key.starts_with("aux.");
    if (architecture == "googlenet") return key.starts_with("aux1.") || key.starts_with("aux2.");
    return false;
}

} // namespace halftone
