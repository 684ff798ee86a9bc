// The window's program, started as a person starts it: offscreen, and as a real client of an X server where there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/base/file_io.h"
#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/store/study_file.h"
#include "tests/support/program.h"

using namespace halftone;
using halftone::test::ProgramRun;
using halftone::test::runProgram;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

// The folder is the program's home, so that the person's own settings and studies stay untouched.
class GuiStart : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        std::replace(name.begin(), name.end(), '/', '_');
        m_folder = fs::temp_directory_path() / ("halftone_gui_start_" + name);
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        if (isXClient() && std::system("command -v Xvfb >/dev/null") != 0)
            GTEST_SKIP() << "Xvfb is absent: the program is not started as a real X client";
    }
    void TearDown() override { fs::remove_all(m_folder); }

    bool isXClient() const { return std::string(GetParam()) == "xcb"; }
    ProgramRun start(const std::string& arguments) const
    {
        const std::string program = "env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u WAYLAND_DISPLAY HOME=. QT_QPA_PLATFORM="
            + std::string(GetParam()) + " timeout 60 '" HALFTONE_GUI "' " + arguments;
        if (!isXClient()) return runProgram(m_folder, HALFTONE_GUI, program);
        // A server of its own that says through a pipe which number it found free.
        return runProgram(m_folder, HALFTONE_GUI,
            "( mkfifo number && { Xvfb -displayfd 3 -nolisten tcp -screen 0 1440x900x24 3>number >Xvfb.log 2>&1 & } && read -r number <number"
            " && export DISPLAY=\":$number\" && " + program + "; status=$?; rm -f number; kill %1; wait; exit $status )");
    }
    fs::path write(const std::string& name, std::string_view contents) const
    {
        EXPECT_TRUE(writeFileAtomically(m_folder / name, contents).ok());
        return m_folder / name;
    }
    void makeStudy() const
    {
        Network network = *buildArchitecture("fashion_resnet8");
        initialiseParameters(network, 1);
        const auto made = StudyFile::create(m_folder / "a.halftone",
            {.settings = {{"architecture", "fashion_resnet8"}, {"data", "fashion-mnist"}, {"seed", "0"}},
                .model = StudyModel{.networkText = toText(network),
                    .weights = writeSafeTensors(stateDict(network)),
                    .fileName = "a.pth",
                    .contentHash = {}}});
        ASSERT_TRUE(made.ok()) << made.error().message;
    }

    fs::path m_folder;
};

} // namespace

TEST_P(GuiStart, PaintsItsWindowAndEnds)
{
    const ProgramRun run = start("--end-after-first-paint");
    EXPECT_EQ(run.status, 0) << run.err;
}

TEST_P(GuiStart, OpensAStudy)
{
    makeStudy();
    EXPECT_EQ(start("--end-after-first-paint a.halftone").status, 0);
    const ProgramRun run = start("--end-after-opening a.halftone");
    EXPECT_EQ(run.status, 0) << run.err;
}

TEST_P(GuiStart, TakesAModelFile)
{
    write("model.pth", "weights that are read when the study is made");
    EXPECT_EQ(start("--end-after-first-paint model.pth").status, 0);
}

TEST_P(GuiStart, SaysWhyAStudyCannotBeOpened)
{
    write("garbage.halftone", std::string(5000, '\x07'));
    write("empty.halftone", "");
    for (const char* name : {"garbage.halftone", "empty.halftone", "absent.halftone", "absent/model.pth", "."}) {
        const ProgramRun run = start(std::string("--end-after-opening ") + name);
        EXPECT_EQ(run.status, 1) << name << run.err;
        EXPECT_THAT(run.err, HasSubstr(std::string(name) == "." ? m_folder.string() : name));
    }
}

TEST_P(GuiStart, RefusesUnknownOptions) { EXPECT_EQ(start("--nothing").status, 1); }

INSTANTIATE_TEST_SUITE_P(Offscreen, GuiStart, testing::Values("offscreen"));
INSTANTIATE_TEST_SUITE_P(XClient, GuiStart, testing::Values("xcb"));
