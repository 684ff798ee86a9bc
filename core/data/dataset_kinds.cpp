// The list of kinds, and what --data says of them.
#include "core/data/dataset_kinds.h"

#include <array>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

// name, preset, place, needs one, takes any size
const std::array<OpenableKind, 8>& openableKinds()
{
    static const std::array<OpenableKind, 8> kinds{{
        {{"fashion-mnist", "fashion-mnist", "FOLDER", false, false}, openFashionMnist},
        {{"cifar10", "cifar10", "FOLDER", true, false}, openCifar10},
        {{"cifar100", "cifar100", "FOLDER", true, false}, openCifar100},
        {{"idx", "mnist", "FOLDER", true, false}, openIdx},
        {{"imagefolder", "imagenet", "FOLDER", true, true}, openImageFolder},
        {{"csv", "imagenet", "FILE", true, true}, openCsv},
        {{"segmentation", "camvid", "FOLDER", true, false}, openSegmentationFolder},
        {{"images", "none", "FOLDER", true, true}, openPlainImages},
    }};
    return kinds;
}

std::string formOf(const DataKind& kind)
{
    return kind.needsPlace ? kind.name + ":" + kind.place : kind.name + "[:" + kind.place + "]";
}

} // namespace

Result<const OpenableKind*> findDataKind(const std::string& name)
{
    std::vector<std::string> names;
    for (const OpenableKind& openable : openableKinds()) {
        if (openable.kind.name == name) return &openable;
        names.push_back(openable.kind.name);
    }
    const std::string what = name.empty() ? "No kind of data is given" : "There is no kind of data named " + name;
    const std::string hint = name.empty() ? std::string() : didYouMean(name, names);
    const std::string advice = "write one of " + dataKindForms() + ".";
    return Error{ErrorCode::BadInput, what + (hint.empty() ? "; " + advice : hint + " (" + advice + ")")};
}

Status checkDataPlace(const DataKind& kind, const std::filesystem::path& path)
{
    if (!kind.needsPlace || !path.empty()) return {};
    const bool folder = kind.place == "FOLDER";
    return Error{ErrorCode::BadInput,
        "Data of the kind " + kind.name + " need a " + (folder ? "folder" : "file") + "; write " + formOf(kind) + "."};
}

std::string dataKindForms()
{
    std::string forms;
    for (const OpenableKind& openable : openableKinds()) forms += (forms.empty() ? "" : ", ") + formOf(openable.kind);
    return forms;
}

Result<DataReference> parseDataReference(const std::string& text)
{
    const std::size_t colon = text.find(':');
    DataReference reference{text.substr(0, colon), {}};
    if (colon != std::string::npos) reference.path = text.substr(colon + 1);
    HALFTONE_TRY(const OpenableKind* const openable, findDataKind(reference.kind));
    HALFTONE_CHECK(checkDataPlace(openable->kind, reference.path));
    return reference;
}

std::string text(const DataReference& reference)
{
    return reference.path.empty() ? reference.kind : reference.kind + ":" + reference.path.string();
}

bool takesAnySize(const DataReference& reference)
{
    const auto openable = findDataKind(reference.kind);
    return openable.ok() && (*openable)->kind.takesAnySize;
}

} // namespace halftone
