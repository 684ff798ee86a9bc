// One function a kind of data set; dataset.cpp lists them.
#pragma once

#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace halftone {

// What a kind gives: the images, without normalisation and augmentation, which come from the preset.
struct OpenedImages {
    std::vector<std::string> classNames;
    std::shared_ptr<const ImageSet> train; // shared: goes into Dataset
    std::shared_ptr<const ImageSet> test;
    std::string hash;
};

// IDX files, gzip or plain. Empty path: the bundled part; "full": the folder of Debian's package dataset-fashion-mnist.
Result<OpenedImages> openFashionMnist(
    const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// The binary version: data_batch_*.bin and test_batch.bin, in the folder or in its cifar-10-batches-bin.
Result<OpenedImages> openCifar10(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// One folder a class; see image_folder.h.
Result<OpenedImages> openImageFolder(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);

} // namespace halftone
