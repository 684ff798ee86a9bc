// Labelled image files as data: the splits of a list of files, decoded when they are asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/data/dataset_kinds.h"

namespace halftone {

struct LabelledFile {
    std::filesystem::path path;
    std::int64_t label = 0;
};
struct FileSplits {
    std::vector<std::string> classNames;
    std::vector<LabelledFile> train;
    std::vector<LabelledFile> test;
};

// Every fifth file of a label goes to the test split. Labels of fewer than five files are counted through together for that;
// when even so nothing was fifth, the last file of all is the test split. `where` stands in the error of too few files.
Result<FileSplits> everyFifthToTest(
    std::vector<std::string> classNames, const std::vector<LabelledFile>& files, const std::string& where);

// The splits as images of the wanted shape, or of the first file's. The hash is of the files' names below `folder`, sizes and
// times.
Result<OpenedImages> openFiles(
    const std::filesystem::path& folder, FileSplits splits, const DatasetOptions& options, const TaskContext& task);

} // namespace halftone
