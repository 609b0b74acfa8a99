"""Pillow or OpenCV decodes, NumPy looks up: what a training script in Python does.

usage: lookup.py pillow|opencv steady|allocating mask.png colors.bin labels.bin

colors.bin holds a little-endian int32 0xRRGGBB per label. The labels of the mask are written to labels.bin, int32,
row-major, -1 where the colour is no label's. The standard input is as turns.py describes it. The file's bytes are in
memory, and the look-up table is made beforehand: that is in these contenders' favour. If the loop is steady, labels go
to one array. The decoders' own arrays are new in each run, since neither takes one of the caller's.
"""

import io
import sys

import numpy as np
from turns import serve

decoder, loop, mask, colors, labels = sys.argv[1:]
with open(mask, "rb") as file:
    png = file.read()


def lookup_table(order):
    """The label of each 24-bit word that the pixel's bytes make, little-endian: `order` says which comes first."""
    table = np.full(1 << 24, -1, np.int32)
    for label, color in reversed(list(enumerate(np.fromfile(colors, "<i4").tolist()))):
        red, green, blue = color >> 16, color >> 8 & 255, color & 255
        if color >= 0:
            table[red | green << 8 | blue << 16 if order == "RGB" else color] = label
    return table


def label_pixels(pixels, table):
    """H×W×3 or H×W×4 bytes to H×W labels."""
    if pixels.shape[2] == 4:
        words = np.ascontiguousarray(pixels).view("<u4")[..., 0] & 0xFFFFFF
    else:
        words = pixels[..., 0].astype(np.uint32)
        words |= pixels[..., 1].astype(np.uint32) << 8
        words |= pixels[..., 2].astype(np.uint32) << 16
    if loop == "allocating":
        return table[words]
    if out.shape != words.shape:
        out.resize(words.shape, refcheck=False)
    # With the mode "raise", NumPy would fill a copy first.
    return np.take(table, words, out=out, mode="clip")


out = np.empty((0, 0), np.int32)

if decoder == "pillow":
    import PIL
    from PIL import Image

    version = f"Pillow {PIL.__version__}"
    table = lookup_table("RGB")

    def decode():
        image = Image.open(io.BytesIO(png))
        return np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"))

else:
    import cv2

    cv2.setNumThreads(1)
    version = f"OpenCV {cv2.__version__}"
    table = lookup_table("BGR")
    packed = np.frombuffer(png, np.uint8)

    def decode():
        image = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)
        return image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)


label_pixels(decode(), table).astype("<i4").tofile(labels)
print(f"{version}, NumPy {np.__version__}", flush=True)
serve(lambda: label_pixels(decode(), table))
