// Published checkpoints of ../shared/data, bit for bit as PyTorch 2.13 reads them.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/zip_reader.h"

using namespace halftone;

namespace {

const std::filesystem::path kModels = HALFTONE_SOURCE_DIR "/../shared/data/models";

// FNV-1a over every name, a zero byte, and the tensor's bytes; the expected values were computed from torch.load's result.
std::uint64_t fingerprint(const StateDict& dict)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    const auto add = [&](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3u; };
    for (const NamedTensor& entry : dict.entries) {
        for (const char letter : entry.name) add(static_cast<std::uint8_t>(letter));
        add(0);
        for (const std::byte byte : entry.tensor.bytes()) add(std::to_integer<std::uint8_t>(byte));
    }
    return hash;
}

} // namespace

#define SKIP_WITHOUT(path)                                                                                                     \
    if (!std::filesystem::exists(path)) GTEST_SKIP() << (path).string() << " is absent: its tensors are not checked"

TEST(PublishedCheckpoints, ReadsTheCifarResidualNetworks)
{
    SKIP_WITHOUT(kModels / "cifar10");
    const auto small = readCheckpoint(kModels / "cifar10/resnet20-12fca82f.th");
    ASSERT_TRUE(small.ok()) << small.error().message;
    EXPECT_EQ(small->format, "PyTorch (legacy)");
    EXPECT_EQ(small->wrappers, "state_dict, module.");
    EXPECT_EQ(small->tensors.entries.size(), 97u);
    EXPECT_EQ(fingerprint(small->tensors), 0x400a1312addc2b0fu);
    const auto large = readCheckpoint(kModels / "cifar10/resnet56-4bfd9763.th");
    ASSERT_TRUE(large.ok()) << large.error().message;
    EXPECT_EQ(large->tensors.entries.size(), 277u);
    EXPECT_EQ(fingerprint(large->tensors), 0x5119edf9815e1fe6u);
}

TEST(PublishedCheckpoints, FindsTheSameTensorsInBothFormats)
{
    SKIP_WITHOUT(kModels / "cifar10");
    const auto legacy = readCheckpoint(kModels / "cifar10/resnet20-12fca82f.th");
    const auto safe = readCheckpoint(kModels / "cifar10/resnet20.safetensors");
    ASSERT_TRUE(legacy.ok() && safe.ok());
    EXPECT_EQ(safe->format, "safetensors");
    EXPECT_EQ(safe->wrappers, "");
    ASSERT_EQ(safe->tensors.entries.size(), legacy->tensors.entries.size());
    for (const NamedTensor& entry : legacy->tensors.entries) {
        const TensorData* other = safe->tensors.find(entry.name);
        ASSERT_NE(other, nullptr) << entry.name;
        EXPECT_EQ(other->shape(), entry.tensor.shape()) << entry.name;
        EXPECT_TRUE(std::ranges::equal(other->bytes(), entry.tensor.bytes())) << entry.name;
    }
}

TEST(PublishedCheckpoints, ReadsTheSegmentationNetwork)
{
    const auto path = kModels / "camvid/espnet_p_2_q_8_camvid.pth";
    SKIP_WITHOUT(path);
    const auto checkpoint = readCheckpoint(path);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->tensors.entries.size(), 189u);
    EXPECT_EQ(fingerprint(checkpoint->tensors), 0x082138b104003d9au);
}

TEST(PublishedCheckpoints, ReadsHalfPrecisionSafeTensors)
{
    const auto path = kModels / "imagenet/resnet18_pq.safetensors";
    SKIP_WITHOUT(path);
    const auto checkpoint = readCheckpoint(path);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    const TensorData* first = checkpoint->tensors.find("layer1.0.conv1.weight");
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->dtype(), DType::Float16);
    EXPECT_EQ(first->shape(), (Shape{64, 64, 3, 3}));
}

TEST(PublishedCheckpoints, PointsIntoAnArchiveOfCheckpoints)
{
    const auto path = kModels / "rl/dqn_CartPole-v1.zip";
    SKIP_WITHOUT(path);
    const auto outer = readCheckpoint(path);
    ASSERT_FALSE(outer.ok());
    EXPECT_EQ(outer.error().code, ErrorCode::Unsupported);
    EXPECT_NE(outer.error().message.find("policy.pth"), std::string::npos) << outer.error().message;

    const auto file = std::make_shared<const Bytes>(*readFile(path));
    const auto zip = ZipReader::open(file);
    ASSERT_TRUE(zip.ok());
    ByteBudget budget = ByteBudget::forFile(file->size());
    const auto part = [&](std::string_view name) {
        const auto inner = zip->read(*zip->find(name), budget);
        return parseCheckpoint(std::make_shared<const Bytes>(inner->span().begin(), inner->span().end()));
    };
    const auto policy = part("policy.pth");
    ASSERT_TRUE(policy.ok()) << policy.error().message;
    EXPECT_EQ(policy->tensors.entries.size(), 12u);
    EXPECT_EQ(fingerprint(policy->tensors), 0x301c9afd2ef4da41u);
    EXPECT_EQ(part("policy.optimizer.pth").error().code, ErrorCode::BadInput);
}

TEST(PublishedCheckpoints, RefusesModelsOfOtherPrograms)
{
    SKIP_WITHOUT(kModels / "detection");
    for (const char* name : {"detection/yolo-fastest-1.1.weights", "detection/yolo-fastest-1.1.cfg",
             "detection/FastestDet.onnx", "onnx/opt-mnist.onnx"}) {
        const auto result = readCheckpoint(kModels / name);
        ASSERT_FALSE(result.ok()) << name;
        EXPECT_EQ(result.error().code, ErrorCode::BadInput) << name;
    }
}
