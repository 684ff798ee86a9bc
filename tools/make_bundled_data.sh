#!/usr/bin/env bash
# Makes resources/fashion-mnist from Debian's package dataset-fashion-mnist: the first 10,000 training images and all test images.
# The same bytes come out every time (gzip without name and time).
# Usage: tools/make_bundled_data.sh [FOLDER OF THE FULL SET [FOLDER TO WRITE]]
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
full="${1:-/usr/share/datasets/fashion-mnist}"
out="${2:-$root/resources/fashion-mnist}"
count=10000
if [ ! -f "$full/train-images-idx3-ubyte.gz" ]; then
    echo "The full Fashion-MNIST is not in $full; install Debian's package dataset-fashion-mnist." >&2
    exit 2
fi
mkdir -p "$out"

# IDX: a header of the magic number and each dimension as big-endian 32-bit numbers, then the bytes.
bigEndian() { printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)))"; }
firstImages() { bigEndian 0x803; bigEndian $count; bigEndian 28; bigEndian 28; tail -c +17 "$scratch/images" | head -c $((count * 784)); }
firstLabels() { bigEndian 0x801; bigEndian $count; tail -c +9 "$scratch/labels" | head -c $count; }

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
zcat "$full/train-images-idx3-ubyte.gz" | head -c $((16 + count * 784)) >"$scratch/images" || true
zcat "$full/train-labels-idx1-ubyte.gz" | head -c $((8 + count)) >"$scratch/labels" || true
firstImages | gzip -n -9 >"$out/train-images-idx3-ubyte.gz"
firstLabels | gzip -n -9 >"$out/train-labels-idx1-ubyte.gz"
for name in t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
    zcat "$full/$name.gz" | gzip -n -9 >"$out/$name.gz"
done
