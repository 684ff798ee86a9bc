"""GoogLeNet (Szegedy et al. 2015) and Inception v3 (Szegedy et al. 2016), with their auxiliary heads or without."""

import torch
from torch import nn

from .parts import named


class ToUnitRange(nn.Module):
    """From ImageNet's normalisation to (image - 0.5) / 0.5, which these networks were trained with."""

    def forward(self, x):
        deviation, mean = x.new_tensor([0.229, 0.224, 0.225]), x.new_tensor([0.485, 0.456, 0.406])
        return x * (deviation / 0.5).view(3, 1, 1) + ((mean - 0.5) / 0.5).view(3, 1, 1)


def basic(inputs, outputs, kernel=1, stride=1, padding=0):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return named(conv=convolution, bn=nn.BatchNorm2d(outputs, eps=0.001), relu=nn.ReLU())


class Mixed(nn.Module):
    """Branches side by side, joined by channels. A branch is a list of steps: a name and its unit, a list of such (which all
    read the step before and are joined), or a pooling, which has no name in the published files."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = branches
        for branch in branches:
            for step in branch:
                for name, module in step if isinstance(step, list) else [step] if isinstance(step, tuple) else []:
                    self.add_module(name, module)

    def run(self, step, x):
        if isinstance(step, list):
            return torch.cat([getattr(self, name)(x) for name, _ in step], 1)
        return getattr(self, step[0])(x) if isinstance(step, tuple) else step(x)

    def forward(self, x):
        results = []
        for branch in self.branches:
            y = x
            for step in branch:
                y = self.run(step, y)
            results.append(y)
        return torch.cat(results, 1)


def chain(name, inputs, *steps):
    """Units name_1, name_2, ...; a step is what follows `inputs` in basic()."""
    units = []
    for number, (outputs, *geometry) in enumerate(steps, 1):
        units.append((f"{name}_{number}", basic(inputs, outputs, *geometry)))
        inputs = outputs
    return units


THREE = (3, 1, 1)
HALVING = (3, 2)
ROW, COLUMN = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))


def pooled(inputs, outputs):
    return [nn.AvgPool2d(3, 1, 1), ("branch_pool", basic(inputs, outputs))]


def module_a(inputs, pool):
    return Mixed([("branch1x1", basic(inputs, 64))], chain("branch5x5", inputs, (48,), (64, 5, 1, 2)),
                 chain("branch3x3dbl", inputs, (64,), (96, *THREE), (96, *THREE)), pooled(inputs, pool))


def module_b(inputs):
    return Mixed([("branch3x3", basic(inputs, 384, *HALVING))],
                 chain("branch3x3dbl", inputs, (64,), (96, *THREE), (96, *HALVING)), [nn.MaxPool2d(3, 2)])


def module_c(inner):
    return Mixed([("branch1x1", basic(768, 192))], chain("branch7x7", 768, (inner,), (inner, *ROW), (192, *COLUMN)),
                 chain("branch7x7dbl", 768, (inner,), (inner, *COLUMN), (inner, *ROW), (inner, *COLUMN), (192, *ROW)),
                 pooled(768, 192))


def module_d():
    return Mixed(chain("branch3x3", 768, (192,), (320, *HALVING)),
                 chain("branch7x7x3", 768, (192,), (192, *ROW), (192, *COLUMN), (192, *HALVING)), [nn.MaxPool2d(3, 2)])


def module_e(inputs):
    def both(row, column):
        return [(row, basic(384, 384, (1, 3), 1, (0, 1))), (column, basic(384, 384, (3, 1), 1, (1, 0)))]

    return Mixed([("branch1x1", basic(inputs, 320))],
                 [*chain("branch3x3", inputs, (384,)), both("branch3x3_2a", "branch3x3_2b")],
                 [*chain("branch3x3dbl", inputs, (448,), (384, *THREE)), both("branch3x3dbl_3a", "branch3x3dbl_3b")],
                 pooled(inputs, 192))


class Passing(nn.Module):
    """An auxiliary head: it has parameters in the published files, but only training asks for what it computes."""

    def __init__(self, **parts):
        super().__init__()
        for name, module in parts.items():
            self.add_module(name, module)

    def forward(self, x):
        return x


def inception_v3(classes=1000, auxiliary=False):
    head = {"AuxLogits": Passing(conv0=basic(768, 128), conv1=basic(128, 768, 5), fc=nn.Linear(768, classes))}
    return named(
        transform=ToUnitRange(),
        Conv2d_1a_3x3=basic(3, 32, *HALVING), Conv2d_2a_3x3=basic(32, 32, 3), Conv2d_2b_3x3=basic(32, 64, *THREE),
        maxpool1=nn.MaxPool2d(3, 2), Conv2d_3b_1x1=basic(64, 80), Conv2d_4a_3x3=basic(80, 192, 3), maxpool2=nn.MaxPool2d(3, 2),
        Mixed_5b=module_a(192, 32), Mixed_5c=module_a(256, 64), Mixed_5d=module_a(288, 64), Mixed_6a=module_b(288),
        Mixed_6b=module_c(128), Mixed_6c=module_c(160), Mixed_6d=module_c(160), Mixed_6e=module_c(192),
        **(head if auxiliary else {}), Mixed_7a=module_d(), Mixed_7b=module_e(1280), Mixed_7c=module_e(2048),
        avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(2048, classes))


def googlenet_module(inputs, one, three_reduced, three, five_reduced, five, pool):
    """The published weights' "5x5" branch has 3x3 kernels. Parts of a branch are numbered, those of the first are not."""
    return Mixed([("branch1", basic(inputs, one))],
                 [("branch2", nn.Sequential(basic(inputs, three_reduced), basic(three_reduced, three, *THREE)))],
                 [("branch3", nn.Sequential(basic(inputs, five_reduced), basic(five_reduced, five, *THREE)))],
                 [("branch4", nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), basic(inputs, pool)))])


def googlenet(classes=1000, auxiliary=False):
    table = {  # Szegedy et al. 2015, table 1: 1x1, 3x3 reduced, 3x3, 5x5 reduced, 5x5, pooled
        "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "4a": (192, 96, 208, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
        "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128)}
    poolings = {"4a": ("maxpool3", 3), "5a": ("maxpool4", 2)}
    heads = {"4b": "aux1", "4e": "aux2"}
    parts, inputs = {}, 192
    for name, widths in table.items():
        if auxiliary and name in heads:
            parts[heads[name]] = Passing(conv=basic(inputs, 128), fc1=nn.Linear(2048, 1024), fc2=nn.Linear(1024, classes))
        if name in poolings:
            parts[poolings[name][0]] = nn.MaxPool2d(poolings[name][1], 2, ceil_mode=True)
        parts[f"inception{name}"] = googlenet_module(inputs, *widths)
        inputs = widths[0] + widths[2] + widths[4] + widths[5]
    return named(
        transform=ToUnitRange(), conv1=basic(3, 64, 7, 2, 3), maxpool1=nn.MaxPool2d(3, 2, ceil_mode=True), conv2=basic(64, 64),
        conv3=basic(64, 192, *THREE), maxpool2=nn.MaxPool2d(3, 2, ceil_mode=True), **parts, avgpool=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(), fc=nn.Linear(inputs, classes))
