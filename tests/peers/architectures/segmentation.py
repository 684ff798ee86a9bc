"""Networks that answer every pixel: ESPNet (Mehta 2018) and PSPNet (Zhao 2017) with a dilated ResNet-50."""

import torch
from torch import nn

from .parts import conv, named
from .residual import stages, bottleneck

DILATIONS = (1, 2, 4, 8, 16)


def dilated(convolution, dilation):
    """The same convolution without a stride, its taps `dilation` apart."""
    convolution.stride, convolution.dilation, convolution.padding = (1, 1), (dilation,) * 2, (dilation,) * 2
    return convolution


def slim_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


def only(convolution):
    return named(conv=convolution)


def norm_act(channels):
    return named(bn=slim_norm(channels), act=nn.PReLU(channels))


def conv_norm_act(inputs, outputs, stride=1):
    return named(conv=conv(inputs, outputs, 3, stride), bn=slim_norm(outputs), act=nn.PReLU(outputs))


def doubled(channels):
    return nn.ConvTranspose2d(channels, channels, 2, 2, bias=False)


class Pyramid(nn.Module):
    """Dilated convolutions of one reduced value; those beyond the first are summed up step by step."""

    def __init__(self, inputs, outputs, kernel, stride, residual, nested):
        super().__init__()
        part = outputs // 5
        self.c1 = only(conv(inputs, part, kernel, stride))
        for dilation in DILATIONS:
            channels = outputs - 4 * part if dilation == 1 else part
            self.add_module(f"d{dilation}", only(dilated(conv(part, channels, 3), dilation)))
        if nested:
            self.bn = norm_act(outputs)
        else:
            self.bn, self.act = slim_norm(outputs), nn.PReLU(outputs)
        self.residual, self.nested = residual, nested

    def forward(self, x):
        reduced = self.c1(x)
        first, *others = [getattr(self, f"d{dilation}")(reduced) for dilation in DILATIONS]
        sums = list(torch.stack(others).cumsum(0))
        y = torch.cat([first, *sums], 1)
        y = self.bn(x + y if self.residual else y)
        return y if self.nested else self.act(y)


def block(inputs, outputs, residual=True):
    return Pyramid(inputs, outputs, 1, 1, residual, True)


def halving(inputs, outputs):
    return Pyramid(inputs, outputs, 3, 2, False, False)


class Espnet(nn.Module):
    def __init__(self, p=2, q=8, classes=12):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.level1, self.encoder.b1 = conv_norm_act(3, 16, 2), norm_act(19)
        self.encoder.level2_0, self.encoder.b2 = halving(19, 64), norm_act(131)
        self.encoder.level2 = nn.Sequential(*[block(64, 64) for _ in range(p)])
        self.encoder.level3_0, self.encoder.b3 = halving(131, 128), norm_act(256)
        self.encoder.level3 = nn.Sequential(*[block(128, 128) for _ in range(q)])
        self.encoder.classifier = only(conv(256, classes))
        self.level3_C, self.br = only(conv(131, classes)), slim_norm(classes)
        self.conv, self.up_l3 = conv_norm_act(19 + classes, classes), nn.Sequential(doubled(classes))
        self.combine_l2_l3 = nn.Sequential(norm_act(2 * classes), block(2 * classes, classes, residual=False))
        self.up_l2, self.classifier = nn.Sequential(doubled(classes), norm_act(classes)), doubled(classes)

    def forward(self, x):
        half = nn.functional.avg_pool2d(x, 3, 2, 1)
        quarter = nn.functional.avg_pool2d(half, 3, 2, 1)
        e = self.encoder
        fine = e.b1(torch.cat([e.level1(x), half], 1))
        start = e.level2_0(fine)
        middle = e.b2(torch.cat([e.level2(start), start, quarter], 1))
        start = e.level3_0(middle)
        coarse = self.up_l3(self.br(e.classifier(e.b3(torch.cat([start, e.level3(start)], 1)))))
        y = self.up_l2(self.combine_l2_l3(torch.cat([self.level3_C(middle), coarse], 1)))
        return self.classifier(self.conv(torch.cat([y, fine], 1)))


def resized(x, size):
    return nn.functional.interpolate(x, size=size, mode="bilinear", align_corners=True)


class Pooling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.features = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(side), conv(channels, channels // 4), nn.BatchNorm2d(channels // 4), nn.ReLU())
            for side in (1, 2, 3, 6))

    def forward(self, x):
        return torch.cat([x, *[resized(feature(x), x.shape[2:]) for feature in self.features]], 1)


def dilate_stage(stage, dilation):
    for number, one in enumerate(stage):
        dilated(one.conv2, dilation)
        if number == 0:
            one.downsample[0].stride = (1, 1)


def head(inputs, between, classes):
    return nn.Sequential(conv(inputs, between, 3), nn.BatchNorm2d(between), nn.ReLU(), nn.Dropout2d(0.1),
                         conv(between, classes, bias=True))


class Pspnet(nn.Module):
    def __init__(self, classes=19, auxiliary=False):
        super().__init__()
        stem = []
        for inputs, outputs, stride in ((3, 64, 2), (64, 64, 1), (64, 128, 1)):
            stem += [conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.layer0 = nn.Sequential(*stem, nn.MaxPool2d(3, 2, 1))
        layers = stages((3, 4, 6, 3), 128, 256, lambda i, o, stride: bottleneck(i, o // 4, o, stride, 1))
        for name, layer in layers.items():
            self.add_module(name, layer)
        dilate_stage(self.layer3, 2)
        dilate_stage(self.layer4, 4)
        self.ppm = Pooling(2048)
        self.cls = head(4096, 512, classes)
        if auxiliary:
            self.aux = head(1024, 256, classes)

    def forward(self, x):
        y = self.layer4(self.layer3(self.layer2(self.layer1(self.layer0(x)))))
        return resized(self.cls(self.ppm(y)), x.shape[2:])
