"""Puts what the benchmarks printed into one table: bench_summary.py FOLDER [FILE].

FOLDER holds NAME.txt of every program: rows of tests/bench/figures.h, and the JSON of Google Benchmark for the selection.
"""
import json
import os
import re
import sys

HEAD = ("| what | min | median | p99 | target | met |", "|---|---:|---:|---:|---:|---|")
ENTROPY_TARGET = 1.5  # times a read-only pass over the same bytes
FRONTIER_TARGET_MS = 20.0


def at_share(values, share):
    values = sorted(values)
    return values[int(share * (len(values) - 1) + 0.5)]


def row(what, values, target, judged):
    low, middle, high = (at_share(values, share) for share in (0.0, 0.5, 0.99))
    met = "yes" if {"median": middle, "p99": high}[judged] <= target else "no"
    return f"| {what:<58} | {low:8.2f} | {middle:8.2f} | {high:8.2f} | {target:6.1f} | {met:<3} |"


def selection_rows(document):
    """Milliseconds of every repetition; the entropy's are ratios, judged by their median, as both passes are disturbed alike."""
    milliseconds, ratios = {}, {}
    for one in document["benchmarks"]:
        if one.get("run_type") != "iteration" or one.get("error_occurred"):
            continue
        name = one["run_name"].split("/manual_time")[0]
        milliseconds.setdefault(name, []).append(one["real_time"])
        if "ratio" in one:
            ratios.setdefault(name, []).append(one["ratio"])
    rows = []
    for kernel in ("avx512", "avx2", "portable"):  # the one that this processor is given
        if values := ratios.get(f"entropyOverReading/{kernel}_4bit"):
            rows.append(row(f"EAGL of ResNet-50 beside reading it, {kernel}, times", values, ENTROPY_TARGET, "median"))
            break
    for axis in ("linear", "bops", "size"):
        if values := milliseconds.get(f"frontierOfResNet50/{axis}"):
            rows.append(row(f"Solve the whole frontier of ResNet-50, 3 widths, {axis}", values, FRONTIER_TARGET_MS, "p99"))
    if values := milliseconds.get("selectionForOneBudget"):
        rows.append(row("Solve ResNet-50 for one budget, 3 widths", values, FRONTIER_TARGET_MS, "p99"))
    return rows


def processor_name():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^model name\s*:\s*(.*)$", info.read(), re.MULTILINE)
    return found.group(1) if found else os.uname().machine


def main():
    folder = sys.argv[1]
    texts = {}
    for name in ("window", "bits", "plots", "graph", "selection", "loader"):
        if name == "loader" and not os.path.exists(os.path.join(folder, "loader.txt")):
            continue  # its images were absent
        with open(os.path.join(folder, name + ".txt"), encoding="utf-8") as file:
            texts[name] = file.read()
    rows = []
    for name in ("window", "bits", "plots", "graph"):
        rows += [line for line in texts[name].splitlines() if line.startswith("| ")]
    rows += selection_rows(json.loads(texts["selection"]))
    rows += [line for line in texts.get("loader", "").splitlines() if line.startswith("| ")]
    qt = re.search(r"Qt (\d+\.\d+\.\d+)", texts["plots"])
    load = os.getloadavg()[2]
    machine = f"{processor_name()}, {os.cpu_count()} cores, Qt {qt.group(1) if qt else 'unknown'}, platform offscreen"
    print("\n".join([machine + f"; load of the last 15 minutes {load:.1f}", *HEAD, *rows]))
    missed = [line.split("|")[1].strip() for line in rows if line.rstrip(" |").endswith(" no")]
    print(f"{len(rows) - len(missed)} of {len(rows)} figures are met" + (": not " + "; not ".join(missed) if missed else "."))
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write("# How quick the window is\n\nMilliseconds where nothing else is said, by the clock on the wall; a figure is met when its 99th\n"
                       "percentile is (a ratio: its median). Frames are those of the real pages, painted offscreen; ResNet-50 has 54\n"
                       "layers. Measured by `tools/bench --write FILE`.\n\n"
                       f"Machine: {machine}.\n\n" + "\n".join([*HEAD, *rows]) + "\n")
        print(f"Written to {sys.argv[2]}.")


if __name__ == "__main__":
    main()
