// A checkpoint whose keys have other names: refused with the nearest ones, opened with names given by hand, and remembered.
#include "core/studies/model_import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/base/file_io.h"
#include "core/export/onnx_writer.h"
#include "core/formats/checkpoint_reader.h"
#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/studies/inspection.h"
#include "tests/support/test_networks.h"
#include "tests/unit/studies/small_study.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

class ModelImport : public SmallStudy {
protected:
    StateDict bundled() const
    {
        const auto read = readCheckpoint(m_environment.resources / "networks" / "fashion_resnet8.safetensors");
        EXPECT_TRUE(read.ok()) << read.error().message;
        return read->tensors;
    }
    // The bundled network with its keys as `rename` spells them.
    template <typename Rename> fs::path renamedFile(Rename rename, const NamedTensor* extra = nullptr) const
    {
        StateDict tensors = bundled();
        for (NamedTensor& entry : tensors.entries) entry.name = rename(entry.name);
        if (extra) tensors.entries.push_back(*extra);
        const fs::path file = m_folder / "renamed.safetensors";
        EXPECT_TRUE(writeFileAtomically(file, writeSafeTensors(tensors)).ok());
        return file;
    }
    fs::path wrongHead() const
    {
        return renamedFile([](const std::string& name) {
            return name.starts_with("fc.") ? "classifier." + name.substr(3) : name;
        });
    }
    Result<Study> create(const fs::path& model, std::vector<KeyMapping> map = {}, const std::string& architecture = {})
    {
        NewStudyOptions made = options();
        made.architecture = architecture;
        made.model = model.string();
        made.map = std::move(map);
        return Study::create(made, m_environment);
    }
    ImportReport importOf(const Study& study) const
    {
        const auto setting = study.file().setting("import");
        EXPECT_TRUE(setting.ok() && setting->has_value());
        const auto report = importReportFromJson(**setting);
        EXPECT_TRUE(report.has_value());
        return report.value_or(ImportReport{});
    }
};

} // namespace

TEST_F(ModelImport, RefusesRenamedKeysAndNamesTheNearest)
{
    const auto study = create(wrongHead());
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::BadInput);
    for (const char* part : {"fashion_resnet8, the nearest known architecture", "fc.weight (nearest: classifier.weight)",
             "classifier.bias (nearest: fc.bias)", "map keys to names"})
        EXPECT_NE(study.error().message.find(part), std::string::npos) << part << " in " << study.error().message;
    EXPECT_FALSE(fs::exists(m_folder / "a.halftone"));
}

TEST_F(ModelImport, WithNamesGivenByHandItEvaluatesAsTheOriginal)
{
    auto original = Study::create(
        {.path = m_folder / "original.halftone", .model = "zoo:fashion_resnet8", .data = options().data}, m_environment);
    ASSERT_TRUE(original.ok()) << original.error().message;
    auto mapped = create(wrongHead(), {{"classifier.weight", "fc.weight"}, {"classifier.bias", "fc.bias"}});
    ASSERT_TRUE(mapped.ok()) << mapped.error().message;
    EXPECT_EQ(mapped->modelHash(), original->modelHash());
    const auto a = evaluateStudy(*original, {}), b = evaluateStudy(*mapped, {});
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_EQ(a->correct, b->correct);
    EXPECT_EQ(a->loss, b->loss);
    EXPECT_EQ(importOf(*mapped).mapped.size(), 2u);
    EXPECT_EQ(importOf(*original).source, "zoo:fashion_resnet8");
}

TEST_F(ModelImport, MapsALayerOrAPrefixAtOnce)
{
    const auto layer = importModel({.file = wrongHead(), .map = {{"classifier", "fc"}}});
    ASSERT_TRUE(layer.ok()) << layer.error().message;
    EXPECT_TRUE(layer->report.keys.complete());
    EXPECT_FALSE(layer->isGuess);
    const auto file = renamedFile([](const std::string& name) { return "backbone." + name; });
    EXPECT_FALSE(importModel({.file = file})->report.keys.complete());
    const auto prefix = importModel({.file = file, .map = {{"backbone", ""}}});
    ASSERT_TRUE(prefix.ok()) << prefix.error().message;
    EXPECT_TRUE(prefix->report.keys.complete());
}

