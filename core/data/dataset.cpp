// What --data says, and the list of kinds.
#include "core/data/dataset.h"

#include <algorithm>
#include <array>
#include <exception>

#include "core/base/closest_names.h"
#include "core/data/dataset_kinds.h"
#include "core/data/dataset_presets.h"

namespace halftone {

namespace {

struct DatasetKind {
    std::string name;
    std::string preset;
    bool needsPath = true;
    Result<OpenedImages> (*open)(const std::filesystem::path&, const DatasetOptions&, const TaskContext&) = nullptr;
};

const std::array<DatasetKind, 3>& datasetKinds()
{
    static const std::array<DatasetKind, 3> kinds{{
        {"fashion-mnist", "fashion-mnist", false, openFashionMnist},
        {"cifar10", "cifar10", true, openCifar10},
        {"imagefolder", "imagenet", true, openImageFolder},
    }};
    return kinds;
}

Result<const DatasetKind*> findKind(const std::string& name)
{
    std::vector<std::string> names;
    std::string list;
    for (const DatasetKind& kind : datasetKinds()) {
        if (kind.name == name) return &kind;
        names.push_back(kind.name);
        list += (list.empty() ? "" : ", ") + kind.name;
    }
    const std::string what = name.empty() ? "No kind of data is given" : "There is no kind of data named " + name;
    const std::string hint = name.empty() ? std::string() : didYouMean(name, names);
    const std::string advice = "write KIND or KIND:FOLDER with one of " + list + ".";
    return Error{ErrorCode::BadInput, what + (hint.empty() ? "; " + advice : hint + " (" + advice + ")")};
}

} // namespace

Result<DataReference> parseDataReference(const std::string& text)
{
    const std::size_t colon = text.find(':');
    DataReference reference{text.substr(0, colon), {}};
    if (colon != std::string::npos) reference.path = text.substr(colon + 1);
    HALFTONE_TRY(const DatasetKind* const kind, findKind(reference.kind));
    if (kind->needsPath && reference.path.empty())
        return Error{
            ErrorCode::BadInput, "Data of the kind " + kind->name + " need a folder; write " + kind->name + ":FOLDER."};
    return reference;
}

std::string text(const DataReference& reference)
{
    return reference.path.empty() ? reference.kind : reference.kind + ":" + reference.path.string();
}

Result<Dataset> openDataset(const DataReference& reference, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const DatasetKind* const kind, findKind(reference.kind));
    if (kind->needsPath && reference.path.empty())
        return Error{
            ErrorCode::BadInput, "Data of the kind " + kind->name + " need a folder; write " + kind->name + ":FOLDER."};
    if (!options.imageShape.empty()
        && (options.imageShape.size() != 3
            || std::any_of(options.imageShape.begin(), options.imageShape.end(), [](std::int64_t n) { return n < 1; })))
        return Error{
            ErrorCode::BadInput, "The input shape " + text(options.imageShape) + " is not CxHxW; give for example 3x32x32."};
    const std::string preset = options.preset.empty() ? kind->preset : options.preset;
    HALFTONE_CHECK(datasetPreset(preset, 1)); // a wrong name is told before gigabytes are read
    try {
        HALFTONE_TRY(OpenedImages images, kind->open(reference.path, options, task));
        const Shape& shape = images.train->imageShape();
        if (!options.imageShape.empty() && shape != options.imageShape)
            return Error{ErrorCode::BadInput,
                "The network wants images of " + text(options.imageShape) + " but those of " + text(reference) + " are "
                    + text(shape) + "; choose other data, or the network that belongs to these."};
        HALFTONE_TRY(DatasetPreset numbers, datasetPreset(preset, shape[0]));
        return Dataset{reference, std::move(images.classNames), std::move(images.train), std::move(images.test),
            std::move(numbers.normalisation), numbers.augmentation, std::move(images.hash)};
    } catch (const std::exception& failure) { // out of memory, a folder that vanishes
        return Error{ErrorCode::Failed, "Opening " + text(reference) + " failed: " + failure.what() + "."};
    }
}

} // namespace halftone
