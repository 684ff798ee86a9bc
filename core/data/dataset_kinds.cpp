// The list of kinds, and what --data says of them.
#include "core/data/dataset_kinds.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

struct Opener {
    std::string_view kind;
    decltype(OpenableKind::open) open;
};
constexpr std::array kOpeners{Opener{"fashion-mnist", openFashionMnist}, Opener{"cifar10", openCifar10}, Opener{"cifar100", openCifar100},
    Opener{"idx", openIdx}, Opener{"imagefolder", openImageFolder}, Opener{"csv", openCsv}, Opener{"segmentation", openSegmentationFolder},
    Opener{"images", openPlainImages}};

std::string formOf(const DataKind& kind)
{
    const std::string name(kind.name), place(kind.place);
    return kind.needsPlace ? name + ":" + place : name + "[:" + place + "]";
}

} // namespace

Result<OpenableKind> findDataKind(const std::string& name)
{
    std::vector<std::string> names;
    for (const DataKind& kind : allDataKinds()) {
        const auto opener = std::ranges::find(kOpeners, std::string_view(name), &Opener::kind);
        if (kind.name == name && opener != kOpeners.end()) return OpenableKind{kind, opener->open};
        names.emplace_back(kind.name);
    }
    const std::string what = name.empty() ? "No kind of data is given" : "There is no kind of data named " + name;
    const std::string hint = name.empty() ? std::string() : didYouMean(name, names);
    const std::string advice = "write one of " + dataKindForms() + ".";
    return Error{ErrorCode::BadInput, what + (hint.empty() ? "; " + advice : hint + " (" + advice + ")")};
}

Status checkDataPlace(const DataKind& kind, const std::filesystem::path& path)
{
    if (!kind.needsPlace || !path.empty()) return {};
    return Error{ErrorCode::BadInput,
        "Data of the kind " + std::string(kind.name) + " need a " + (kind.place == "FOLDER" ? "folder" : "file") + "; write "
            + formOf(kind) + "."};
}

std::string dataKindForms()
{
    std::string forms;
    for (const DataKind& kind : allDataKinds()) forms += (forms.empty() ? "" : ", ") + formOf(kind);
    return forms;
}

Result<DataReference> parseDataReference(const std::string& text)
{
    const std::size_t colon = text.find(':');
    DataReference reference{text.substr(0, colon), {}};
    if (colon != std::string::npos) reference.path = text.substr(colon + 1);
    HALFTONE_TRY(const OpenableKind openable, findDataKind(reference.kind));
    HALFTONE_CHECK(checkDataPlace(openable.kind, reference.path));
    return reference;
}

std::string text(const DataReference& reference)
{
    return reference.path.empty() ? reference.kind : reference.kind + ":" + reference.path.string();
}

bool takesAnySize(const DataReference& reference)
{
    const auto openable = findDataKind(reference.kind);
    return openable.ok() && openable->kind.takesAnySize;
}

} // namespace halftone
