"""Inverted residuals: MobileNet v2 (Sandler 2018) and v3 (Howard 2019), MNASNet (Tan 2019), EfficientNet (Tan 2019)."""

from functools import partial

from torch import nn

from .parts import Residual, conv, headed, named, unit


class Gate(nn.Module):
    """Squeeze and excitation: each channel times a number between 0 and 1 that the means of all channels decide."""

    def __init__(self, channels, squeezed, activation, opening):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)
        self.activation, self.opening = activation(), opening()

    def forward(self, x):
        return x * self.opening(self.fc2(self.activation(self.fc1(x.mean((2, 3), keepdim=True)))))


def mobilenet_v2(classes=1000):
    features, inputs = [unit(conv(3, 32, 3, 2), nn.ReLU6)], 32
    # expansion, channels, blocks, first stride: table 2
    for expansion, outputs, count, first in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                             (6, 160, 3, 2), (6, 320, 1, 1)):
        for number in range(count):
            stride, wide = first if number == 0 else 1, expansion * inputs
            steps = [] if expansion == 1 else [unit(conv(inputs, wide), nn.ReLU6)]
            steps += [unit(conv(wide, wide, 3, stride, wide), nn.ReLU6), conv(wide, outputs), nn.BatchNorm2d(outputs)]
            features.append(Residual("conv", nn.Sequential(*steps), stride == 1 and inputs == outputs))
            inputs = outputs
    features.append(unit(conv(inputs, 1280), nn.ReLU6))
    return headed({"classifier": nn.Sequential(nn.Dropout(), nn.Linear(1280, classes))}, features=nn.Sequential(*features))


def gated_block(inputs, wide, outputs, kernel, stride, activation, gate, norm=nn.BatchNorm2d):
    steps = [] if wide == inputs else [unit(conv(inputs, wide), activation, norm)]
    steps += [unit(conv(wide, wide, kernel, stride, wide), activation, norm), *([gate] if gate else [])]
    steps.append(unit(conv(wide, outputs), None, norm))
    return Residual("block", nn.Sequential(*steps), stride == 1 and inputs == outputs)


RE, HS = nn.ReLU, nn.Hardswish
# kernel, expanded, out, channels between the gate's two convolutions (0: no gate), activation, stride
V3_LARGE = (
    (3, 16, 16, 0, RE, 1), (3, 64, 24, 0, RE, 2), (3, 72, 24, 0, RE, 1), (5, 72, 40, 24, RE, 2),
    (5, 120, 40, 32, RE, 1), (5, 120, 40, 32, RE, 1), (3, 240, 80, 0, HS, 2), (3, 200, 80, 0, HS, 1),
    (3, 184, 80, 0, HS, 1), (3, 184, 80, 0, HS, 1), (3, 480, 112, 120, HS, 1), (3, 672, 112, 168, HS, 1),
    (5, 672, 160, 168, HS, 2), (5, 960, 160, 240, HS, 1), (5, 960, 160, 240, HS, 1))
V3_SMALL = (
    (3, 16, 16, 8, RE, 2), (3, 72, 24, 0, RE, 2), (3, 88, 24, 0, RE, 1), (5, 96, 40, 24, HS, 2),
    (5, 240, 40, 64, HS, 1), (5, 240, 40, 64, HS, 1), (5, 120, 48, 32, HS, 1), (5, 144, 48, 40, HS, 1),
    (5, 288, 96, 72, HS, 2), (5, 576, 96, 144, HS, 1), (5, 576, 96, 144, HS, 1))


def mobilenet_v3(rows, hidden, classes=1000):
    norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
    features, inputs = [unit(conv(3, 16, 3, 2), HS, norm)], 16
    for kernel, wide, outputs, squeezed, activation, stride in rows:
        gate = Gate(wide, squeezed, nn.ReLU, nn.Hardsigmoid) if squeezed else None
        features.append(gated_block(inputs, wide, outputs, kernel, stride, activation, gate, norm))
        inputs = outputs
    features.append(unit(conv(inputs, 6 * inputs), HS, norm))
    classifier = nn.Sequential(nn.Linear(6 * inputs, hidden), HS(), nn.Dropout(), nn.Linear(hidden, classes))
    return headed({"classifier": classifier}, features=nn.Sequential(*features))


def mnasnet(classes=1000):
    norm = partial(nn.BatchNorm2d, momentum=1 - 0.9997)
    layers = [*unit(conv(3, 32, 3, 2), norm=norm), *unit(conv(32, 32, 3, 1, 32), norm=norm), *unit(conv(32, 16), None, norm)]
    inputs = 16
    # expansion, kernel, channels, blocks, first stride
    for expansion, kernel, outputs, count, first in ((3, 3, 24, 3, 2), (3, 5, 40, 3, 2), (6, 5, 80, 3, 2), (6, 3, 96, 2, 1),
                                                     (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)):
        blocks = []
        for number in range(count):
            stride, wide = first if number == 0 else 1, expansion * inputs
            steps = [*unit(conv(inputs, wide), norm=norm), *unit(conv(wide, wide, kernel, stride, wide), norm=norm),
                     *unit(conv(wide, outputs), None, norm)]
            blocks.append(Residual("layers", nn.Sequential(*steps), stride == 1 and inputs == outputs))
            inputs = outputs
        layers.append(nn.Sequential(*blocks))
    layers += unit(conv(inputs, 1280), norm=norm)
    return headed({"classifier": nn.Sequential(nn.Dropout(), nn.Linear(1280, classes))}, layers=nn.Sequential(*layers))


def efficientnet_b0(classes=1000):
    features, inputs = [unit(conv(3, 32, 3, 2), nn.SiLU)], 32
    # expansion, kernel, channels, blocks, first stride: table 1
    for expansion, kernel, outputs, count, first in ((1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2),
                                                     (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)):
        blocks = []
        for number in range(count):
            wide = expansion * inputs
            gate = Gate(wide, inputs // 4, nn.SiLU, nn.Sigmoid)
            blocks.append(gated_block(inputs, wide, outputs, kernel, first if number == 0 else 1, nn.SiLU, gate))
            inputs = outputs
        features.append(nn.Sequential(*blocks))
    features.append(unit(conv(inputs, 1280), nn.SiLU))
    return headed({"classifier": nn.Sequential(nn.Dropout(), nn.Linear(1280, classes))}, features=nn.Sequential(*features))
