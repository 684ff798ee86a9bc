"""Runs Halftone's networks in PyTorch, with the definitions of architectures/, for tests that compare with the results.

usage: torch_peer.py < JOBS

Each line of the standard input is a job in JSON, done as it comes:
{"task": "forward", "architecture", "weights", "input", "shape", "output"}: the safetensors file WEIGHTS is loaded into the
definition, strictly by names, and removed, so that a hundred large files never lie beside each other; OUTPUT gets the float32
result and OUTPUT.json the epsilon and momentum of every batch norm.
{"task": "publish", ...}: the definition with its auxiliary heads and random weights; WEIGHTS gets its state_dict by torch.save.
{"task": "names", "weights", "output"}: OUTPUT.json gets what the safetensors package finds in WEIGHTS: for each name its type,
shape and sum.
A job that fails leaves OUTPUT.error with the reason.
"""

import json
import os
import sys

import numpy
import torch
from safetensors.torch import load_file

from architectures import ARCHITECTURES


def batch_norms(model):
    return {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.BatchNorm2d)}


def loaded(job):
    tensors = load_file(job["weights"])
    os.remove(job["weights"])
    with torch.device("meta"):
        model = ARCHITECTURES[job["architecture"]]()
    for name in batch_norms(model):  # a count of batches, which weights alone do not have
        tensors[f"{name}.num_batches_tracked"] = torch.tensor(0)
    model.load_state_dict(tensors, strict=True, assign=True)
    return model


def published(job):
    torch.manual_seed(7)
    model = ARCHITECTURES[job["architecture"]](auxiliary=True)
    for norm in batch_norms(model).values():
        norm.running_mean.uniform_(-0.2, 0.2)
        norm.running_var.uniform_(0.02, 0.1)  # near what the initial weights make of their inputs
    torch.save(model.state_dict(), job["weights"])
    return model


def forward(job, model):
    images = torch.from_numpy(numpy.fromfile(job["input"], dtype=numpy.float32)).reshape(job["shape"])
    result = model.eval()(images)
    result.contiguous().numpy().tofile(job["output"])
    norms = {name: {"epsilon": norm.eps, "momentum": norm.momentum} for name, norm in batch_norms(model).items()}
    return {"shape": list(result.shape), "norms": norms}


def names(job):
    tensors = load_file(job["weights"])
    return {name: {"type": str(tensor.dtype), "shape": list(tensor.shape), "sum": tensor.double().sum().item()}
            for name, tensor in tensors.items()}


def run(job):
    if job["task"] == "names":
        return names(job)
    return forward(job, published(job) if job["task"] == "publish" else loaded(job))


def main():
    with torch.no_grad():
        for line in sys.stdin:
            job = json.loads(line)
            try:
                answer = run(job)
                with open(job["output"] + ".json", "w", encoding="utf-8") as file:
                    json.dump(answer, file)
            except Exception as error:  # whatever PyTorch says is the test's message
                with open(job["output"] + ".error", "w", encoding="utf-8") as file:
                    file.write(f"{type(error).__name__}: {error}")
                if job["task"] == "forward" and os.path.exists(job["weights"]):
                    os.remove(job["weights"])


if __name__ == "__main__":
    main()