TEST_F(ModelImport, WhatItSuggestsFits)
{
    const auto suggestedFits = [](const fs::path& file, std::size_t count) {
        const auto model = importModel({.file = file});
        ASSERT_TRUE(model.ok()) << model.error().message;
        const auto suggested = suggestMappings(model->report.keys);
        EXPECT_EQ(suggested.size(), count);
        const auto again = importModel({.file = file, .map = suggested});
        ASSERT_TRUE(again.ok()) << again.error().message;
        EXPECT_TRUE(again->report.keys.complete());
        EXPECT_TRUE(again->report.keys.unexpected.empty());
    };
    suggestedFits(wrongHead(), 2);
    suggestedFits(renamedFile([](const std::string& name) { return "model.backbone." + name; }), 1);
    EXPECT_TRUE(suggestMappings({}).empty());
}

TEST_F(ModelImport, KeepsWhatWasLeftOutWithTheStudy)
{
    const std::vector<float> zeros(640);
    const NamedTensor extra{"fc_old.weight", TensorData::fromFloats({10, 64}, zeros)};
    const auto file = renamedFile([](const std::string& name) { return name; }, &extra);
    const auto unnamed = create(file);
    ASSERT_FALSE(unnamed.ok());
    EXPECT_NE(unnamed.error().message.find("fc_old.weight"), std::string::npos) << unnamed.error().message;
    const auto study = create(file, {}, "fashion_resnet8");
    ASSERT_TRUE(study.ok()) << study.error().message;
    const ImportReport import = importOf(*study);
    EXPECT_EQ(import.leftOut, 1);
    ASSERT_EQ(import.keys.unexpected.size(), 1u);
    EXPECT_EQ(import.keys.unexpected[0].name, "fc_old.weight");
    EXPECT_EQ(import.source, fs::absolute(file).string());
    const auto seen = inspectStudy(*study);
    ASSERT_TRUE(seen.ok());
    EXPECT_EQ(seen->keys, import.keys);
}

TEST_F(ModelImport, AWrongMapIsASentence)
{
    const auto refused = [&](KeyMapping mapping, const char* expected) {
        const auto model = importModel({.file = wrongHead(), .map = {std::move(mapping)}});
        ASSERT_FALSE(model.ok());
        EXPECT_NE(model.error().message.find(expected), std::string::npos) << model.error().message;
    };
    refused({"clasifier.weight", "fc.weight"}, "did you mean classifier.weight");
    refused({"classifier.weight", ""}, "without a name");
    const auto two = importModel({.file = wrongHead(), .map = {{"classifier.weight", "x"}, {"classifier.bias", "x"}}});
    ASSERT_FALSE(two.ok());
    EXPECT_NE(two.error().message.find("Two keys"), std::string::npos);
    EXPECT_FALSE(parseKeyMapping("fc.weight").ok());
    EXPECT_FALSE(parseKeyMapping("=fc.weight").ok());
}

TEST_F(ModelImport, AMappedShapeThatDoesNotFitIsSaid)
{
    const auto model = importModel({.file = wrongHead(), .map = {{"classifier.bias", "fc.weight"}}});
    ASSERT_TRUE(model.ok());
    EXPECT_FALSE(model->report.keys.complete());
    ASSERT_EQ(model->report.keys.misShaped.size(), 1u);
    EXPECT_EQ(model->report.keys.misShaped[0].name, "fc.weight");
}

TEST_F(ModelImport, RefusesWeightsThatAreNotFiniteAndNamesTheTensor)
{
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()})
        for (const std::string damaged : {"fc.weight", "layer1.0.bn1.running_var"}) {
            StateDict tensors = bundled();
            for (NamedTensor& entry : tensors.entries) {
                if (entry.name != damaged) continue;
                const TensorData whole = entry.tensor.toFloat32();
                std::vector<float> values(whole.floats().begin(), whole.floats().end());
                values[3] = values[5] = bad;
                entry.tensor = TensorData::fromFloats(whole.shape(), values);
            }
            const fs::path file = m_folder / "diverged.safetensors";
            ASSERT_TRUE(writeFileAtomically(file, writeSafeTensors(tensors)).ok());
            const auto study = create(file);
            ASSERT_FALSE(study.ok());
            EXPECT_EQ(study.error().code, ErrorCode::BadInput);
            for (const std::string& part : {damaged + " are NaN or infinite", std::string("2 of the"), std::string("number 3;")})
                EXPECT_NE(study.error().message.find(part), std::string::npos) << part << " in " << study.error().message;
            EXPECT_FALSE(fs::exists(m_folder / "a.halftone"));
        }
}

