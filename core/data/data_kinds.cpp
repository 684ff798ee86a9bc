// The list of kinds of data.
#include "core/data/data_kinds.h"

#include <array>

namespace halftone {

namespace {

constexpr std::array kKinds{
    DataKind{.name = "fashion-mnist", .description = "Fashion-MNIST, comes with Halftone", .preset = "fashion-mnist", .needsPlace = false},
    DataKind{.name = "cifar10", .description = "CIFAR-10, binary files", .preset = "cifar10"},
    DataKind{.name = "cifar100", .description = "CIFAR-100, binary files", .preset = "cifar100"},
    DataKind{.name = "idx", .description = "IDX files, as MNIST has them", .preset = "mnist"},
    DataKind{.name = "imagefolder", .description = "Folder with a subfolder for each class", .preset = "imagenet", .takesAnySize = true},
    DataKind{.name = "csv", .description = "CSV file of image paths and labels", .preset = "imagenet", .place = "FILE", .takesAnySize = true},
    DataKind{.name = "segmentation", .description = "Images and masks for segmentation", .preset = "camvid"},
    DataKind{.name = "images", .description = "Images without labels, for raw outputs", .preset = "none", .takesAnySize = true},
};

} // namespace

std::span<const DataKind> allDataKinds() { return kKinds; }

} // namespace halftone
