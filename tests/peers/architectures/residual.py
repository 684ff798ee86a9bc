"""Residual networks: He et al. 2016 on CIFAR-10 and ImageNet, wide (Zagoruyko 2016), ResNeXt (Xie 2017) and Halftone's own."""

from torch import nn

from .parts import conv, headed, unit


class Block(nn.Module):
    """Convolutions conv1, conv2, ... with bn1, bn2, ...; ReLU between them and after the sum with the shortcut."""

    def __init__(self, convolutions, shortcut):
        super().__init__()
        for number, convolution in enumerate(convolutions, 1):
            self.add_module(f"conv{number}", convolution)
            self.add_module(f"bn{number}", nn.BatchNorm2d(convolution.out_channels))
        self.count = len(convolutions)
        if shortcut is not None:
            self.downsample = shortcut

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            y = y.relu() if number < self.count else y
        return (y + (self.downsample(x) if hasattr(self, "downsample") else x)).relu()


class EverySecond(nn.Module):
    """Option A: no parameters, every second pixel, and zeros for half of the new channels before and after the old ones."""

    def __init__(self, added):
        super().__init__()
        self.padding = (0, 0, 0, 0, added // 2, added // 2)

    def forward(self, x):
        return nn.functional.pad(x[:, :, ::2, ::2], self.padding)


def basic(inputs, outputs, stride, option_a=False):
    changes = stride != 1 or inputs != outputs
    projection = EverySecond(outputs - inputs) if option_a else unit(conv(inputs, outputs, 1, stride), activation=None)
    return Block([conv(inputs, outputs, 3, stride), conv(outputs, outputs, 3)], projection if changes else None)


def bottleneck(inputs, width, outputs, stride, groups):
    changes = stride != 1 or inputs != outputs
    convolutions = [conv(inputs, width), conv(width, width, 3, stride, groups), conv(width, outputs)]
    return Block(convolutions, unit(conv(inputs, outputs, 1, stride), activation=None) if changes else None)


def stages(counts, inputs, outputs, make):
    """layer1, layer2, ...: the first does not stride; channels double from one to the next."""
    layers = {}
    for stage, count in enumerate(counts):
        blocks = []
        for number in range(count):
            blocks.append(make(inputs, outputs << stage, 2 if stage > 0 and number == 0 else 1))
            inputs = outputs << stage
        layers[f"layer{stage + 1}"] = nn.Sequential(*blocks)
    return layers


def cifar_resnet(depth, classes=10):
    stem = {"conv1": conv(3, 16, 3), "bn1": nn.BatchNorm2d(16), "relu": nn.ReLU()}
    layers = stages([(depth - 2) // 6] * 3, 16, 16, lambda *shape: basic(*shape, option_a=True))
    return headed({"linear": nn.Linear(64, classes)}, **stem, **layers)


def fashion_resnet(depth, classes=10):
    stem = {"conv1": conv(1, 32, 3, 2), "bn1": nn.BatchNorm2d(32), "relu": nn.ReLU()}
    return headed({"fc": nn.Linear(128, classes)}, **stem, **stages([(depth - 2) // 6] * 3, 32, 32, basic))


def resnet(counts, bottlenecks, factor=1, groups=1, classes=1000):
    """`factor`: the bottlenecks' width in multiples of the plain ResNet's, a quarter of their output."""
    stem = {"conv1": conv(3, 64, 7, 2), "bn1": nn.BatchNorm2d(64), "relu": nn.ReLU(), "maxpool": nn.MaxPool2d(3, 2, 1)}
    if bottlenecks:
        layers = stages(counts, 64, 256, lambda i, o, stride: bottleneck(i, factor * o // 4, o, stride, groups))
    else:
        layers = stages(counts, 64, 64, basic)
    return headed({"fc": nn.Linear(2048 if bottlenecks else 512, classes)}, **stem, **layers)
