// Opening data: the images by their kind, the numbers by the preset.
#include "core/data/dataset.h"

#include <algorithm>
#include <exception>

#include "core/base/content_hash.h"
#include "core/base/file_io.h"
#include "core/data/dataset_kinds.h"
#include "core/data/dataset_presets.h"

namespace halftone {

namespace {

// The options' map, or the classes.txt in the data's folder or beside its file.
Result<std::optional<LabelMap>> labelMapOf(const DatasetOptions& options, const std::filesystem::path& path)
{
    if (options.labels || path.empty()) return options.labels;
    std::error_code ignored;
    const auto file = (std::filesystem::is_directory(path, ignored) ? path : path.parent_path()) / "classes.txt";
    if (!std::filesystem::is_regular_file(file, ignored)) return std::optional<LabelMap>{};
    HALFTONE_TRY(LabelMap map, readLabelMap(file));
    return std::optional(std::move(map));
}

// Gives the classes the map's names and indices. Classes that are numbers alone are named by their rank.
Status applyLabelMap(const LabelMap& map, const std::string& what, OpenedImages& images)
{
    std::vector<std::string> names = map.names;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i].empty()) names[i] = "class " + std::to_string(i);
    if (!images.numbered) {
        HALFTONE_TRY(const auto indices, indicesOf(images.classNames, map, what));
        images.train = relabelled(images.train, indices);
        images.test = relabelled(images.test, indices);
    } else if (names.size() < images.classNames.size()) {
        return Error{ErrorCode::BadInput,
            "The label map names " + std::to_string(names.size()) + " classes but " + what + " has labels up to "
                + std::to_string(images.classNames.size() - 1) + "; give a name for each class from 0 on."};
    }
    images.classNames = std::move(names);
    images.hash = ContentHasher().add(images.hash).add(text(map)).hex();
    return {};
}

} // namespace

Result<LabelMap> readLabelMap(const std::filesystem::path& file)
{
    constexpr std::uintmax_t kLargestMap = std::uintmax_t{16} << 20;
    HALFTONE_TRY(const Bytes bytes, readFile(file, kLargestMap));
    return parseLabelMap({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

Result<Dataset> openDataset(const DataReference& reference, const DatasetOptions& options, const TaskContext& task)
{
    HALFTONE_TRY(const OpenableKind openable, findDataKind(reference.kind));
    HALFTONE_CHECK(checkDataPlace(openable.kind, reference.path));
    if (!options.imageShape.empty()
        && (options.imageShape.size() != 3
            || std::any_of(options.imageShape.begin(), options.imageShape.end(), [](std::int64_t n) { return n < 1; })))
        return Error{
            ErrorCode::BadInput, "The input shape " + text(options.imageShape) + " is not CxHxW; give for example 3x32x32."};
    const std::string preset = options.preset.empty() ? std::string(openable.kind.preset) : options.preset;
    HALFTONE_CHECK(datasetPreset(preset, 1)); // a wrong name is told before gigabytes are read
    try {
        HALFTONE_TRY(OpenedImages images, openable.open(reference.path, options, task));
        HALFTONE_TRY(const auto labels, labelMapOf(options, reference.path));
        if (labels && images.train->labelKind().task == Task::Classification)
            HALFTONE_CHECK(applyLabelMap(*labels, text(reference), images));
        const Shape& shape = images.train->imageShape();
        if (!options.imageShape.empty() && shape != options.imageShape)
            return Error{ErrorCode::BadInput,
                "The network wants images of " + text(options.imageShape) + " but those of " + text(reference) + " are "
                    + text(shape) + "; choose other data, or the network that belongs to these."};
        const bool own = options.preset.empty() && !images.preset.empty();
        HALFTONE_TRY(DatasetPreset numbers, datasetPreset(own ? images.preset : preset, shape[0]));
        return Dataset{reference, std::move(images.classNames), std::move(images.train), std::move(images.test),
            std::move(numbers.normalisation), numbers.augmentation, std::move(images.hash)};
    } catch (const std::exception& failure) { // out of memory, a folder that vanishes
        return Error{ErrorCode::Failed, "Opening " + text(reference) + " failed: " + failure.what() + "."};
    }
}

} // namespace halftone
