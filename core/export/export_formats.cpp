// The list of export formats.
#include "core/export/export_formats.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/formats/packed_file.h"
#include "core/formats/safetensors.h"
#include "core/formats/tensor_grids.h"

namespace halftone {

namespace {

Result<Bytes> onnx(const ExportContent& content, OnnxOptions::Form form)
{
    return writeOnnx(content.model,
        {.form = form,
            .codes = content.narrowCodes ? OnnxOptions::Codes::Narrow : OnnxOptions::Codes::Int8,
            .foldBatchNorm = content.foldBatchNorm});
}

Result<Bytes> onnxQdq(const ExportContent& content) { return onnx(content, OnnxOptions::Form::Qdq); }
Result<Bytes> onnxQcdq(const ExportContent& content) { return onnx(content, OnnxOptions::Form::Qcdq); }
Result<Bytes> qonnx(const ExportContent& content) { return onnx(content, OnnxOptions::Form::Qonnx); }
Result<Bytes> packed(const ExportContent& content) { return writePacked(content.model); }
Result<Bytes> safeTensors(const ExportContent& content)
{
    const Network& network = content.model.network;
    return writeSafeTensors(content.state,
        {{"producer", "halftone"}, {"assignment", content.assignment}, {"bits", toText(content.model.bits)},
            {std::string(kGridsMetadata), codesToJson(namedGrids(content.model.grids, network, layerTable(network)))}});
}
Result<Bytes> torchScript(const ExportContent& content)
{
    if (content.writeTorchScript) return content.writeTorchScript(content.model);
    return Error{ErrorCode::Failed, "TorchScript is written by LibTorch, and this program runs without it; export from the command line."};
}

constexpr std::array kFormats{
    ExportFormat{"onnx-qdq", "ONNX QDQ", ".onnx", "QuantizeLinear and DequantizeLinear; onnxruntime makes integer convolutions of it",
        true, true, onnxQdq},
    ExportFormat{"onnx-qcdq", "ONNX QCDQ", ".onnx", "the same in int8 with a Clip of narrower weights too, as Brevitas writes it; runs everywhere",
        false, true, onnxQcdq},
    ExportFormat{"qonnx", "QONNX", ".onnx", "Quant nodes of any width, for FINN, hls4ml and the qonnx package", false, false, qonnx},
    ExportFormat{"packed", "Packed", ".packed", "Halftone's own: weights at their real width in bits", false, false, packed},
    ExportFormat{"safetensors", "safetensors", ".safetensors", "trained weights and step sizes in floats, for PyTorch", false, false,
        safeTensors},
    ExportFormat{"torchscript", "TorchScript", ".pt", "a program that PyTorch runs as it is: weights on their grids, inputs of layers rounded",
        false, false, torchScript},
};

} // namespace

std::span<const ExportFormat> allExportFormats() { return kFormats; }

std::string exportFormatNames()
{
    std::string names;
    for (const ExportFormat& format : kFormats) names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

Result<const ExportFormat*> findExportFormat(std::string_view name)
{
    const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const ExportFormat& one) { return one.name == name; });
    if (found != kFormats.end()) return &*found;
    return Error{ErrorCode::BadInput, fmt::format("There is no export format named {}; there are {}.", name, exportFormatNames())};
}

const ExportFormat& exportFormatOf(const std::filesystem::path& file)
{
    const std::string ending = file.extension().string();
    const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const ExportFormat& one) { return one.ending == ending; });
    return found == kFormats.end() ? kFormats.front() : *found;
}

} // namespace halftone
