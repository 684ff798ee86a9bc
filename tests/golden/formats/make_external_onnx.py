#!/usr/bin/env python3
"""Writes external.onnx, whose tensors lie in external.bin beside it, and external_inside.onnx, the same model in one file. test_onnx
compares the two. Needs the packages onnx and numpy; the files are kept for ever.
"""
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent


def main():
    def filled(name, *shape):
        count = int(numpy.prod(shape))
        return numpy_helper.from_array((numpy.arange(count, dtype=numpy.float32) / 8 - 1).reshape(shape), name)

    nodes = [helper.make_node("Conv", ["x", "conv.weight", "conv.bias"], ["a"], name="conv", kernel_shape=[3, 3]),
             helper.make_node("Relu", ["a"], ["b"], name="relu"),
             helper.make_node("GlobalAveragePool", ["b"], ["c"], name="pool"),
             helper.make_node("Flatten", ["c"], ["d"], name="flat"),
             helper.make_node("Gemm", ["d", "fc.weight", "fc.bias"], ["scores"], name="fc", transB=1)]
    tensors = [filled("conv.weight", 2, 1, 3, 3), filled("conv.bias", 2), filled("fc.weight", 3, 2), filled("fc.bias", 3)]
    graph = helper.make_graph(nodes, "small", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1, 4, 4])],
                              [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / "external_inside.onnx")
    onnx.save_model(model, str(HERE / "external.onnx"), save_as_external_data=True, all_tensors_to_one_file=True,
                    location="external.bin", size_threshold=0)


if __name__ == "__main__":
    main()
