// Writes the files byte by byte, and pictures with Qt.
#include "tests/unit/widgets/model_files.h"

#include <fstream>

#include <QImage>
#include <nlohmann/json.hpp>

#include "core/base/file_io.h"
#include "core/formats/safetensors.h"
#include "tests/unit/formats/made_files.h"

namespace halftone::test {

namespace {

namespace fs = std::filesystem;

constexpr int kSide = 32;

std::string bigEndian(std::uint32_t value)
{
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
    return text;
}

// Noise that is alike in every run.
char grain(int i) { return static_cast<char>((i * 7919 + i / 13 * 104729) & 0x3f); }

void writeIdx(const fs::path& folder, const std::string& prefix, std::uint32_t count)
{
    std::ofstream images(folder / (prefix + "-images-idx3-ubyte"), std::ios::binary), labels(folder / (prefix + "-labels-idx1-ubyte"), std::ios::binary);
    images << bigEndian(0x803) << bigEndian(count) << bigEndian(28) << bigEndian(28);
    labels << bigEndian(0x801) << bigEndian(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        labels.put(static_cast<char>(i % 10));
        for (int p = 0; p < 28 * 28; ++p) images.put(static_cast<char>(p / 28 / 3 == static_cast<int>(i % 10) ? 120 : grain(p + static_cast<int>(i))));
    }
}

void writeRecords(const fs::path& file, int labels, int count)
{
    std::ofstream records(file, std::ios::binary);
    for (int i = 0; i < count; ++i) {
        for (int l = 0; l < labels; ++l) records.put(static_cast<char>(i % 10));
        for (int p = 0; p < 3 * kSide * kSide; ++p) records.put(static_cast<char>(grain(p + i) + 10 * (i % 10)));
    }
}

QImage picture(int number, bool bright)
{
    QImage image(kSide, kSide, QImage::Format_RGB32);
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
            const int value = (bright ? 140 : 20) + grain(y * kSide + x + number);
            image.setPixel(x, y, qRgb(value, value, 200 - value));
        }
    return image;
}

void save(const QImage& image, const fs::path& file) { image.save(QString::fromStdString(file.string())); }

} // namespace

void writeIdxData(const fs::path& folder)
{
    writeIdx(folder, "train", 80);
    writeIdx(folder, "t10k", 40);
}

void writeCifarData(const fs::path& folder, int labels)
{
    writeRecords(folder / (labels == 1 ? "data_batch_1.bin" : "train.bin"), labels, 60);
    writeRecords(folder / (labels == 1 ? "test_batch.bin" : "test.bin"), labels, 30);
}

void writeImageFolder(const fs::path& folder)
{
    std::ofstream list(folder / "list.csv");
    list << "path,label\n";
    for (const bool bright : {true, false}) {
        const std::string name = bright ? "bright" : "dark";
        fs::create_directories(folder / name);
        for (int i = 0; i < 10; ++i) {
            const std::string file = name + "/" + std::to_string(100 + i) + ".png";
            save(picture(i, bright), folder / file);
            list << file << "," << name << "\n";
        }
    }
}

void writeSegmentationData(const fs::path& folder)
{
    for (const char* const name : {"images", "masks"}) fs::create_directories(folder / name);
    for (int i = 0; i < 20; ++i) {
        QImage image = picture(i, false), mask(kSide, kSide, QImage::Format_Grayscale8);
        const QImage bright = picture(i, true);
        mask.fill(0);
        for (int y = 0; y < 8 + i % 12; ++y)
            for (int x = 0; x < kSide; ++x) {
                image.setPixel(x, y, bright.pixel(x, y));
                mask.scanLine(y)[x] = x == 0 ? 9 : 1;
            }
        const std::string name = std::to_string(100 + i) + ".png";
        save(image, folder / "images" / name);
        save(mask, folder / "masks" / name);
    }
    std::ofstream(folder / "classes.json") << R"({"classes": ["dark", "bright", "red", "green", "blue"], "void": 9})";
}

void writeTorchCheckpoint(const fs::path& file, const StateDict& tensors, const std::vector<std::string>& keys)
{
    std::vector<std::pair<std::string, std::string>> sets;
    std::vector<made::LegacyStorage> storages;
    for (const std::string& key : keys) {
        std::vector<std::pair<std::string, std::string>> entries;
        for (const NamedTensor& entry : tensors.entries) {
            const TensorData floats = entry.tensor.toFloat32();
            const std::string storage = std::to_string(storages.size());
            std::vector<std::int64_t> strides(floats.shape().size(), 1);
            for (std::size_t d = strides.size(); d-- > 1;) strides[d - 1] = strides[d] * floats.shape()[d];
            entries.emplace_back(entry.name, made::tensor({made::storage("FloatStorage", storage, floats.size()), 0, floats.shape(), strides}));
            const auto bytes = floats.bytes();
            storages.push_back({storage, floats.size(), std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())});
        }
        sets.emplace_back(key, made::dict(entries));
    }
    static_cast<void>(writeFileAtomically(file, *made::bytes(made::legacyFile(keys.size() == 1 && keys[0].empty() ? sets[0].second : made::dict(sets), storages))));
}

fs::path writeShards(const fs::path& folder, const std::string& name, const StateDict& tensors)
{
    StateDict shards[2];
    nlohmann::json places = nlohmann::json::object();
    std::int64_t total = 0;
    for (std::size_t i = 0; i < tensors.entries.size(); ++i) {
        const std::size_t shard = i < tensors.entries.size() / 2 ? 0 : 1;
        shards[shard].entries.push_back(tensors.entries[i]);
        places[tensors.entries[i].name] = name + "-0000" + std::to_string(shard + 1) + "-of-00002.safetensors";
        total += static_cast<std::int64_t>(tensors.entries[i].tensor.bytes().size());
    }
    for (int shard = 0; shard < 2; ++shard)
        static_cast<void>(writeFileAtomically(folder / (name + "-0000" + std::to_string(shard + 1) + "-of-00002.safetensors"), writeSafeTensors(shards[shard])));
    const fs::path index = folder / (name + ".safetensors.index.json");
    std::ofstream(index) << nlohmann::json{{"metadata", {{"total_size", total}}}, {"weight_map", places}}.dump();
    return index;
}

} // namespace halftone::test
