// Hand-made ONNX files.
#include "tests/support/onnx_graphs.h"

#include <cassert>

#include "tests/support/test_networks.h"

namespace halftone {

OnnxGraph::OnnxGraph(std::int64_t opset, Shape input)
{
    file.irVersion = 7;
    file.opset = opset;
    file.producer = "hand";
    file.graphName = "graph";
    input.insert(input.begin(), -1);
    file.inputs.push_back({.name = "x", .shape = std::move(input)});
}

std::string OnnxGraph::node(
    std::string type, std::string name, std::vector<std::string> inputs, std::vector<OnnxAttribute> attributes)
{
    file.nodes.push_back({.type = std::move(type),
        .name = name,
        .inputs = std::move(inputs),
        .outputs = {name},
        .attributes = std::move(attributes)});
    return name;
}

std::string OnnxGraph::floats(std::string name, Shape shape, std::vector<float> values)
{
    file.initializers.push_back(floatTensor(name, std::move(shape), values));
    return name;
}

std::string OnnxGraph::randomFloats(std::string name, Shape shape)
{
    const std::int64_t count = elementCount(shape);
    return floats(name, std::move(shape), halftone::randomFloats(count, 1, name));
}

std::string OnnxGraph::integers(std::string name, std::vector<std::int64_t> values)
{
    file.initializers.push_back(int64Tensor(name, values));
    return name;
}

std::string OnnxGraph::codes(std::string name, OnnxType type, Shape shape, std::vector<std::int32_t> values)
{
    file.initializers.push_back(codeTensor(name, type, std::move(shape), values));
    return name;
}

void OnnxGraph::output(std::string name, Shape shape)
{
    shape.insert(shape.begin(), -1);
    file.outputs = {{.name = std::move(name), .shape = std::move(shape)}};
}

Bytes OnnxGraph::bytes() const
{
    auto written = serializeOnnx(file);
    assert(written.ok());
    return *written;
}

OnnxGraph foreignGraph(std::int64_t opset)
{
    using Integers = std::vector<std::int64_t>;
    OnnxGraph graph(opset, {3, 9, 10});
    // SAME_LOWER with an even kernel and a stride pads unevenly. 3x9x10 -> 4x5x5
    std::string x = graph.node("Conv", "same", {"x", graph.randomFloats("same.w", {4, 3, 2, 4})},
        {{"auto_pad", std::string("SAME_LOWER")}, {"strides", Integers{2, 2}}});
    if (opset < 11) {
        x = graph.node("Clip", "six", {x}, {{"min", 0.0F}, {"max", 6.0F}});
        x = graph.node("Pad", "pad", {x}, {{"pads", Integers{0, 1, 0, 2, 0, 0, 1, 0}}}); // 5x6x7
    } else {
        x = graph.node("Clip", "six", {x, graph.floats("zero", {}, {0}), graph.floats("six.max", {}, {6})});
        x = graph.node("Pad", "pad", {x, graph.integers("pads", {0, 1, 0, 2, 0, 0, 1, 0})});
    }
    x = graph.node("Conv", "uneven", {x, graph.randomFloats("uneven.w", {5, 5, 3, 3}), graph.randomFloats("uneven.b", {5})},
        {{"pads", Integers{0, 1, 2, 0}}}); // 5x6x6
    x = graph.node("Dropout", "dropout", {x});
    x = graph.node("MaxPool", "pool", {x}, {{"kernel_shape", Integers{2, 2}}}); // default stride 1: 5x5x5
    if (opset < 10) {
        x = graph.node("Slice", "slice", {x},
            {{"starts", Integers{-4, 0}}, {"ends", Integers{9999, -1}}, {"axes", Integers{2, 3}}}); // 5x4x4
    } else {
        x = graph.node("Slice", "slice",
            {x, graph.integers("starts", {-4, 0}), graph.integers("ends", {9999, -1}), graph.integers("axes", {2, -1})});
    }
    x = graph.node("AveragePool", "mean", {x}, {{"kernel_shape", Integers{3, 3}}, {"auto_pad", std::string("VALID")}}); // 5x2x2
    std::string a = graph.node("ReduceMean", "reduced", {x}, {{"axes", Integers{2, 3}}, {"keepdims", std::int64_t(0)}}); // 5
    graph.node("Constant", "shape", {}, {{"value", int64Tensor({}, Integers{0, -1})}});
    std::string b = graph.node("Reshape", "flat", {x, "shape"}); // 20
    b = graph.node(
        "Gemm", "gemm", {b, graph.randomFloats("gemm.w", {20, 5}), graph.randomFloats("gemm.b", {1, 5})}); // channels last
    x = graph.node("Add", "scores", {graph.node("Identity", "same_again", {a}), b});
    graph.output(x, {5});
    return graph;
}

} // namespace halftone
