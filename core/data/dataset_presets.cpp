// The table of presets.
#include "core/data/dataset_presets.h"

#include <array>
#include <numeric>

#include "core/base/closest_names.h"

namespace halftone {

namespace {

const std::array<DatasetPreset, 7>& presetTable()
{
    static const std::array<DatasetPreset, 7> table{{
        // The published CIFAR nets use ImageNet's numbers.
        {"cifar10", {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}}, {.cropPadding = 4, .horizontalFlip = true}},
        // Mean and deviation over the 50,000 training images.
        {"cifar100", {{0.5071F, 0.4865F, 0.4409F}, {0.2673F, 0.2564F, 0.2762F}}, {.cropPadding = 4, .horizontalFlip = true}},
        // A crop by up to an eighth of the border that the centre crop cuts away.
        {"imagenet", {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}}, {.cropPadding = 16, .horizontalFlip = true}},
        // Mean and deviation over the 60,000 training images. Clothes lie centred, so two pixels of shift are plenty.
        {"fashion-mnist", {{0.2860F}, {0.3530F}}, {.cropPadding = 2, .horizontalFlip = true}},
        // Mean and deviation over MNIST's 60,000 training images. A mirrored digit is none.
        {"mnist", {{0.1307F}, {0.3081F}}, {.cropPadding = 2, .horizontalFlip = false}},
        // Mean and deviation over CamVid's 367 training images at 480 x 360; ESPNet learnt on frames in the order B, G, R that were
        // divided by 255 once more after them (docs/formats/segmentation.md tells how that was found).
        {"camvid",
            {{0.39068785F, 0.40521392F, 0.41434407F}, {0.29652068F * 255, 0.30514979F * 255, 0.30080369F * 255}, true},
            {.cropPadding = 16, .horizontalFlip = true}},
        {"none", {{0.0F}, {1.0F}}, {.cropPadding = 0, .horizontalFlip = false}},
    }};
    return table;
}

// One number serves every channel; three serve a grayscale image by their mean.
std::vector<float> forChannels(const std::vector<float>& values, std::int64_t channels)
{
    const auto wanted = static_cast<std::size_t>(channels);
    if (values.size() == wanted) return values;
    const float mean = std::accumulate(values.begin(), values.end(), 0.0F) / static_cast<float>(values.size());
    return std::vector<float>(wanted, mean);
}

} // namespace

std::vector<std::string> datasetPresetNames()
{
    std::vector<std::string> names;
    for (const DatasetPreset& preset : presetTable()) names.push_back(preset.name);
    return names;
}

Result<DatasetPreset> datasetPreset(const std::string& name, std::int64_t channels)
{
    for (const DatasetPreset& preset : presetTable()) {
        if (preset.name != name) continue;
        DatasetPreset found = preset;
        found.normalisation.mean = forChannels(preset.normalisation.mean, channels);
        found.normalisation.deviation = forChannels(preset.normalisation.deviation, channels);
        return found;
    }
    const auto names = datasetPresetNames();
    std::string list;
    for (const auto& known : names) list += (list.empty() ? "" : ", ") + known;
    const std::string hint = didYouMean(name, names);
    return Error{ErrorCode::BadInput,
        "There is no preset " + name
            + (hint.empty() ? "; the presets are " + list + "." : hint + " (There are " + list + ".)")};
}

} // namespace halftone
