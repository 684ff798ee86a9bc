// Builds small ONNX files by hand, as other programs write them, for tests of the reader.
#pragma once

#include <string>
#include <vector>

#include "core/formats/onnx_file.h"
#include "core/formats/onnx_tensor.h"

namespace halftone {

class OnnxGraph {
public:
    OnnxGraph(std::int64_t opset, Shape input); // the input is named "x"; its batch is open

    // Adds a node whose output has the node's name, and returns that name.
    std::string node(
        std::string type, std::string name, std::vector<std::string> inputs, std::vector<OnnxAttribute> attributes = {});
    std::string floats(std::string name, Shape shape, std::vector<float> values);
    std::string randomFloats(std::string name, Shape shape);
    std::string integers(std::string name, std::vector<std::int64_t> values);
    std::string codes(std::string name, OnnxType type, Shape shape, std::vector<std::int32_t> values);
    void output(std::string name, Shape shape);

    OnnxFile file;
    Bytes bytes() const;
};

// Everything that is read and that Halftone itself does not write: auto_pad, uneven padding, negative slices, Reshape,
// ReduceMean, weights with the output channels last, Constant nodes, Dropout. Input 3 x 9 x 10, output "scores" of 5.
OnnxGraph foreignGraph(std::int64_t opset);

} // namespace halftone
