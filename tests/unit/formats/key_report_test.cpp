// The key report: what fits, what does not, and that a network is never half loaded.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/formats/key_report.h"

using namespace halftone;

namespace {

Network smallNet()
{
    Network network("small");
    const ValueIndex input = network.addInput({1, 4, 4});
    const ValueIndex conv = *network.add("conv", Conv2d{.outChannels = 2, .kernel = {3, 3}}, {input});
    const ValueIndex norm = *network.add("norm", BatchNorm{}, {conv});
    const ValueIndex flat = *network.add("flatten", Flatten{}, {norm});
    network.setOutput(*network.add("fc", Linear{.outFeatures = 3}, {flat}, true));
    return network;
}

StateDict fitting(float value)
{
    StateDict dict;
    const Network network = smallNet();
    for (const Parameter& parameter : network.parameters()) {
        const std::vector<float> values(static_cast<std::size_t>(elementCount(parameter.shape)), value);
        dict.entries.push_back({parameter.name, TensorData::fromFloats(parameter.shape, values)});
    }
    return dict;
}

NamedTensor& entry(StateDict& dict, std::string_view name)
{
    return *std::ranges::find_if(dict.entries, [&](const NamedTensor& e) { return e.name == name; });
}

bool isUntouched(const Network& network)
{
    return std::ranges::all_of(network.parameters(), [](const Parameter& p) { return p.data.empty(); });
}

} // namespace

TEST(KeyReport, LoadsTheWholeDictionary)
{
    Network network = smallNet();
    const KeyReport report = loadParameters(network, fitting(0.5f));
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.matched, 7);
    EXPECT_TRUE(report.unexpected.empty());
    for (const Parameter& parameter : network.parameters()) EXPECT_EQ(parameter.data.floats()[0], 0.5f) << parameter.name;
    EXPECT_EQ(summary(report), "7 of 7 parameters were found in the file.");
}

TEST(KeyReport, TakesNeutralStatisticsWhereBothAreLeftOutAndSaysSo)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    std::erase_if(dict.entries, [](const NamedTensor& e) { return e.name.find("running_") != std::string::npos; });
    const KeyReport report = loadParameters(network, dict);
    ASSERT_TRUE(report.complete());
    EXPECT_EQ(report.withoutStatistics, 1);
    EXPECT_EQ(report.matched, 5);
    const auto valuesOf = [&](const char* name) {
        const auto values = network.parameter(network.findParameter(name)).data.floats();
        return std::vector<float>(values.begin(), values.end());
    };
    EXPECT_EQ(valuesOf("norm.running_mean"), (std::vector<float>{0, 0}));
    EXPECT_EQ(valuesOf("norm.running_var"), (std::vector<float>{1, 1}));
    EXPECT_EQ(valuesOf("norm.weight"), (std::vector<float>{0.5f, 0.5f}));
    EXPECT_EQ(summary(report),
        "5 of 7 parameters were found in the file; 1 batch norm without statistics, a mean of 0 and a variance of 1 are "
        "taken.");
}

TEST(KeyReport, MissesAStatisticThatIsLeftOutAlone)
{
    for (const char* left : {"norm.running_mean", "norm.running_var"}) {
        Network network = smallNet();
        StateDict dict = fitting(0.5f);
        std::erase_if(dict.entries, [&](const NamedTensor& e) { return e.name == left; });
        const KeyReport report = loadParameters(network, dict);
        EXPECT_EQ(report.withoutStatistics, 0);
        ASSERT_EQ(report.missing.size(), 1u);
        EXPECT_EQ(report.missing[0].name, left);
        EXPECT_TRUE(isUntouched(network));
    }
    Network network = smallNet();
    StateDict dict = fitting(0.5f); // without the weight too it is no batch norm with folded statistics
    std::erase_if(dict.entries, [](const NamedTensor& e) { return e.name.starts_with("norm.") && e.name != "norm.bias"; });
    EXPECT_EQ(loadParameters(network, dict).missing.size(), 3u);
}

TEST(KeyReport, ConvertsOtherTypesToFloat)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    const std::vector<std::int64_t> ones(3, 1);
    entry(dict, "fc.bias").tensor = TensorData::fromInts({3}, ones);
    EXPECT_TRUE(loadParameters(network, dict).complete());
    EXPECT_EQ(network.parameter(network.findParameter("fc.bias")).data.floats()[2], 1.0f);
}

