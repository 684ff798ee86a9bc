// Checkpoints as training programs leave them (tests/golden/formats/wild_*), compared with what PyTorch said of them.
#include <gtest/gtest.h>

#include <array>

#include <nlohmann/json.hpp>

#include "made_files.h"

using namespace halftone;
using namespace halftone::made;

namespace {

const nlohmann::ordered_json& pytorchValues()
{
    static const auto values = nlohmann::ordered_json::parse(golden("wild_values.json"));
    return values;
}

Result<Checkpoint> parseWith(std::string_view file, std::string weights)
{
    return parseCheckpoint(bytes(golden(file)), {.weights = std::move(weights)});
}

// Names in their order, types, shapes and every value.
void expectWhatPyTorchSays(const Checkpoint& checkpoint, std::string_view file, std::string_view set)
{
    const auto& wanted = pytorchValues().at(std::string(file)).at(std::string(set));
    ASSERT_EQ(checkpoint.tensors.entries.size(), wanted.size());
    std::size_t at = 0;
    for (const auto& [name, tensor] : wanted.items()) {
        const NamedTensor& entry = checkpoint.tensors.entries[at++];
        SCOPED_TRACE(name);
        EXPECT_EQ(entry.name, name);
        EXPECT_EQ(halftone::name(entry.tensor.dtype()), tensor.at("dtype").get<std::string>());
        EXPECT_EQ(entry.tensor.shape(), tensor.at("shape").get<Shape>());
        const TensorData floats = entry.tensor.toFloat32();
        const auto values = tensor.at("values").get<std::vector<double>>();
        ASSERT_EQ(floats.floats().size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(floats.floats()[i], static_cast<float>(values[i])) << i;
    }
}

using Sets = std::vector<WeightSet>;

class TrainingCheckpoint : public testing::TestWithParam<const char*> { };

} // namespace

TEST_P(TrainingCheckpoint, GivesTheModelsOwnWeightsAndSaysThatThereIsAnAverage)
{
    const auto checkpoint = parse(golden(GetParam()));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->taken, "state_dict");
    EXPECT_EQ(checkpoint->wrappers, "state_dict");
    EXPECT_EQ(checkpoint->sets, (Sets{{"state_dict_ema", 8}, {"state_dict", 8}})); // nothing of the optimiser
    EXPECT_EQ(text(checkpoint->sets), "state_dict_ema (8 tensors), state_dict (8 tensors)");
    expectWhatPyTorchSays(*checkpoint, GetParam(), "state_dict");
}

TEST_P(TrainingCheckpoint, GivesTheAverageWhenItIsChosen)
{
    const auto checkpoint = parseWith(GetParam(), "state_dict_ema");
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->taken, "state_dict_ema");
    expectWhatPyTorchSays(*checkpoint, GetParam(), "state_dict_ema");
}

TEST_P(TrainingCheckpoint, NamesItsWeightsWhenOthersAreAskedFor)
{
    for (const char* key : {"ema", "optimizer", "state_dic", "state_dict."}) {
        const auto checkpoint = parseWith(GetParam(), key);
        ASSERT_FALSE(checkpoint.ok()) << key;
        EXPECT_EQ(checkpoint.error().code, ErrorCode::BadInput);
        EXPECT_EQ(checkpoint.error().message,
            "it holds no weights under the key " + std::string(key)
                + "; those that it holds: state_dict_ema (8 tensors), state_dict (8 tensors)");
    }
}

INSTANTIATE_TEST_SUITE_P(Wild, TrainingCheckpoint, testing::Values("wild_training.zip.pt", "wild_training.legacy.pt"),
    [](const auto& file) { return std::string(file.param).find("zip") != std::string::npos ? "zip" : "legacy"; });

TEST(WildCheckpoint, KeepsEveryLayoutAndType)
{
    for (const char* file : {"wild_layouts.zip.pt", "wild_layouts.legacy.pt"}) {
        const auto checkpoint = parse(golden(file));
        ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
        EXPECT_EQ(checkpoint->taken, "");
        EXPECT_EQ(checkpoint->sets, (Sets{{"", 11}}));
        expectWhatPyTorchSays(*checkpoint, file, "");
        const TensorData* one = checkpoint->tensors.find("embedding.weight");
        const TensorData* other = checkpoint->tensors.find("decoder.weight");
        ASSERT_TRUE(one && other);
        EXPECT_EQ(one->bytes().data(), other->bytes().data()); // tied: one storage
    }
}

