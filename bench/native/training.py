"""Pillow decodes, NumPy looks up: how a training script in Python does the jobs of bench/training.mjs.

usage: training.py job mask.png colors.bin output.bin

The legend is in mask.json. What a job makes is written to output.bin: the maps' elements one map after the other, RLE as
the JSON of [label, counts] of each label. The file's bytes are in memory, and the look-up tables are made beforehand:
that is in these contenders' favour.

Of the ways to look colours up this one is the fastest that was found: a table of all 2^24 words, of the type that comes
out. As fast or slower: numpy.take, with an array to reuse or not; searchsorted where the colour changes, and repeat.
"""

import io
import json
import re
import sys

import numpy as np
import PIL
from PIL import Image
from rle import column_starts, encode_all
from turns import serve

SIZE = (512, 512)
INSTANCE = re.compile(r" # \d+$")

job, mask, _, output = sys.argv[1:]
with open(mask, "rb") as file:
    png = file.read()
with open(re.sub("png$", "json", mask), encoding="utf-8") as file:
    legend = json.load(file)
names = [INSTANCE.sub("", value) for value in legend.values()]
class_ids = {name: class_id for class_id, name in enumerate(sorted(set(names)))}
is_instance = [bool(INSTANCE.search(value)) for value in legend.values()]


def lookup_table(dtype, default, values):
    """A value for each 24-bit word that R, G and B make, little-endian."""
    table = np.full(1 << 24, default, dtype)
    for color, value in zip(legend, values):
        red, green, blue = bytes.fromhex(color[1:])
        table[red | green << 8 | blue << 16] = value
    return table


def label_table():
    return lookup_table(np.int32, -1, range(len(legend)))


def semantic_table():
    return lookup_table(np.uint8, 255, [class_ids[name] for name in names])


def instance_table():
    return lookup_table(np.uint16, 0, np.cumsum(is_instance) * is_instance)


def words_of(image):
    """H×W words of an RGBA image."""
    return np.asarray(image).view("<u4")[..., 0] & 0xFFFFFF


def decode():
    image = Image.open(io.BytesIO(png))
    return image if image.mode == "RGBA" else image.convert("RGBA")


def looking_up(*tables):
    def run():
        words = words_of(decode())
        return [table[words] for table in tables]

    return run


def resizing_first(table):
    return lambda: [table[words_of(decode().resize(SIZE, Image.NEAREST))]]


def looking_up_first(table):
    def run():
        labels = Image.fromarray(table[words_of(decode())])
        return [np.asarray(labels.resize(SIZE, Image.NEAREST))]

    return run


def encoding(table):
    """Only where the colour changes is it looked up."""

    def run():
        words = words_of(decode())
        starts = column_starts(words)
        columns, rows = np.divmod(starts, words.shape[0])
        return encode_all(starts, table[words[rows, columns]], words.size)

    return run


def encoding_labels(labels):
    def run():
        starts = column_starts(labels)
        columns, rows = np.divmod(starts, labels.shape[0])
        return encode_all(starts, labels[rows, columns], labels.size)

    return run


def encoding_by_pycocotools(labels):
    from pycocotools import mask as coco

    def run():
        present = np.unique(labels)
        found = []
        for label in present[present >= 0].tolist():
            code = coco.encode(np.asfortranarray(labels == label, dtype=np.uint8))
            found.append([label, code["counts"].decode("ascii")])
        return found

    return run


def labels_at_hand():
    return looking_up(label_table())()[0]


run = {
    "labels": lambda: looking_up(label_table()),
    "semantic": lambda: looking_up(semantic_table()),
    "both": lambda: looking_up(semantic_table(), instance_table()),
    "labels-resized-first": lambda: resizing_first(label_table()),
    "labels-looked-up-first": lambda: looking_up_first(label_table()),
    "semantic-resized-first": lambda: resizing_first(semantic_table()),
    "semantic-looked-up-first": lambda: looking_up_first(semantic_table()),
    "rle": lambda: encoding(label_table()),
    "rle-of-labels": lambda: encoding_labels(labels_at_hand()),
    "rle-by-pycocotools": lambda: encoding_by_pycocotools(labels_at_hand()),
}[job]()

made = run()
with open(output, "wb") as file:
    if job.startswith("rle"):
        file.write(json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode())
    else:
        file.write(b"".join(array.tobytes() for array in made))
print(f"Pillow {PIL.__version__}, NumPy {np.__version__}", flush=True)
serve(run)
