// Making small data sets on disk.
#include "data_files.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numeric>

#include <gtest/gtest.h>
#include <zlib.h>

namespace halftone::test {

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "halftone-data-XXXXXX").string();
    m_path = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

void writeBytes(const std::filesystem::path& path, const std::string& bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string readBytes(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string gzipped(const std::string& bytes)
{
    z_stream stream{};
    constexpr int kGzipWindow = 15 + 16;
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string idxHeader(const std::vector<std::uint32_t>& sizes)
{
    std::string header{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
    for (const std::uint32_t size : sizes)
        for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(size >> shift & 255);
    return header;
}

std::string idxImages(std::uint32_t count, std::uint32_t side, int seed)
{
    std::string file = idxHeader({count, side, side});
    for (std::uint32_t i = 0; i < count * side * side; ++i)
        file += static_cast<char>((i * 37 + static_cast<std::uint32_t>(seed)) & 255);
    return file;
}

std::string idxLabels(std::uint32_t count)
{
    std::string file = idxHeader({count});
    for (std::uint32_t i = 0; i < count; ++i) file += static_cast<char>(i % 10);
    return file;
}

void writeSmallFashionMnist(const std::filesystem::path& folder)
{
    writeBytes(folder / "train-images-idx3-ubyte.gz", gzipped(idxImages(12, 4, 1)));
    writeBytes(folder / "train-labels-idx1-ubyte", idxLabels(12));
    writeBytes(folder / "t10k-images-idx3-ubyte", idxImages(7, 4, 2));
    writeBytes(folder / "t10k-labels-idx1-ubyte.gz", gzipped(idxLabels(7)));
}

std::string cifarRecord(int label, int seed)
{
    std::string record(1, static_cast<char>(label));
    for (int i = 0; i < 3072; ++i) record += static_cast<char>((i * 11 + seed * 5) & 255);
    return record;
}

void writeSmallCifar10(const std::filesystem::path& folder)
{
    const auto records = [](int first, int count) {
        std::string file;
        for (int i = first; i < first + count; ++i) file += cifarRecord(i % 10, i);
        return file;
    };
    writeBytes(folder / "data_batch_1.bin", records(0, 5));
    writeBytes(folder / "data_batch_2.bin", records(5, 3));
    writeBytes(folder / "test_batch.bin", records(8, 4));
}

std::vector<std::uint8_t> pixelsOf(const ImageSet& set, std::int64_t index)
{
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(elementCount(set.imageShape())));
    const Status status = set.read(index, bytes);
    EXPECT_TRUE(status.ok()) << status.error().message;
    return bytes;
}

std::int64_t pixelSum(const ImageSet& set, std::int64_t index)
{
    const auto bytes = pixelsOf(set, index);
    return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

std::filesystem::path sharedData(const std::string& name)
{
    return std::filesystem::path(HALFTONE_SOURCE_DIR) / ".." / "shared" / "data" / name;
}

} // namespace halftone::test
