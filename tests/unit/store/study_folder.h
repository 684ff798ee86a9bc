// A folder of its own for each test of store/, removed afterwards.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/file_io.h"
#include "core/store/study_file.h"

namespace halftone {

inline Bytes bytesOf(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    return {bytes.begin(), bytes.end()};
}

class StudyFolder : public testing::Test {
protected:
    StudyFolder()
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        // Each save waits for the disk; in memory the tests take a tenth of the time.
        const std::filesystem::path memory = "/dev/shm";
        m_folder = (std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path())
            / ("halftone-store-" + std::to_string(::getpid()) + "-" + test->test_suite_name() + "-" + test->name());
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
    }
    ~StudyFolder() override { std::filesystem::remove_all(m_folder); }

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path studyPath() const { return m_folder / "a.halftone"; }

    StudyFile newStudy(const NewStudy& content = {}) const
    {
        auto study = StudyFile::create(studyPath(), content);
        if (!study.ok()) ADD_FAILURE() << study.error().message;
        return std::move(*study);
    }

private:
    std::filesystem::path m_folder;
};

inline RunRecord someRun(const std::string& key)
{
    return {.key = key,
        .kind = "fine-tune",
        .assignmentBits = "8,4,2,8",
        .optionsJson = R"({"epochs":5})",
        .provenanceJson = R"({"seed":1})",
        .startedAt = 1700000000};
}

} // namespace halftone
