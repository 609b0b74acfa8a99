"""A folder of masks to class ids as .npy, with Pillow, NumPy and a process for each core.

The way of a careful user: colours are packed to one integer, and looked up in a table of 2^24 bytes that each process makes
once per legend; a resize is made on the class ids where that gives the same.
"""
import json
import multiprocessing
import os
import sys

import numpy
from PIL import Image

masks, class_file, out, side = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with open(class_file) as file:
    ids = {entry["name"]: entry["id"] for entry in json.load(file)["classes"]}
tables = {}


def table_of(legend):
    key = json.dumps(legend)
    if key not in tables:
        table = numpy.full(1 << 24, 255, numpy.uint8)
        for color, value in legend.items():
            if len(color) != 7:
                continue  # No colour: real legends have such keys.
            table[int(color.lstrip("#"), 16)] = ids[value.rsplit(" # ", 1)[0]]
        tables[key] = table
    return tables[key]


def decode(name):
    with open(os.path.join(masks, name + ".json")) as file:
        table = table_of(json.load(file)["legend"])
    image = Image.open(os.path.join(masks, name + ".png")).convert("RGB")
    if side:
        image = image.resize((side, side), Image.Resampling.NEAREST)
    pixels = numpy.asarray(image)
    packed = (pixels[..., 0].astype(numpy.uint32) << 16) | (pixels[..., 1].astype(numpy.uint32) << 8) | pixels[..., 2]
    numpy.save(os.path.join(out, name + ".npy"), table[packed])


if __name__ == "__main__":
    os.makedirs(out)
    names = sorted(file[:-4] for file in os.listdir(masks) if file.endswith(".png"))
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for _ in pool.imap_unordered(decode, names, chunksize=4):
            pass
