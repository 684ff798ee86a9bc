"""Makes the TorchScript files of this folder and what PyTorch answers for them (made with PyTorch 2.13.0, seed 5; *.pytorch-1.8.pt with 1.8.1).

python make_torchscript.py FOLDER (in this folder: the lines in the files are named as the script is)
"""
import inspect
import json
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn


def unit(inputs, outputs, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, groups=groups, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, channels // 2, 1)
        self.fc2 = nn.Conv2d(channels // 2, channels, 1)

    def forward(self, x):
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(self.pool(x)))))
        return gate * x


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, groups=outputs)
        self.bn2 = nn.BatchNorm2d(outputs, eps=1e-3)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class Residual(nn.Module):
    """Residual adds, a gate, batch norms, pools, and branches that depend on whether the network trains."""

    def __init__(self):
        super().__init__()
        self.stem = unit(3, 8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
        self.gate = Gate(16)
        self.aux = nn.Linear(16, 3)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(16, 5)

    def forward(self, x):
        x = self.layer1(self.maxpool(self.stem(x)))
        if self.training:
            x = x + self.aux(x.mean((2, 3)))[:, :1, None, None]
        x = self.gate(x)
        x = F.avg_pool2d(x, 2, 1, 1, count_include_pad=False)
        x = torch.flatten(self.avgpool(x), 1)
        return F.softmax(self.fc(self.dropout(x)), dim=1)


def channel_shuffle(x, groups: int):
    batch, channels, height, width = x.size()
    x = x.view(batch, groups, channels // groups, height, width)
    return torch.transpose(x, 1, 2).contiguous().view(batch, -1, height, width)


class Branches(nn.Module):
    """Concatenation, grouped and transposed convolutions, channels split and shuffled, resizing, activations, padding."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2, 0.25, 0.3]).view(3, 1, 1))
        self.first = nn.Conv2d(3, 8, 3, 2, 1)
        self.swish = nn.Hardswish()
        self.grouped = nn.Conv2d(8, 8, (3, 1), padding=(1, 0), groups=2, dilation=1)
        self.silu = nn.SiLU()
        self.up = nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1, groups=2)
        self.prelu = nn.PReLU(6)
        self.wide = nn.Conv2d(8, 6, 3, padding=2, dilation=2)
        self.leaky = nn.LeakyReLU(0.1)
        self.mix = nn.Conv2d(20, 8, 1)
        self.gelu = nn.GELU()
        self.resize = nn.Upsample(scale_factor=2, mode="nearest")
        self.relu6 = nn.ReLU6()
        self.head = nn.Linear(8, 4)
        self.last = nn.Linear(4, 4, bias=False)

    def forward(self, x):
        x = (x - self.mean) / self.std
        x = self.swish(self.first(x))
        a, b = x.chunk(2, dim=1)
        x = channel_shuffle(torch.cat([a, self.leaky(b)], 1), 2)
        y = self.silu(self.grouped(x))
        up = self.prelu(self.up(y))
        down = self.wide(F.pad(x, [1, 0, 0, 1]))
        small = F.interpolate(down, size=[up.size(2), up.size(3)], mode="bilinear", align_corners=False)
        z = torch.cat((up, small, F.interpolate(y, scale_factor=2.0, mode="bilinear", align_corners=True)), 1)
        z = self.gelu(self.mix(z)) * 0.5 + 0.25
        z = self.relu6(self.resize(F.max_pool2d(z, 2))[:, :, 1:, :-1])
        z = F.hardsigmoid(z).mean([2, 3])
        z = self.head(z.view(z.size(0), -1))
        return F.log_softmax(self.last(F.hardtanh(z, 0.0, 6.0)), dim=-1)


class Unsupported(nn.Module):
    """Several things that no Network says; a reader lists them all."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.InstanceNorm2d(4)

    def forward(self, x):
        x = self.norm(self.conv(x))
        x = torch.cumsum(x, 1)
        if bool(x.sum() > 0):
            x = torch.sin(x)
        x = F.relu(x)
        return torch.logsumexp(x, 1)


def randomised(model):
    """Statistics and affine parameters as a trained network has them: no zeros and ones."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return model.eval()


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * 4
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(t.contiguous().numpy().tobytes() for t in tensors.values()))


full_path = inspect.getsourcefile
inspect.getsourcefile = lambda thing: Path(full_path(thing)).name if full_path(thing) == __file__ else full_path(thing)


def save(module, path, keeps_lines):
    """Without the notes on lines, which are most of a small file; or with those of this script, by its name alone."""
    whole = path.with_suffix(".whole")
    module.save(str(whole))
    reader = torch._C.PyTorchFileReader(str(whole))
    writer = torch._C.PyTorchFileWriter(str(path))
    for name in reader.get_all_records():
        is_kept = keeps_lines and name == "code/__torch__.py.debug_pkl"
        if name.endswith(".debug_pkl") and not is_kept or name in ("version", "byteorder", ".data/serialization_id"):
            continue  # the writer adds the last three itself
        record = reader.get_record(name)
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()
    whole.unlink()


def main(folder):
    torch.manual_seed(5)
    expected = {}
    residual, branches = randomised(Residual()), randomised(Branches())
    images = torch.randn(2, 3, 16, 16)
    files = {
        "residual_scripted": torch.jit.script(residual),
        "residual_traced": torch.jit.trace(residual, images[:1]),
        "branches_scripted": torch.jit.script(branches),
        "branches_traced": torch.jit.trace(branches, images[:1]),
        "unsupported": torch.jit.script(Unsupported().eval()),
    }
    expected["input"] = images
    for name, module in files.items():
        save(module, folder / f"{name}.pt", name == "unsupported")
        if name != "unsupported":
            expected[name] = module(images).detach()
    write_safetensors(folder / "expected.safetensors", expected)


main(Path(sys.argv[1]))
