// Fuzzes ONNX files through protobuf, the node readers and the network that comes of them.
#include "core/export/onnx_writer.h"
#include "core/formats/onnx_reader.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"
#include "tests/support/onnx_graphs.h"
#include "tests/support/test_networks.h"

namespace halftone::fuzz {

namespace {

// What the models of the seeds keep beside them.
class OneDataFile : public InputFolder {
public:
    OneDataFile() { write("external.bin", asText(goldenFile("external.bin"))); }
};

void run(std::span<const std::byte> input)
{
    static const OneDataFile folder;
    const auto read = readOnnx(input, folder.path());
    if (!read.ok()) return requireSentence(read.error());
    useModel(*read);
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files{goldenFile("external.onnx"), goldenFile("external_inside.onnx")};
    for (const std::int64_t opset : {7, 11, 13, 18}) files.push_back(foreignGraph(opset).bytes());
    const QuantizedModel small = smallModel(4);
    const QuantizedModel every = quantizeForTest(everyOperationNetwork(), 4);
    const QuantizedModel mobile = quantizeForTest(mobileOperationNetwork(), 2);
    for (const OnnxOptions& options : {OnnxOptions{}, OnnxOptions{.form = OnnxOptions::Form::Qcdq},
             OnnxOptions{.form = OnnxOptions::Form::Qonnx}, OnnxOptions{.codes = OnnxOptions::Codes::Narrow},
             OnnxOptions{.rangeClip = OnnxOptions::RangeClip::BeforeQuantize, .foldBatchNorm = false}})
        for (const QuantizedModel* model : {&small, &every, &mobile})
            if (auto file = writeOnnx(*model, options); file.ok()) files.push_back(*std::move(file));
    return files;
}

} // namespace

FuzzTarget onnxTarget() { return {"onnx", run, seeds}; }

} // namespace halftone::fuzz
