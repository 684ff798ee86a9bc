"""What the definitions share: named chains, and convolution, batch norm and activation as one step."""

from collections import OrderedDict

from torch import nn


def named(**parts):
    """Modules one after the other under their names."""
    return nn.Sequential(OrderedDict(parts))


def conv(inputs, outputs, kernel=1, stride=1, groups=1, bias=False):
    """Padded so that stride 1 keeps the size (odd kernels)."""
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=bias)


def unit(convolution, activation=nn.ReLU, norm=nn.BatchNorm2d):
    """Numbered 0, 1 and 2; without an activation 0 and 1."""
    steps = [convolution, norm(convolution.out_channels)]
    return nn.Sequential(*steps, activation()) if activation else nn.Sequential(*steps)


def headed(classifier, **features):
    """Features, their means by channel, and a classifier under its name: {name: module}."""
    return named(**features, avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), **classifier)


class Residual(nn.Module):
    """A chain under the name that its publication gave it, added to its input where that has the same shape."""

    def __init__(self, name, chain, adds):
        super().__init__()
        self.add_module(name, chain)
        self.name, self.adds = name, adds

    def forward(self, x):
        y = getattr(self, self.name)(x)
        return x + y if self.adds else y
