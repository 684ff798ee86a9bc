// Small files of models and data, as people have them, for tests of the window that opens them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/formats/checkpoint_reader.h"

namespace halftone::test {

// Into folders that are there. Ten classes of 28 x 28 grey images in IDX files, as Fashion-MNIST has them.
void writeIdxData(const std::filesystem::path& folder);
// CIFAR's binary layout with `labels` bytes before each image: 1 for CIFAR-10, 2 for CIFAR-100.
void writeCifarData(const std::filesystem::path& folder, int labels);
// 32 x 32 images: FOLDER/bright/*.png and FOLDER/dark/*.png; FOLDER/list.csv lists them.
void writeImageFolder(const std::filesystem::path& folder);
// images/, masks/ and classes.json: a bright part and a dark one, 32 x 32, and three classes that do not occur.
void writeSegmentationData(const std::filesystem::path& folder);

// The tensors once or more often in PyTorch's old format, each set under its key.
void writeTorchCheckpoint(const std::filesystem::path& file, const StateDict& tensors, const std::vector<std::string>& keys);
// NAME-00001-of-00002.safetensors, the second shard, and their index, whose path is answered.
std::filesystem::path writeShards(const std::filesystem::path& folder, const std::string& name, const StateDict& tensors);

} // namespace halftone::test
