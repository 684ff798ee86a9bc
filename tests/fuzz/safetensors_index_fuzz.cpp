// Fuzzes the index of safetensors in several files, with two good shards beside it.
#include "core/formats/checkpoint_reader.h"
#include "core/formats/safetensors.h"
#include "core/formats/safetensors_index.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

std::string shard(std::initializer_list<const char*> names)
{
    StateDict tensors;
    for (const char* name : names) tensors.entries.push_back({name, TensorData::fromFloats({2}, std::vector<float>{1, 2})});
    return std::string(asText(writeSafeTensors(tensors)));
}

class Shards : public InputFolder {
public:
    Shards()
    {
        write("m-00001-of-00002.safetensors", shard({"a", "b"}));
        write("m-00002-of-00002.safetensors", shard({"c"}));
    }
};

void run(std::span<const std::byte> input)
{
    static const Shards folder;
    if (const auto index = parseSafeTensorsIndex(asText(input)); index.ok())
        for (const auto& [name, file] : index->shardOf)
            require(std::filesystem::path(file).lexically_normal().string().substr(0, 2) != "..", "a shard lies in the folder");
    folder.write("m.safetensors.index.json", asText(input));
    const auto read = readCheckpoint(folder.path() / "m.safetensors.index.json");
    if (!read.ok()) return requireSentence(read.error());
    useTensors(read->tensors);
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files;
    for (const char* text :
        {R"({"metadata": {"total_size": 24}, "weight_map": {"a": "m-00001-of-00002.safetensors",
 "b": "m-00001-of-00002.safetensors", "c": "m-00002-of-00002.safetensors"}})",
            R"({"weight_map": {"c": "./m-00002-of-00002.safetensors"}})", R"({"weight_map": {"a": "../m.safetensors"}})", "{}"})
        files.push_back(asBytes(text));
    return files;
}

} // namespace

FuzzTarget safeTensorsIndexTarget() { return {"safetensors_index", run, seeds}; }

} // namespace halftone::fuzz
