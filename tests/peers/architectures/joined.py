"""Networks that join channels: DenseNet (Huang et al. 2017) and ShuffleNet v2 (Ma et al. 2018)."""

import torch
from torch import nn

from .parts import conv, headed, named, unit


class DenseLayer(nn.Module):
    """Batch norm, ReLU and convolution twice; what comes out stands behind what went in."""

    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, 4 * growth)
        self.norm2, self.conv2 = nn.BatchNorm2d(4 * growth), conv(4 * growth, growth, 3)

    def forward(self, x):
        y = self.conv1(self.norm1(x).relu())
        return torch.cat([x, self.conv2(self.norm2(y).relu())], 1)


def densenet(growth, stem, counts, classes=1000):
    features = {"conv0": conv(3, stem, 7, 2), "norm0": nn.BatchNorm2d(stem), "relu0": nn.ReLU(), "pool0": nn.MaxPool2d(3, 2, 1)}
    channels = stem
    for block, count in enumerate(counts, 1):
        layers = {}
        for layer in range(1, count + 1):
            layers[f"denselayer{layer}"] = DenseLayer(channels, growth)
            channels += growth
        features[f"denseblock{block}"] = named(**layers)
        if block < len(counts):
            features[f"transition{block}"] = named(
                norm=nn.BatchNorm2d(channels), relu=nn.ReLU(), conv=conv(channels, channels // 2), pool=nn.AvgPool2d(2))
            channels //= 2
    features = named(**features, norm5=nn.BatchNorm2d(channels), relu5=nn.ReLU())
    return headed({"classifier": nn.Linear(channels, classes)}, features=features)


class ShuffleUnit(nn.Module):
    """At stride 1 one half of the channels passes by; the two halves are then mixed, one of each in turn."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        half = outputs // 2
        self.stride = stride
        if stride > 1:
            self.branch1 = nn.Sequential(*unit(conv(inputs, inputs, 3, stride, inputs), None), *unit(conv(inputs, half)))
        entering = inputs if stride > 1 else half
        depthwise = unit(conv(half, half, 3, stride, half), None)
        self.branch2 = nn.Sequential(*unit(conv(entering, half)), *depthwise, *unit(conv(half, half)))

    def forward(self, x):
        kept, worked = (self.branch1(x), x) if self.stride > 1 else x.chunk(2, 1)
        return torch.stack([kept, self.branch2(worked)], 2).flatten(1, 2)


def shufflenet_v2(classes=1000):
    stages, inputs = {}, 24
    for stage, (count, outputs) in enumerate(((4, 116), (8, 232), (4, 464)), 2):
        units = []
        for number in range(count):
            units.append(ShuffleUnit(inputs, outputs, 2 if number == 0 else 1))
            inputs = outputs
        stages[f"stage{stage}"] = nn.Sequential(*units)
    return headed({"fc": nn.Linear(1024, classes)}, conv1=unit(conv(3, 24, 3, 2)), maxpool=nn.MaxPool2d(3, 2, 1), **stages,
                  conv5=unit(conv(inputs, 1024)))
