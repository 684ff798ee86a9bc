// A small real study on made-up images, for tests of stages: new, or with a network that was trained on them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/random.h"
#include "core/studies/exporting.h"

namespace halftone {

inline void writeBigEndian(std::ofstream& file, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) file.put(static_cast<char>(value >> shift & 0xff));
}

// IDX files like Fashion-MNIST's: ten classes, each a bright bar of its own height and width, alike when mirrored.
inline void writeImages(const std::filesystem::path& folder, const std::string& prefix, std::uint32_t count, std::uint64_t seed)
{
    std::ofstream images(folder / (prefix + "-images-idx3-ubyte"), std::ios::binary),
        labels(folder / (prefix + "-labels-idx1-ubyte"), std::ios::binary);
    writeBigEndian(images, 0x803);
    writeBigEndian(images, count);
    writeBigEndian(images, 28);
    writeBigEndian(images, 28);
    writeBigEndian(labels, 0x801);
    writeBigEndian(labels, count);
    Random random(seed);
    for (std::uint32_t i = 0; i < count; ++i) {
        const int label = static_cast<int>(i % 10), top = 1 + 5 * (label % 5), left = label < 5 ? 2 : 10;
        labels.put(static_cast<char>(label));
        for (int y = 0; y < 28; ++y)
            for (int x = 0; x < 28; ++x) {
                const bool bright = y >= top && y < top + 5 && x >= left && x < 28 - left;
                images.put(static_cast<char>((bright ? 150 : 0) + random.below(100)));
            }
    }
}

class SmallStudy : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = std::filesystem::temp_directory_path()
            / ("halftone_studies_" + std::to_string(::getpid()) + "_"
                + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder / "data");
        writeImages(m_folder / "data", "train", 256, 1);
        writeImages(m_folder / "data", "t10k", 100, 2);
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    NewStudyOptions options() const
    {
        return {.path = m_folder / "a.halftone",
            .architecture = "fashion_resnet8",
            .data = "fashion-mnist:" + (m_folder / "data").string()};
    }
    // A study whose network was trained here, so that the stages have something real to work on.
    Study trainedStudy()
    {
        auto scratch = Study::create(options(), m_environment);
        EXPECT_TRUE(scratch.ok()) << scratch.error().message;
        FinetuneOptions training{.assignment = "fp32", .recipe = fromScratchRecipe(), .fromScratch = true};
        training.recipe.epochs = 4;
        training.recipe.batchSize = 32;
        const auto run = finetune(*scratch, training);
        EXPECT_TRUE(run.ok()) << run.error().message;
        const auto weights = m_folder / "trained.safetensors";
        const auto exported = exportAssignment(*scratch, {.assignment = "fp32", .format = "safetensors", .file = weights});
        EXPECT_TRUE(exported.ok()) << exported.error().message;
        auto made = options();
        made.path = m_folder / "b.halftone";
        made.model = weights.string();
        auto study = Study::create(made, m_environment);
        EXPECT_TRUE(study.ok()) << study.error().message;
        return std::move(*study);
    }
    std::filesystem::path m_folder;
    StudyEnvironment m_environment{.resources = HALFTONE_SOURCE_DIR "/resources", .threads = 2};
};

} // namespace halftone