TEST(ImportReportText, ReadsWhatItWroteAndOldOnes)
{
    ImportReport report{.format = "safetensors", .wrappers = "module.", .source = "/a/b.safetensors", .leftOut = 7,
        .mapped = {{"a", "b"}}};
    report.keys.matched = 9;
    report.keys.unexpected = {{"x.weight", {"y.weight"}, {3, 4}}};
    EXPECT_EQ(importReportFromJson(toJson(report)), report);
    const auto old = importReportFromJson(R"x({"format":"PyTorch (zip)","wrappers":"","matched":124,"summary":"124 of 124"})x");
    ASSERT_TRUE(old.has_value());
    EXPECT_EQ(old->keys.matched, 124);
    EXPECT_FALSE(importReportFromJson("no json").has_value());
    EXPECT_TRUE(importReportFromJson(R"({"unexpected":[3,{"name":4,"nearest":"x"}],"mapped":[1]})").has_value());
    report.keys.unexpected[0].name = "\xff\xfe";
    EXPECT_TRUE(importReportFromJson(toJson(report)).has_value());
}

TEST_F(ModelImport, OpensAnOnnxFileWithItsNetworkAndBitWidths)
{
    Network network = *buildArchitecture("fashion_resnet8");
    ASSERT_TRUE(loadParameters(network, bundled()).complete());
    for (const int bits : {kFullPrecision, 4}) {
        const QuantizedModel model = quantizeForTest(network, bits);
        const fs::path file = m_folder / ("net" + std::to_string(bits) + ".onnx");
        ASSERT_TRUE(writeFileAtomically(file, *writeOnnx(model, {.foldBatchNorm = false})).ok());
        fs::remove(m_folder / "a.halftone");
        const auto study = create(file);
        ASSERT_TRUE(study.ok()) << study.error().message;
        EXPECT_EQ(importOf(*study).format, "ONNX");
        ASSERT_EQ(study->table().layers.size(), layerTable(network).layers.size());
        const auto saved = study->file().assignments();
        ASSERT_TRUE(saved.ok());
        ASSERT_EQ(saved->size(), bits == kFullPrecision ? 0u : 1u);
        if (bits == 4) {
            EXPECT_EQ(saved->front().name, "as-in-file");
            EXPECT_EQ(saved->front().bits, toText(model.bits));
            continue;
        }
        for (std::size_t i = 0; i < network.parameters().size(); ++i) { // a full-precision file holds the very same weights
            const auto wrote = network.parameters()[i].data.floats(), read = study->network().parameters()[i].data.floats();
            EXPECT_TRUE(std::equal(wrote.begin(), wrote.end(), read.begin(), read.end())) << network.parameters()[i].name;
        }
    }
}

TEST_F(ModelImport, LeavesTheSoftmaxAtTheEndOfAnOnnxFileOut)
{
    const QuantizedModel model = quantizeForTest(everyOperationNetwork({.softmax = true}), kFullPrecision);
    const fs::path file = m_folder / "softmax.onnx";
    ASSERT_TRUE(writeFileAtomically(file, *writeOnnx(model, {.foldBatchNorm = false})).ok());
    const auto read = importModel({.file = file});
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(toText(read->network).find("softmax"), std::string::npos);
    const Operation& last = read->network.operation(read->network.value(read->network.output()).producer);
    EXPECT_TRUE(last.as<Linear>());
    EXPECT_FALSE(read->bits);
    const auto named = importModel({.file = file, .architecture = "resnet18"});
    ASSERT_FALSE(named.ok());
    EXPECT_NE(named.error().message.find("brings its own network"), std::string::npos);
}
