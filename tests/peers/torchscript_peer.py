"""Runs TorchScript files in PyTorch. One argument: a file of jobs in JSON.

A job's "model" is loaded, given "input" (float32, of "shape"), and what it answers is written to "output" as float32; the names of
its state_dict go to "output" + ".names", one a line.
"""
import json
import sys
from pathlib import Path

import numpy
import torch

for job in json.loads(Path(sys.argv[1]).read_text()):
    module = torch.jit.load(job["model"]).eval()
    images = numpy.fromfile(job["input"], dtype=numpy.float32).reshape(job["shape"])
    with torch.no_grad():
        answer = module(torch.from_numpy(images))
    answer.contiguous().numpy().astype(numpy.float32).tofile(job["output"])
    Path(job["output"] + ".names").write_text("\n".join(module.state_dict()))
