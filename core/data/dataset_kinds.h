// One function a kind of data; dataset_kinds.cpp says which opens which.
#pragma once

#include <string>
#include <vector>

#include "core/data/data_kinds.h"
#include "core/data/dataset.h"

namespace halftone {

// What a kind gives: the images, without normalisation and augmentation, which come from the preset.
struct OpenedImages {
    std::vector<std::string> classNames;
    std::shared_ptr<const ImageSet> train; // shared: goes into Dataset
    std::shared_ptr<const ImageSet> test;
    std::string hash;
    bool numbered = false; // classes are told apart by numbers alone, so that a label map names them by rank
    std::string preset; // that belongs to these images; empty: the kind's own
};

struct OpenableKind {
    DataKind kind;
    Result<OpenedImages> (*open)(const std::filesystem::path&, const DatasetOptions&, const TaskContext&) = nullptr;
};
Result<OpenableKind> findDataKind(const std::string& name); // BadInput, with the nearest names
Status checkDataPlace(const DataKind& kind, const std::filesystem::path& path); // BadInput when the kind needs one and has none

// Four IDX files, gzip or plain: a folder of them, or FOLDER/PREFIX where a folder holds several sets.
Result<OpenedImages> openIdx(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// IDX files of clothes. Empty path: the bundled part; "full": the folder of Debian's package dataset-fashion-mnist.
Result<OpenedImages> openFashionMnist(
    const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// The binary version: data_batch_*.bin and test_batch.bin, in the folder or in its cifar-10-batches-bin.
Result<OpenedImages> openCifar10(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// The binary version: train.bin and test.bin, in the folder or in its cifar-100-binary; fine labels.
Result<OpenedImages> openCifar100(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// One folder a class; see image_folder.cpp.
Result<OpenedImages> openImageFolder(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// A CSV file of image paths and labels; see image_list.h.
Result<OpenedImages> openCsv(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);

// Images and index masks; see segmentation_folder.cpp.
Result<OpenedImages> openSegmentationFolder(
    const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);
// Images without labels, in the folder and below; see plain_images.cpp.
Result<OpenedImages> openPlainImages(const std::filesystem::path& path, const DatasetOptions& options, const TaskContext& task);

} // namespace halftone
