#!/usr/bin/env python3
"""Writes the files wild_*.pt of this folder, small ones of the kinds that training programs leave, and wild_values.json, what
PyTorch itself says that they hold; test_formats compares. Needs PyTorch (made with 2.13). The files are kept for ever: a new case
gets a new name.
"""
import argparse
import collections
import copy
import json
import pathlib
import zipfile

import torch

HERE = pathlib.Path(__file__).parent
DTYPES = {torch.float32: "float32", torch.float64: "float64", torch.float16: "float16", torch.bfloat16: "bfloat16",
          torch.int64: "int64"}


class WildNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 3, bias=False)
        self.bn = torch.nn.BatchNorm2d(3)
        self.head = torch.nn.Linear(3, 4)

    def forward(self, x):
        return self.head(torch.relu(self.bn(self.conv(x))).mean((2, 3)))


def described(tensors):
    return {name: {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                   "values": tensor.detach().to(torch.float64).reshape(-1).tolist()} for name, tensor in tensors.items()}


def trained():
    """A network after two steps of AdamW, its moving average, the optimiser and its schedule."""
    torch.manual_seed(5)
    net = WildNet()
    average = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    for _ in range(2):
        optimizer.zero_grad()
        net(torch.randn(4, 2, 5, 5)).square().sum().backward()
        optimizer.step()
        scheduler.step()
        with torch.no_grad():
            for mean, now in zip(average.state_dict().values(), net.state_dict().values()):
                mean.copy_(mean * 0.5 + now * 0.5)
    return net, average, optimizer, scheduler


def main():
    net, average, optimizer, scheduler = trained()
    weights, smooth = net.state_dict(), average.state_dict()
    values = {}

    def save(name, what, sets, **options):
        torch.save(what, HERE / name, **options)
        values[name] = {key: described(tensors) for key, tensors in sets.items()}

    training = {"epoch": 2, "arch": "wild_net", "args": argparse.Namespace(lr=0.01, amp=True), "metric": 71.5,
                "optimizer": optimizer.state_dict(), "lr_scheduler": scheduler.state_dict(),
                "state_dict_ema": smooth, "state_dict": weights}
    both = {"state_dict": weights, "state_dict_ema": smooth}
    save("wild_training.zip.pt", training, both)
    save("wild_training.legacy.pt", training, both, _use_new_zipfile_serialization=False)
    parallel = collections.OrderedDict(("module." + name, tensor) for name, tensor in weights.items())
    save("wild_parallel.zip.pt", {"net": parallel, "best_acc": 1.0, "optimizer": optimizer.state_dict()}, {"net": weights})
    save("wild_nested.zip.pt", {"checkpoint": {"network": {"model_state_dict": weights}}, "step": torch.tensor(3)},
         {"checkpoint.network.model_state_dict": weights})
    save("wild_only_ema.zip.pt", {"model_ema": {"module": smooth}, "epoch": 1}, {"model_ema.module": smooth})
    save("wild_module_and_ema.zip.pt", {"model": net, "ema": {"weights": smooth}}, {"ema.weights": smooth})

    layouts = collections.OrderedDict()
    layouts["channels_last"] = torch.arange(48, dtype=torch.float32).reshape(2, 3, 2, 4).to(memory_format=torch.channels_last)
    base = torch.arange(40, dtype=torch.float32) / 4
    layouts["offset"] = base[7:19].reshape(3, 4)
    layouts["transposed"] = base[:12].reshape(3, 4).t()
    layouts["stepped"] = base[1::3]
    layouts["half"] = (base[:5] - 3).half()
    layouts["bfloat"] = (base[:5] * 100).bfloat16()
    layouts["double"] = base[:3].double() / 3
    layouts["num_batches_tracked"] = torch.tensor(1234567890123)
    layouts["embedding.weight"] = torch.nn.Parameter(torch.arange(6, dtype=torch.float32).reshape(3, 2))
    layouts["decoder.weight"] = layouts["embedding.weight"]
    layouts["expanded"] = torch.tensor([[1.5], [2.5]]).expand(2, 3)
    save("wild_layouts.zip.pt", layouts, {"": layouts})
    save("wild_layouts.legacy.pt", layouts, {"": layouts}, _use_new_zipfile_serialization=False)

    # What a big-endian machine would write, as far as the reader goes: the record of the byte order.
    with zipfile.ZipFile(HERE / "wild_parallel.zip.pt") as old, zipfile.ZipFile(HERE / "wild_big_endian.zip.pt", "w") as new:
        for entry in old.infolist():
            content = b"big" if entry.filename.endswith("/byteorder") else old.read(entry)
            new.writestr(zipfile.ZipInfo(entry.filename), content)
    (HERE / "wild_values.json").write_text(json.dumps(values, separators=(",", ":")).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
