"""Runs and makes TorchScript files in PyTorch. One argument: a file of jobs in JSON.

A job's "model" is loaded, given "input" (float32, of "shape"), and what it answers is written to "output" as float32; the names of
its state_dict go to "output" + ".names", one a line. With "architecture" the file is made first: that definition of architectures/ with
random weights, traced; or scripted, which only the ResNet-18 below can be.
"""
import json
import sys
from pathlib import Path

import numpy
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            x = self.downsample(x)
        y += x
        return self.relu(y)


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))
        self.layer2 = nn.Sequential(Block(64, 128, 2), Block(128, 128, 1))
        self.layer3 = nn.Sequential(Block(128, 256, 2), Block(256, 256, 1))
        self.layer4 = nn.Sequential(Block(256, 512, 2), Block(512, 512, 1))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, 1000)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def make(job, images):
    from architectures import ARCHITECTURES

    torch.manual_seed(3)
    if job["kind"] == "script":
        torch.jit.script(ResNet18().eval()).save(job["model"])
    else:
        torch.jit.trace(ARCHITECTURES[job["architecture"]]().eval(), images).save(job["model"])


def run(job):
    images = torch.from_numpy(numpy.fromfile(job["input"], dtype=numpy.float32).reshape(job["shape"]))
    if "architecture" in job:
        make(job, images[:1])
    module = torch.jit.load(job["model"]).eval()
    module(images).contiguous().numpy().astype(numpy.float32).tofile(job["output"])
    Path(job["output"] + ".names").write_text("\n".join(module.state_dict()))


with torch.no_grad():
    for one in json.loads(Path(sys.argv[1]).read_text()):
        run(one)
