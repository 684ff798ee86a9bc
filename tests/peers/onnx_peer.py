"""Checks ONNX files with the onnx package and runs them with onnxruntime or qonnx, for tests that compare with the results.

usage: onnx_peer.py JOBS.json

JOBS.json is a list of {"model", "input", "shape", "output", "level", "values"}: files of the model and of the float32
input, the input's shape, where results go, the optimisation level ("none" or "all") of onnxruntime, "qonnx" for the
qonnx package's executor or "quantize ..." for onnxruntime's static quantization (which writes OUTPUT.onnx and runs nothing), and whether to return every value or the graph's output alone. For each job OUTPUT gets the float32
values one after the other and OUTPUT.json their names and sizes, in order, with the counts of the node types that were really
run, and what else a value can be known by: the name of the node that makes it, or of its weights.
"""

import collections
import json
import sys

import numpy
import onnx
import onnxruntime


def with_all_values(model):
    """The model with every float value as an output; value infos are kept, so that the checker has seen them."""
    present = {output.name for output in model.graph.output}
    for value in model.graph.value_info:
        if value.name not in present:
            model.graph.output.append(value)
    return model


def aliases(model):
    """From the names of nodes, and of their weights without the ending, to their first outputs."""
    weights = {weight.name for weight in model.graph.initializer if weight.name.endswith(".weight")}
    found = {}
    for node in model.graph.node:
        for name in [node.name, *(name.removesuffix(".weight") for name in node.input if name in weights)]:
            found[name] = node.output[0]
    return found


def save(job, named, types, also=None):
    """The values one after the other, and what they are."""
    with open(job["output"], "wb") as file:
        for value in named.values():
            file.write(numpy.ascontiguousarray(value, dtype=numpy.float32).tobytes())
    sizes = [{"name": name, "size": int(value.size)} for name, value in named.items()]
    with open(job["output"] + ".json", "w", encoding="utf-8") as file:
        json.dump({"values": sizes, "types": types, "aliases": also or {}}, file)


def run_qonnx(job):
    """Node by node, as the dialect's own package defines it."""
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes

    # It wraps each node in a model of the onnx package's newest version, which may be ahead of onnxruntime's.
    onnx.IR_VERSION = min(onnx.IR_VERSION, 10)
    model = onnx.load(job["model"])
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        value.type.tensor_type.shape.dim[0].dim_value = job["shape"][0]  # it wants a batch of a fixed size
    data = numpy.fromfile(job["input"], dtype=numpy.float32).reshape(job["shape"])
    wrapper = ModelWrapper(model).transform(InferShapes())
    every = execute_onnx(wrapper, {model.graph.input[0].name: data}, return_full_exec_context=True)
    names = [value.name for value in [*model.graph.value_info, *model.graph.output]]
    save(job, {name: every[name] for name in names}, collections.Counter(node.op_type for node in model.graph.node))


def quantize(job):
    """As onnxruntime's own tool does it, calibrated on the job's input."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    data = numpy.fromfile(job["input"], dtype=numpy.float32).reshape(job["shape"])
    name = onnx.load(job["model"]).graph.input[0].name

    class OneBatch(CalibrationDataReader):
        def __init__(self):
            self.batches = iter([{name: data}])

        def get_next(self):
            return next(self.batches, None)

    unsigned = {"activation_type": QuantType.QUInt8}
    kinds = {"default": {}, "unsigned": unsigned, "channels": {"per_channel": True, **unsigned},
             "symmetric": {"extra_options": {"ActivationSymmetric": True, "WeightSymmetric": True}}}
    quantize_static(job["model"], job["output"] + ".onnx", OneBatch(), quant_format=QuantFormat.QDQ,
                    **kinds[job["level"].removeprefix("quantize ")])
    save(job, {}, {})


def run(job):
    if job["level"].startswith("quantize "):
        return quantize(job)
    if job["level"] == "qonnx":
        return run_qonnx(job)
    model = onnx.load(job["model"])
    onnx.checker.check_model(model, full_check=True)
    if job["values"]:
        model = with_all_values(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Without it, 8-bit weights saturate on CPUs that have no VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_DISABLE_ALL if job["level"] == "none" else levels.ORT_ENABLE_ALL
    options.optimized_model_filepath = job["output"] + ".onnx"
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    data = numpy.fromfile(job["input"], dtype=numpy.float32).reshape(job["shape"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {session.get_inputs()[0].name: data})
    types = collections.Counter(node.op_type for node in onnx.load(job["output"] + ".onnx").graph.node)
    save(job, dict(zip(names, values)), types, aliases(model))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        jobs = json.load(file)
    for job in jobs:
        try:
            run(job)
        except Exception as error:  # whatever either package says is the test's message
            print(f"{job['model']}: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
