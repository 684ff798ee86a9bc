// The formats that a chosen network can be written in, one entry of a list each.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/export/onnx_writer.h"
#include "core/graph/quantized_model.h"

namespace halftone {

struct ExportContent {
    const QuantizedModel& model; // trained weights in full precision, bits, grids
    const StateDict& state; // every tensor as it was trained, step sizes included
    std::string assignment; // its name
    bool narrowCodes = false; // the formats of ONNX that have them: int4 and int2
    bool foldBatchNorm = true; // the formats of ONNX that can
    Result<Bytes> (*writeTorchScript)(const QuantizedModel& model) = nullptr; // the learning library's: LibTorch writes it
};

struct ExportFormat {
    std::string_view name; // on the command line: "onnx-qdq"
    std::string_view label; // "ONNX QDQ"
    std::string_view ending; // ".onnx"
    std::string_view description; // one line: what it is and who reads it
    bool hasNarrowCodes = false;
    bool foldsBatchNorm = false;
    Result<Bytes> (*write)(const ExportContent& content);
};

std::span<const ExportFormat> allExportFormats(); // written out in export_formats.cpp
Result<const ExportFormat*> findExportFormat(std::string_view name); // BadInput names all
const ExportFormat& exportFormatOf(const std::filesystem::path& file); // the first with its ending; the first of all otherwise
std::string exportFormatNames(); // "onnx-qdq, ..." for help and errors

} // namespace halftone