TEST(WildCheckpoint, IsSeenThroughWhateverItsWeightsAreWrappedIn)
{
    const auto parallel = parse(golden("wild_parallel.zip.pt"));
    ASSERT_TRUE(parallel.ok()) << parallel.error().message;
    EXPECT_EQ(parallel->wrappers, "net, module.");
    expectWhatPyTorchSays(*parallel, "wild_parallel.zip.pt", "net");
    const auto nested = parse(golden("wild_nested.zip.pt")); // with a number beside it that is a tensor
    ASSERT_TRUE(nested.ok()) << nested.error().message;
    EXPECT_EQ(nested->taken, "checkpoint.network.model_state_dict");
    EXPECT_EQ(nested->sets, (Sets{{"", 1}, {"checkpoint.network.model_state_dict", 8}}));
    expectWhatPyTorchSays(*nested, "wild_nested.zip.pt", nested->taken);
    const auto average = parse(golden("wild_only_ema.zip.pt"));
    ASSERT_TRUE(average.ok()) << average.error().message;
    expectWhatPyTorchSays(*average, "wild_only_ema.zip.pt", "model_ema.module");
}

TEST(WildCheckpoint, IsChosenByTheOuterKeyToo)
{
    const auto nested = parseWith("wild_nested.zip.pt", "checkpoint");
    ASSERT_TRUE(nested.ok()) << nested.error().message;
    EXPECT_EQ(nested->taken, "checkpoint.network.model_state_dict");
}

TEST(WildCheckpoint, WithAWholeModuleSaysHowToSaveItAndWhatElseCanBeRead)
{
    const auto refused = parse(golden("wild_module_and_ema.zip.pt"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(refused.error().message,
        "it holds a whole pickled module (class __main__.WildNet), which only running its Python code could restore; in Python "
        "torch.save(model.state_dict(), FILE), or torch.jit.script(model).save(FILE); or choose other weights that it holds by "
        "--weights: ema.weights (8 tensors)");
    const auto chosen = parseWith("wild_module_and_ema.zip.pt", "ema");
    ASSERT_TRUE(chosen.ok()) << chosen.error().message;
    expectWhatPyTorchSays(*chosen, "wild_module_and_ema.zip.pt", "ema.weights");
}

TEST(WildCheckpoint, OfABigEndianMachineIsRefused)
{
    const auto refused = parse(golden("wild_big_endian.zip.pt"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_NE(refused.error().message.find("big-endian"), std::string::npos);
}

TEST(WildCheckpoint, WithSeveralNetworksOffersAChoice)
{
    const auto chosen = parseWith("two_nets.zip.pt", "discriminator");
    ASSERT_TRUE(chosen.ok()) << chosen.error().message;
    EXPECT_EQ(chosen->taken, "discriminator");
    EXPECT_EQ(chosen->tensors.entries.size(), 3U);
}

TEST(WildCheckpoint, InTorchScriptSaysSo)
{
    const auto scripted = parse(golden("scripted.zip.pt"));
    ASSERT_TRUE(scripted.ok()) << scripted.error().message;
    EXPECT_EQ(scripted->format, "TorchScript");
    EXPECT_EQ(scripted->sets, (Sets{{"", 3}}));
}

TEST(WildCheckpoint, ThatHoldsItselfOrOneDictionaryOftenIsReadQuickly)
{
    // A memoised dictionary without tensors under 20,000 keys, 20,000 entries long: looked into once.
    std::string body = "}q\x01("s;
    for (int i = 0; i < 20000; ++i) body += made::text("k" + std::to_string(i)) + "K\x01"s;
    body += "u0}("s;
    for (int i = 0; i < 20000; ++i) body += made::text("d" + std::to_string(i)) + "h\x01"s;
    body += "u"s;
    EXPECT_FALSE(parse(legacyFile(body, {})).ok());
    // The same dictionary under every known name of 500 others: looked through once.
    constexpr std::array kNames{"state_dict", "model", "net", "network", "module", "params", "weights", "ema"};
    std::string known = "}q\x01("s;
    for (int i = 0; i < 50000; ++i) known += made::text("k" + std::to_string(i)) + "K\x01"s;
    known += "u0"s;
    std::string outer = "}"s;
    for (const char* name : kNames) {
        std::string list = "}"s;
        for (const char* second : kNames) {
            std::string inner = "}"s;
            for (const char* third : kNames) {
                std::string last = "}("s;
                for (const char* fourth : kNames) last += made::text(fourth) + "h\x01"s;
                inner += made::text(third) + last + "us"s;
            }
            list += made::text(second) + inner + "s"s;
        }
        outer += made::text(name) + list + "s"s;
    }
    EXPECT_FALSE(parse(legacyFile(known + outer, {})).ok());
    // {"a": itself, "weights": {"w": tensor}}
    const std::string weights = dict({{"w", tensor({storage("FloatStorage", "0", 1), 0, {1}, {1}})}});
    const std::string itself = "}q\x01"s + made::text("a") + "h\x01s"s + made::text("checkpoint") + weights + "s"s;
    const auto cyclic = parse(legacyFile(itself, {{"0", 1, std::string(4, '\0')}}));
    ASSERT_TRUE(cyclic.ok()) << cyclic.error().message;
    EXPECT_EQ(cyclic->taken, "checkpoint");
}
