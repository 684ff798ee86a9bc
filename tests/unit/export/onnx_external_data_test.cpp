// ONNX models whose tensors lie in a file beside them (tests/golden/formats/external.onnx), and places that must not be opened.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/file_io.h"
#include "core/formats/onnx_external_data.h"
#include "core/formats/onnx_reader.h"
#include "core/graph/network_text.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = fs::path(HALFTONE_SOURCE_DIR) / "tests/golden/formats";

std::string textOf(const fs::path& path)
{
    const auto bytes = readFile(path);
    EXPECT_TRUE(bytes.ok()) << path;
    return bytes.ok() ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()) : std::string();
}

// The model with every `from` as `to`, which is as long: protobuf counts bytes.
std::string changed(const std::string& from, const std::string& to)
{
    EXPECT_EQ(from.size(), to.size());
    std::string model = textOf(kGolden / "external.onnx");
    EXPECT_NE(model.find(from), std::string::npos);
    for (std::size_t at = model.find(from); at != std::string::npos; at = model.find(from, at + to.size()))
        model.replace(at, to.size(), to);
    return model;
}

class OnnxDataBeside : public testing::Test {
protected:
    void SetUp() override
    {
        fs::create_directories(m_folder);
        fs::copy_file(kGolden / "external.bin", m_folder / "external.bin");
        fs::copy_file(kGolden / "external.bin", m_folder.parent_path() / "other.bin");
    }
    void TearDown() override { fs::remove_all(m_folder.parent_path()); }

    Result<QuantizedModel> read(const std::string& model) const { return readOnnx(std::as_bytes(std::span(model)), m_folder); }
    void expectRefused(const std::string& model, ErrorCode code, const std::string& words) const
    {
        const auto result = read(model);
        ASSERT_FALSE(result.ok()) << words;
        EXPECT_EQ(result.error().code, code) << result.error().message;
        EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
    }

    fs::path m_folder = fs::path(testing::TempDir()) / ("halftone_onnx_data_" + std::to_string(::getpid())) / "model";
};

} // namespace

TEST_F(OnnxDataBeside, IsTheSameAsDataInside)
{
    const auto beside = read(textOf(kGolden / "external.onnx"));
    ASSERT_TRUE(beside.ok()) << beside.error().message;
    const std::string model = textOf(kGolden / "external_inside.onnx");
    const auto inside = readOnnx(std::as_bytes(std::span(model)));
    ASSERT_TRUE(inside.ok()) << inside.error().message;
    EXPECT_EQ(toText(beside->network), toText(inside->network));
    ASSERT_EQ(beside->network.parameters().size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto a = beside->network.parameters()[i].data.floats(), b = inside->network.parameters()[i].data.floats();
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << beside->network.parameters()[i].name;
    }
    EXPECT_EQ(beside->network.parameters()[0].data.floats()[17], 17.0F / 8 - 1);
}

TEST_F(OnnxDataBeside, IsRefusedWithoutAFolder)
{
    const std::string model = textOf(kGolden / "external.onnx");
    const auto result = readOnnx(std::as_bytes(std::span(model)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
}

TEST_F(OnnxDataBeside, IsNeverLookedForOutsideTheFolder)
{
    for (const std::string location : {"../other.bin", "a/../../o.bi", "/etc/passwd_", "..\\other.bin", "c:\\other.b."}) {
        SCOPED_TRACE(location);
        if (location.size() == 12)
            expectRefused(changed("external.bin", location), ErrorCode::Corrupt, "not a file in its own folder");
        EXPECT_EQ(OnnxExternalData(m_folder).read({location, 0, {}}, 116, "t").error().code, ErrorCode::Corrupt);
    }
    fs::create_symlink(m_folder.parent_path() / "other.bin", m_folder / "linked__.bin");
    expectRefused(changed("external.bin", "linked__.bin"), ErrorCode::Corrupt, "not a file in its own folder");
    fs::create_directory_symlink(m_folder.parent_path(), m_folder / "up");
    expectRefused(changed("external.bin", "up/other.bin"), ErrorCode::Corrupt, "not a file in its own folder");
    fs::create_directory(m_folder / "folder__.bin");
    expectRefused(changed("external.bin", "folder__.bin"), ErrorCode::Corrupt, "not a file in its own folder");
    fs::create_symlink(m_folder / "external.bin", m_folder / "inside__.bin"); // a link within the folder is harmless
    EXPECT_TRUE(read(changed("external.bin", "inside__.bin")).ok());
}

TEST_F(OnnxDataBeside, NamesTheFileThatIsMissing)
{
    expectRefused(changed("external.bin", "missing_.bin"), ErrorCode::NotFound, "'missing_.bin', which is not beside it");
}

TEST_F(OnnxDataBeside, LiesWithinTheFile)
{
    for (const std::string offset : {"105", "116", "117", "999", "-04"})
        expectRefused(changed("104", offset), ErrorCode::Corrupt, "past the end of 'external.bin'");
    expectRefused(changed("104", "1x4"), ErrorCode::Corrupt, "is no number");
    fs::resize_file(m_folder / "external.bin", 100);
    expectRefused(textOf(kGolden / "external.onnx"), ErrorCode::Corrupt, "past the end");
}

TEST_F(OnnxDataBeside, HasTheSizeThatTheShapeWants)
{
    OnnxExternalData data(m_folder);
    EXPECT_EQ(data.read({"external.bin", 0, 8}, 12, "t").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(data.read({"external.bin", 0, -1}, 12, "t").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(
        data.read({"external.bin", std::numeric_limits<std::int64_t>::max(), 12}, 12, "t").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(
        data.read({"external.bin", 4, std::numeric_limits<std::int64_t>::max()}, 12, "t").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(data.read({"external.bin", 104, {}}, 12, "t")->size(), 12U); // to the end
    EXPECT_EQ(data.read({"external.bin", 116, 0}, 0, "t")->size(), 0U);
}

TEST_F(OnnxDataBeside, CannotBeUsedManyTimesOver)
{
    OnnxExternalData data(m_folder);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(data.read({"external.bin", 0, {}}, 116, "t").ok());
    EXPECT_EQ(data.read({"external.bin", 0, {}}, 116, "t").error().code, ErrorCode::Unsupported);
}
