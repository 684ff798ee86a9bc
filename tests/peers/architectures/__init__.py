"""Halftone's architectures in PyTorch's own layers, with the published state_dicts' names: what PyTorch says of them."""

from functools import partial

from .inception import googlenet, inception_v3
from .joined import densenet, shufflenet_v2
from .mobile import V3_LARGE, V3_SMALL, efficientnet_b0, mnasnet, mobilenet_v2, mobilenet_v3
from .plain import alexnet, squeezenet, vgg
from .residual import cifar_resnet, fashion_resnet, resnet
from .segmentation import Espnet, Pspnet

VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}

ARCHITECTURES = {
    **{f"cifar_resnet{depth}": partial(cifar_resnet, depth) for depth in (20, 32, 44, 56, 110)},
    **{f"fashion_resnet{depth}": partial(fashion_resnet, depth) for depth in (8, 14)},
    **{f"vgg{depth}": partial(vgg, counts, False) for depth, counts in VGG.items()},
    **{f"vgg{depth}_bn": partial(vgg, counts, True) for depth, counts in VGG.items()},
    "resnet18": partial(resnet, (2, 2, 2, 2), False),
    "resnet34": partial(resnet, (3, 4, 6, 3), False),
    "resnet50": partial(resnet, (3, 4, 6, 3), True),
    "resnet101": partial(resnet, (3, 4, 23, 3), True),
    "resnet152": partial(resnet, (3, 8, 36, 3), True),
    "wide_resnet50_2": partial(resnet, (3, 4, 6, 3), True, factor=2),
    "resnext50_32x4d": partial(resnet, (3, 4, 6, 3), True, factor=2, groups=32),
    "alexnet": alexnet,
    "densenet121": partial(densenet, 32, 64, (6, 12, 24, 16)),
    "densenet161": partial(densenet, 48, 96, (6, 12, 36, 24)),
    "densenet169": partial(densenet, 32, 64, (6, 12, 32, 32)),
    "densenet201": partial(densenet, 32, 64, (6, 12, 48, 32)),
    "inception_v3": inception_v3,
    "googlenet": googlenet,
    "squeezenet1_0": partial(squeezenet, (96, 7), (0, 3, 7)),
    "squeezenet1_1": partial(squeezenet, (64, 3), (0, 2, 4)),
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_small": partial(mobilenet_v3, V3_SMALL, 1024),
    "mobilenet_v3_large": partial(mobilenet_v3, V3_LARGE, 1280),
    "shufflenet_v2_x1_0": shufflenet_v2,
    "mnasnet1_0": mnasnet,
    "efficientnet_b0": efficientnet_b0,
    "espnet": Espnet,
    "pspnet_resnet50": Pspnet,
}
