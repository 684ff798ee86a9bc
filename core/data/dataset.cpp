// Opening data: the images by their kind, the numbers by the preset.
#include "core/data/dataset.h"

#include <algorithm>
#include <exception>

#include "core/data/dataset_kinds.h"
#include "core/data/dataset_presets.h"

namespace halftone {

Result<Dataset> openDataset(const DataReference& reference, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const OpenableKind* const openable, findDataKind(reference.kind));
    HALFTONE_CHECK(checkDataPlace(openable->kind, reference.path));
    if (!options.imageShape.empty()
        && (options.imageShape.size() != 3
            || std::any_of(options.imageShape.begin(), options.imageShape.end(), [](std::int64_t n) { return n < 1; })))
        return Error{
            ErrorCode::BadInput, "The input shape " + text(options.imageShape) + " is not CxHxW; give for example 3x32x32."};
    const std::string preset = options.preset.empty() ? openable->kind.preset : options.preset;
    HALFTONE_CHECK(datasetPreset(preset, 1)); // a wrong name is told before gigabytes are read
    try {
        HALFTONE_TRY(OpenedImages images, openable->open(reference.path, options, task));
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
