"""ESPNet (Mehta et al. 2018) in PyTorch and its mIoU on a folder of CamVid frames, for comparison with `halftone evaluate`.

usage: espnet_peer.py WEIGHTS.pth IMAGES MASKS [--order rgb|bgr] [--every N] [--logits FILE]

Prints JSON: the mIoU over classes 0..10 (mask value 11 is void and counted nowhere, the network's twelfth answer is no class), the
pixel accuracy, every class's ratio, correct and counted pixels. --every N takes every N-th frame only, the last of each N;
--logits writes the first frame's outputs as float32.
"""

import argparse
import json
import pathlib

import numpy
import torch
from PIL import Image
from torch import nn

CLASSES, VOID = 11, 11
DILATIONS = (1, 2, 4, 8, 16)
MEAN = (0.39068785, 0.40521392, 0.41434407)  # of CamVid's training images, red first
DEVIATION = (0.29652068, 0.30514979, 0.30080369)


def weights(state, name):
    return state[name + ".weight"]


class Espnet:
    """Walks the published state dict by name, in evaluation mode."""

    def __init__(self, state, p, q):
        self.state, self.p, self.q = state, p, q

    def conv(self, name, x, stride=1, dilation=1):
        weight = weights(self.state, name)
        padding = (weight.shape[2] - 1) // 2 * dilation
        return nn.functional.conv2d(x, weight, stride=stride, padding=padding, dilation=dilation)

    def norm(self, name, x):
        s = self.state
        return nn.functional.batch_norm(
            x, s[name + ".running_mean"], s[name + ".running_var"], s[name + ".weight"], s[name + ".bias"], eps=1e-3)

    def norm_act(self, name, x):
        return nn.functional.prelu(self.norm(name + ".bn", x), weights(self.state, name + ".act"))

    def pyramid(self, name, x, stride):
        reduced = self.conv(name + ".c1.conv", x, stride)
        parts, total = [], None
        for dilation in DILATIONS:
            part = self.conv(f"{name}.d{dilation}.conv", reduced, dilation=dilation)
            if dilation > 1:
                total = part if total is None else total + part
                part = total
            parts.append(part)
        return torch.cat(parts, 1)

    def block(self, name, x, residual=True):
        merged = self.pyramid(name, x, 1)
        return self.norm_act(name + ".bn", x + merged if residual else merged)

    def up(self, name, x):
        return nn.functional.conv_transpose2d(x, weights(self.state, name), stride=2)

    def __call__(self, image):
        half = nn.functional.avg_pool2d(image, 3, 2, 1)
        quarter = nn.functional.avg_pool2d(half, 3, 2, 1)
        x = self.norm_act("encoder.level1", self.conv("encoder.level1.conv", image, 2))
        level1 = self.norm_act("encoder.b1", torch.cat([x, half], 1))
        first = x = self.norm_act("encoder.level2_0", self.pyramid("encoder.level2_0", level1, 2))
        for i in range(self.p):
            x = self.block(f"encoder.level2.{i}", x)
        level2 = self.norm_act("encoder.b2", torch.cat([x, first, quarter], 1))
        first = x = self.norm_act("encoder.level3_0", self.pyramid("encoder.level3_0", level2, 2))
        for i in range(self.q):
            x = self.block(f"encoder.level3.{i}", x)
        level3 = self.norm_act("encoder.b3", torch.cat([first, x], 1))
        coarse = self.up("up_l3.0", self.norm("br", self.conv("encoder.classifier.conv", level3)))
        x = torch.cat([self.conv("level3_C.conv", level2), coarse], 1)
        x = self.block("combine_l2_l3.1", self.norm_act("combine_l2_l3.0", x), residual=False)
        x = self.norm_act("up_l2.1", self.up("up_l2.0", x))
        x = self.norm_act("conv", self.conv("conv.conv", torch.cat([x, level1], 1)))
        return self.up("classifier", x)


def prepared(path, order):
    """A frame as the network learnt it: centred and scaled by the training images, divided by 255 once more, blue first."""
    pixels = numpy.asarray(Image.open(path).convert("RGB"), dtype=numpy.float32) / 255
    pixels = (pixels - numpy.float32(MEAN)) / (numpy.float32(DEVIATION) * 255)
    if order == "bgr":
        pixels = pixels[:, :, ::-1]
    return torch.from_numpy(numpy.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("images", type=pathlib.Path)
    parser.add_argument("masks", type=pathlib.Path)
    parser.add_argument("--order", default="bgr", choices=["rgb", "bgr"])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--logits")
    options = parser.parse_args()
    state = torch.load(options.weights, map_location="cpu", weights_only=True)
    network = Espnet(state, p=2, q=8)
    counts = numpy.zeros((CLASSES, 256), dtype=numpy.int64)
    with torch.no_grad():
        for i, path in enumerate(sorted(options.images.iterdir())[options.every - 1::options.every]):
            outputs = network(prepared(path, options.order))
            if i == 0 and options.logits:
                outputs.numpy().astype(numpy.float32).tofile(options.logits)
            told = outputs[0].argmax(0).numpy()
            mask = numpy.asarray(Image.open(options.masks / path.name))
            known = mask != VOID
            numpy.add.at(counts, (mask[known].astype(numpy.int64), told[known]), 1)
    hits = numpy.diag(counts[:, :CLASSES])
    either = counts.sum(1) + counts[:, :CLASSES].sum(0) - hits
    ratios = hits[either > 0] / either[either > 0]
    print(json.dumps({"mIoU": float(ratios.mean()), "pixelAccuracy": float(hits.sum() / counts.sum()),
                      "ratios": [round(float(r), 6) for r in ratios], "correct": int(hits.sum()), "count": int(counts.sum())}))


if __name__ == "__main__":
    main()
