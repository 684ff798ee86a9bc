#!/usr/bin/env python3
"""Writes the small PyTorch files of this folder, which test_formats opens; needs PyTorch (made with 2.13).

Values are arange(count) / 8 - 1 over each tensor's elements in row-major order, so that every dtype holds them exactly and
the test can tell them without PyTorch. The files are kept for ever: a new case gets a new name.
"""
import argparse
import collections
import pathlib
import zipfile

import torch

HERE = pathlib.Path(__file__).parent


def filled(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return (torch.arange(count, dtype=torch.float64) / 8 - 1).reshape(shape).to(dtype)


def plain(dtype=torch.float32):
    shapes = {"conv.weight": (2, 1, 3, 3), "conv.bias": (2,), "fc.weight": (3, 2)}
    return collections.OrderedDict((name, filled(*shape, dtype=dtype)) for name, shape in shapes.items())


def save(name, what, **options):
    for suffix, zipped in ((".zip.pt", True), (".legacy.pt", False)):
        torch.save(what, HERE / (name + suffix), _use_new_zipfile_serialization=zipped, **options)


def pack_again(source, target):
    """Compressed, as an archive that somebody unpacked and packed; without TorchScript's records of where its source stood."""
    with zipfile.ZipFile(HERE / source) as old, zipfile.ZipFile(HERE / target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 2, 3)
        self.fc = torch.nn.Linear(2, 3, bias=False)

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))




def main():
    torch.manual_seed(0)
    # Old files of whole modules carry the source of each class; one line stands for it here.
    torch.serialization.get_source_lines_and_file = lambda _: (["pass"], 0, "net.py")
    save("plain", plain())
    pack_again("plain.zip.pt", "deflated.zip.pt")
    save("half", plain(torch.float16))
    save("bfloat16", plain(torch.bfloat16))
    save("double", plain(torch.float64))
    save("protocol4", plain(), pickle_protocol=4)
    save("protocol5", plain(), pickle_protocol=5)
    parallel = collections.OrderedDict(("module." + name, tensor) for name, tensor in plain().items())
    save("wrapped", {"epoch": 3, "arch": "tiny", "state_dict": parallel})

    base = filled(4, 6)
    tied = filled(3, 2)
    save("views", {"whole": base, "transposed": base.t(), "column": base[:, 1], "block": base[1:3, 2:5],
                   "stepped": base[::2, ::3], "expanded": filled(3).reshape(1, 3).expand(2, 3), "scalar": filled(1)[0],
                   "empty": torch.zeros(0, 5), "tied.a": tied, "tied.b": tied})
    save("integers", {"i64": torch.tensor([-(2**40), 7]), "i32": torch.tensor([-5, 6], dtype=torch.int32),
                      "i16": torch.tensor([-300, 300], dtype=torch.int16), "i8": torch.tensor([-128, 127], dtype=torch.int8),
                      "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False])})

    net = Net()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(filled(*parameter.shape))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 1, 4, 4)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(filled(*parameter.shape))
    save("training", {"epoch": 7, "best": 91.25, "args": argparse.Namespace(lr=0.1, arch="tiny"), "names": {"a", "b"},
                      "optimizer": optimizer.state_dict(), "model": net.state_dict(), "history": [1, 2.5, None, (True, "x")]})
    save("parameters", dict(net.named_parameters()))
    save("whole_module", net)
    save("module_inside", {"epoch": 1, "model": net})
    save("bare_tensor", filled(3))
    save("two_nets", {"generator": plain(), "discriminator": plain()})
    save("nothing", {"epoch": 1, "accuracy": 0.5})
    save("complex", {"weight": torch.zeros(2, dtype=torch.complex64)})
    torch.save({"weight": torch.zeros(2, dtype=torch.uint16)}, HERE / "uint16.zip.pt")
    torch.save({"weight": torch.eye(2).to_sparse()}, HERE / "sparse.zip.pt")
    torch.jit.save(torch.jit.script(net.eval()), str(HERE / "scripted.zip.pt"))
    (HERE / "scripted.zip.pt").rename(HERE / "scripted.full.pt")
    pack_again("scripted.full.pt", "scripted.zip.pt")
    (HERE / "scripted.full.pt").unlink()
    torch.serialization.set_crc32_options(False)
    torch.save(plain(), HERE / "no_checksums.zip.pt")


if __name__ == "__main__":
    main()