TEST(KeyReport, NamesMissingAndUnexpectedKeysWithTheirNearest)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    entry(dict, "conv.weight").name = "conv1.weight";
    const KeyReport report = loadParameters(network, dict);
    EXPECT_FALSE(report.complete());
    EXPECT_EQ(report.matched, 6);
    ASSERT_EQ(report.missing.size(), 1u);
    EXPECT_EQ(report.missing[0], (KeyReport::Missing{"conv.weight", {"conv1.weight"}, {2, 1, 3, 3}}));
    ASSERT_EQ(report.unexpected.size(), 1u);
    EXPECT_EQ(report.unexpected[0], (KeyReport::Unexpected{"conv1.weight", {"conv.weight"}, {2, 1, 3, 3}}));
    EXPECT_TRUE(isUntouched(network));
    EXPECT_NE(summary(report).find("1 missing: conv.weight (nearest: conv1.weight)"), std::string::npos) << summary(report);
}

TEST(KeyReport, TheOnlyTensorOfAShapeIsNearHoweverItIsCalled)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    entry(dict, "fc.weight").name = "classification_head.weight";
    entry(dict, "norm.weight").name = "a.weight";
    const KeyReport report = loadParameters(network, dict);
    ASSERT_EQ(report.missing.size(), 2u);
    EXPECT_EQ(report.missing[0].nearest, std::vector<std::string>{"a.weight"});
    EXPECT_EQ(report.missing[1].nearest, std::vector<std::string>{"classification_head.weight"});
}

TEST(KeyReport, NamesWhatHasAnotherShape)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    const std::vector<float> values(5, 1.0f);
    entry(dict, "fc.bias").tensor = TensorData::fromFloats({5}, values);
    const KeyReport report = loadParameters(network, dict);
    EXPECT_FALSE(report.complete());
    ASSERT_EQ(report.misShaped.size(), 1u);
    EXPECT_EQ(report.misShaped[0], (KeyReport::MisShaped{"fc.bias", {3}, {5}}));
    EXPECT_TRUE(isUntouched(network));
    EXPECT_NE(summary(report).find("fc.bias (is 5, wanted 3)"), std::string::npos) << summary(report);
}

TEST(KeyReport, KeepsWhatTheNetworkHadWhenTheFileDoesNotFit)
{
    Network network = smallNet();
    ASSERT_TRUE(loadParameters(network, fitting(0.5f)).complete());
    StateDict dict = fitting(0.75f);
    dict.entries.pop_back();
    EXPECT_FALSE(loadParameters(network, dict).complete());
    for (const Parameter& parameter : network.parameters()) EXPECT_EQ(parameter.data.floats()[0], 0.5f) << parameter.name;
}

TEST(KeyReport, LetsUnexpectedKeysAndBatchCountsPass)
{
    Network network = smallNet();
    StateDict dict = fitting(0.5f);
    const std::vector<std::int64_t> count{7};
    dict.entries.push_back({"norm.num_batches_tracked", TensorData::fromInts({}, count)});
    dict.entries.push_back({"aux.weight", TensorData::fromInts({1}, count)});
    const KeyReport report = loadParameters(network, dict);
    EXPECT_TRUE(report.complete());
    ASSERT_EQ(report.unexpected.size(), 1u);
    EXPECT_EQ(report.unexpected[0].name, "aux.weight");
    EXPECT_FALSE(isUntouched(network));
}

TEST(KeyReport, SaysThatAnEmptyDictionaryHoldsNothing)
{
    Network network = smallNet();
    const KeyReport report = loadParameters(network, {});
    EXPECT_EQ(report.missing.size(), 7u);
    EXPECT_NE(summary(report).find("0 of 7"), std::string::npos);
    EXPECT_NE(summary(report).find("and 4 more"), std::string::npos) << summary(report);
}

TEST(KeyReport, StaysQuickAndPrintableWithHostileNames)
{
    Network network = smallNet();
    StateDict dict;
    const std::vector<float> one{1.0f};
    for (int i = 0; i < 20000; ++i)
        dict.entries.push_back({std::string(static_cast<std::size_t>(i % 3000), 'w') + "\n\x1b[31m" + std::to_string(i),
            TensorData::fromFloats({1}, one)});
    const std::string sentence = summary(loadParameters(network, dict));
    EXPECT_LT(sentence.size(), 2100u);
    EXPECT_EQ(sentence.find('\x1b'), std::string::npos);
    EXPECT_EQ(sentence.find('\n'), std::string::npos);
}
