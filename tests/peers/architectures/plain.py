"""AlexNet (Krizhevsky 2014), VGG (Simonyan and Zisserman 2015) and SqueezeNet (Iandola et al. 2016)."""

import torch
from torch import nn

from .parts import named


def alexnet(classes=1000):
    def stage(inputs, outputs, *geometry, pool):
        steps = [nn.Conv2d(inputs, outputs, *geometry), nn.ReLU()]
        return [*steps, nn.MaxPool2d(3, 2)] if pool else steps

    features = [
        *stage(3, 64, 11, 4, 2, pool=True),
        *stage(64, 192, 5, 1, 2, pool=True),
        *stage(192, 384, 3, 1, 1, pool=False),
        *stage(384, 256, 3, 1, 1, pool=False),
        *stage(256, 256, 3, 1, 1, pool=True),
    ]
    classifier = [nn.Dropout(), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU()]
    return named(features=nn.Sequential(*features), avgpool=nn.AdaptiveAvgPool2d(6), flatten=nn.Flatten(),
                 classifier=nn.Sequential(*classifier, nn.Linear(4096, classes)))


def vgg(convolutions, batch_norm, classes=1000):
    """`convolutions`: how many of them each of the five stages has."""
    features, inputs = [], 3
    for count, outputs in zip(convolutions, (64, 128, 256, 512, 512)):
        for _ in range(count):
            norm = [nn.BatchNorm2d(outputs)] if batch_norm else []
            features += [nn.Conv2d(inputs, outputs, 3, padding=1), *norm, nn.ReLU()]
            inputs = outputs
        features.append(nn.MaxPool2d(2))
    classifier = [nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout()]
    return named(features=nn.Sequential(*features), avgpool=nn.AdaptiveAvgPool2d(7), flatten=nn.Flatten(),
                 classifier=nn.Sequential(*classifier, nn.Linear(4096, classes)))


class Fire(nn.Module):
    """Squeezed by a 1x1 convolution, expanded by a 1x1 and a 3x3 side by side."""

    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x):
        x = self.squeeze(x).relu()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], 1).relu()


def squeezenet(stem, pools_before, classes=1000):
    """`stem`: the first convolution's channels and kernel; `pools_before`: the numbers, from 0, of fires behind a pooling."""
    features, inputs = [nn.Conv2d(3, stem[0], stem[1], 2), nn.ReLU()], stem[0]
    for number, squeezed in enumerate((16, 16, 32, 32, 48, 48, 64, 64)):
        if number in pools_before:
            features.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        features.append(Fire(inputs, squeezed, 4 * squeezed))
        inputs = 8 * squeezed
    classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(inputs, classes, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
    return named(features=nn.Sequential(*features), classifier=classifier, flatten=nn.Flatten())
