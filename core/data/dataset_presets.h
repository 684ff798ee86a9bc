// Presets: the normalisation and augmentation that published networks were trained with.
#pragma once

#include <string>

#include "core/data/dataset.h"

namespace halftone {

struct DatasetPreset {
    std::string name;
    Normalisation normalisation; // of as many channels as asked for
    Augmentation augmentation;
};

// One of the listed presets for images of `channels` channels; the nearest names when there is none of that name.
Result<DatasetPreset> datasetPreset(const std::string& name, std::int64_t channels);
std::vector<std::string> datasetPresetNames();

} // namespace halftone
