// Files that the tests of core/data make for themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace halftone::test {

// A new empty folder, removed with everything in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

void writeBytes(const std::filesystem::path& path, const std::string& bytes); // makes the folders above it
std::string readBytes(const std::filesystem::path& path);
std::string gzipped(const std::string& bytes);

// An IDX file's header of unsigned bytes.
std::string idxHeader(const std::vector<std::uint32_t>& sizes);
std::string idxImages(std::uint32_t count, std::uint32_t side, int seed); // pixels of a fixed pattern
std::string idxLabels(std::uint32_t count); // 0 1 2 ... 9 0 1 ...
// A whole small Fashion-MNIST: 12 training and 7 test images of 4 x 4.
void writeSmallFashionMnist(const std::filesystem::path& folder);

std::string cifarRecord(int label, int seed);
// A whole small CIFAR-10: 5 + 3 training and 4 test images.
void writeSmallCifar10(const std::filesystem::path& folder);

std::vector<std::uint8_t> pixelsOf(const ImageSet& set, std::int64_t index);
std::int64_t pixelSum(const ImageSet& set, std::int64_t index);

std::filesystem::path sharedData(const std::string& name); // HALFTONE_SOURCE_DIR/../shared/data/name

} // namespace halftone::test
