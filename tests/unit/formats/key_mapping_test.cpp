// Names given by hand: exchanged, taken over, and refused when the file lacks the key.
#include "core/formats/key_mapping.h"

#include <gtest/gtest.h>

using namespace halftone;

namespace {

StateDict named(const std::vector<std::string>& names)
{
    StateDict tensors;
    float value = 0;
    for (const std::string& name : names) {
        const std::vector<float> one{value++};
        tensors.entries.push_back({name, TensorData::fromFloats({1}, one)});
    }
    return tensors;
}

std::vector<std::string> namesOf(const StateDict& tensors)
{
    std::vector<std::string> names;
    for (const NamedTensor& entry : tensors.entries) names.push_back(entry.name);
    return names;
}

using Names = std::vector<std::string>;

} // namespace

TEST(KeyMapping, ExchangesTwoNames)
{
    StateDict tensors = named({"a", "b", "c"});
    ASSERT_TRUE(mapKeys(tensors, {{"a", "b"}, {"b", "a"}}).ok());
    EXPECT_EQ(namesOf(tensors), (Names{"b", "a", "c"}));
    EXPECT_EQ(tensors.find("b")->floats()[0], 0.0f);
}

TEST(KeyMapping, TakesTheNameOfATensorThatIsThere)
{
    StateDict tensors = named({"ema.fc.weight", "fc.weight"});
    ASSERT_TRUE(mapKeys(tensors, {{"ema", ""}}).ok());
    EXPECT_EQ(namesOf(tensors), (Names{"fc.weight", "fc.weight (in the file)"}));
}

TEST(KeyMapping, RenamesWholeLayersButNotLongerNames)
{
    StateDict tensors = named({"fc.weight", "fc.bias", "fcx.weight", "fc"});
    ASSERT_TRUE(mapKeys(tensors, {{"fc", "linear"}}).ok());
    EXPECT_EQ(namesOf(tensors), (Names{"linear.weight", "linear.bias", "fcx.weight", "linear"}));
}

TEST(KeyMapping, RefusalsLeaveTheTensors)
{
    StateDict tensors = named({"conv.weight", "conv.bias"});
    const Status unknown = mapKeys(tensors, {{"conv.bias", "b"}, {"cnv.weight", "w"}});
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().message, "The file has no key cnv.weight; did you mean conv.weight? Check --map cnv.weight=w.");
    EXPECT_FALSE(mapKeys(tensors, {{"conv.weight", "x"}, {"conv.bias", "x"}}).ok());
    EXPECT_FALSE(mapKeys(tensors, {{std::string(100000, 'k'), "x"}}).ok());
    EXPECT_EQ(namesOf(tensors), (Names{"conv.weight", "conv.bias"}));
    StateDict nothing;
    EXPECT_TRUE(mapKeys(nothing, {}).ok());
}

TEST(KeyMapping, ReadsItsSpelling)
{
    EXPECT_EQ(*parseKeyMapping("fc.weight=linear.weight"), (KeyMapping{"fc.weight", "linear.weight"}));
    EXPECT_EQ(*parseKeyMapping("module="), (KeyMapping{"module", ""}));
    EXPECT_EQ(parseKeyMapping("a=b=c")->name, "b=c");
    EXPECT_FALSE(parseKeyMapping("fc.weight").ok());
    EXPECT_FALSE(parseKeyMapping("").ok());
}
