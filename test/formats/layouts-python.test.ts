/** Data sets that Pillow and NumPy draw on disk in the layouts of public ones, and the arithmetic of each set's own tools. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { openFolder } from "../../src/dataset/node.js";
import { readSet, type SetFormat } from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPythonProgram } from "../support/python.js";
import { inOrder } from "../support/scenes.js";

expectPythonInCi();
beforeAll(() => init());

/**
 * Draws three images of random rectangles. `draw(choices)` gives the arrays of classes and objects; `save(array, path, mode)`
 * writes a PNG; `found` collects what a reader must give: class ids, 255 for none, and a number for each object, 0 for none.
 */
const HEAD = `
import json, os, struct, zlib
import numpy as np
from PIL import Image
random = np.random.default_rng(20240607)
found = {}
def draw(choices):
    h, w = random.integers(3, 25, 2)
    classes, objects = np.full((h, w), -1), np.zeros((h, w), dtype=int)
    for _ in range(14):
        c, numbers = choices[random.integers(len(choices))]
        x, y = random.integers(w), random.integers(h)
        area = np.s_[y:y + random.integers(1, h), x:x + random.integers(1, w)]
        classes[area] = c
        objects[area] = numbers[random.integers(len(numbers))]
    return classes, objects
def folder(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path
def save(array, path, mode=None):
    Image.fromarray(array, mode).save(folder(path))
def save48(array, path):
    # Pillow writes no RGB of 16 bits.
    h, w, _ = array.shape
    rows = b"".join(b"\\0" + row.astype(">u2").tobytes() for row in array)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", w, h, 16, 2, 0, 0, 0)
    with open(folder(path), "wb") as file:
        file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
def expect(name, classes, objects):
    found[name] = {"classes": np.where(classes < 0, 255, classes).ravel().tolist(), "objects": np.asarray(objects).ravel().tolist()}
`;

/** What NumPy computed, and what the reader found in the same folder. */
async function compare(format: SetFormat, program: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-layouts-"));
  try {
    const expected = JSON.parse(runPythonProgram(`${HEAD}${program}\nprint(json.dumps(found))`, folder));
    const set = await readSet(await openFolder(folder));
    expect([set.format.name, set.count]).toEqual([format, 3]);
    for await (const { name, map } of set) {
      const decoded = await map();
      const { classes, objects } = expected[name];
      expect([...decoded.semantic()], name).toEqual(classes);
      expect(inOrder(decoded.instance()), name).toEqual(inOrder(objects));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a data set that NumPy drew", () => {
  // devkit_semantics, readme.txt: the lower 8 bits are the object, the higher 8 bits the class.
  itWithPython("of KITTI", () =>
    compare(
      "kitti",
      `
for i in range(3):
    c, o = draw([(7, [0]), (26, [1, 2, 255]), (24, [0, 1]), (11, [1])])
    c = np.maximum(c, 0)
    values = (c << 8 | o).astype(np.uint16)
    save(values, f"training/instance/00000{i}_10.png")
    save(c.astype(np.uint8), f"training/semantic/00000{i}_10.png")
    save(np.zeros((2, 2, 3), np.uint8), f"training/image_2/00000{i}_10.png")
    expect(f"00000{i}_10", values >> 8, np.where(values & 255, values, 0))`,
    ),
  );

  // demo.py: instance_label_array = instance_array / 256, instance_ids_array = instance_array % 256.
  itWithPython("of Mapillary Vistas", () =>
    compare(
      "mapillary-vistas",
      `
labels = [("bird", True), ("road", False), ("car", True), ("sky", False), ("void--unlabeled", False)]
json.dump({"labels": [{"name": n, "readable": n, "instances": t, "color": [i, i, i]} for i, (n, t) in enumerate(labels)]}, open("config_v1.2.json", "w"))
for i in range(3):
    c, o = draw([(0, [0]), (1, [0]), (2, [0, 1, 9]), (3, [0])])
    c = np.where(c < 0, 4, c)
    array = (c * 256 + o).astype(np.uint16)
    save(array, f"validation/v1.2/instances/{i}.png")
    image = Image.fromarray(c.astype(np.uint8), "P")
    image.putpalette([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5])
    image.save(folder(f"validation/v1.2/labels/{i}.png"))
    isthing = np.isin(array // 256, [0, 2])
    expect(str(i), array // 256, np.where(isthing, array.astype(int) + 1, 0))`,
    ),
  );

  // format.rst: R is the category, B << 8 | A the object; to_mask.py: up to 30 is stuff. Crowds are told by a bit of G.
  itWithPython("of BDD100K", () =>
    compare(
      "bdd100k",
      `
for i in range(3):
    c, o = draw([(7, [7]), (35, [31, 32, 700]), (33, [34, 35])])
    crowd = (c == 33) & (o == 35)
    c = np.maximum(c, 0)
    rgba = np.dstack([c, crowd * 2, o >> 8, o & 255]).astype(np.uint8)
    save(rgba, f"labels/pan_seg/bitmasks/train/{i}.png")
    r, g, b, a = (rgba[..., k].astype(int) for k in range(4))
    expect(str(i), np.where(r == 0, -1, r), np.where((r > 30) & (g & 2 == 0), (b << 8) + a, 0))`,
    ),
  );

  // loadAde20K of utils_ade20k.py: (R / 10).astype(np.int32) * 256 + G, and np.unique(B, return_inverse=True)[1].
  itWithPython("of ADE20K", () =>
    compare(
      "ade20k",
      `
for i in range(3):
    c, o = draw([(312, [53, 68]), (401, [45, 90, 255]), (2420, [8]), (3, [200])])
    c = np.maximum(c, 0)
    rgb = np.dstack([c // 256 * 10, c % 256, np.where(c, o, 0)]).astype(np.uint8)
    name = f"ADE_val_0000000{i}"
    save(rgb, f"images/ADE/validation/home/{name}_seg.png")
    R, G, B = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    mask = (R / 10).astype(np.int32) * 256 + G.astype(np.int32)
    instances = np.unique(np.append(B, 0), return_inverse=True)[1][:-1]
    expect(name, np.where(mask == 0, -1, mask), instances)`,
    ),
  );

  itWithPython("of ADE20K's scene parsing challenge", () =>
    compare(
      "ade20k",
      `
for i in range(3):
    c, _ = draw([(1, [0]), (13, [0]), (150, [0])])
    save(np.maximum(c, 0).astype(np.uint8), f"annotations/training/ADE_train_0000000{i}.png")
    expect(f"ADE_train_0000000{i}", c, np.zeros_like(c))`,
    ),
  );

  itWithPython("of CamVid, in colours and of SegNet", async () => {
    await compare(
      "camvid",
      `
table = [(64, 128, 64), (192, 0, 128), (0, 128, 192), (0, 128, 64), (0, 0, 0)]
names = ["Animal", "Archway", "Bicyclist", "Bridge", "Void"]
open("label_colors.txt", "w").write("".join(f"{r} {g} {b}\\t{n}\\n" for (r, g, b), n in zip(table, names)))
for i in range(3):
    c, _ = draw([(0, [0]), (1, [0]), (2, [0]), (3, [0])])
    c = np.where(c < 0, 4, c)
    save(np.array(table, np.uint8)[c], f"LabeledApproved_full/0006R0_f0{i}_L.png")
    expect(f"0006R0_f0{i}", c, np.zeros_like(c))`,
    );
    await compare(
      "camvid",
      `
for i in range(3):
    c, _ = draw([(0, [0]), (5, [0]), (10, [0])])
    save(np.where(c < 0, 11, c).astype(np.uint8), f"testannot/0001TP_00{i}.png")
    expect(f"0001TP_00{i}", c, np.zeros_like(c))`,
    );
  });

  itWithPython("of SYNTHIA", () =>
    compare(
      "synthia",
      `
for i in range(3):
    c, o = draw([(3, [0]), (8, [1, 2, 300, 65535]), (10, [7]), (22, [0])])
    array = np.dstack([np.maximum(c, 0), o, np.full_like(c, 9999)])
    save48(array, f"GT/LABELS/{i:07}.png")
    save(np.zeros((2, 2, 3), np.uint8), f"RGB/{i:07}.png")
    expect(f"{i:07}", c, np.where(o, array[..., 0] * 100000 + array[..., 1], 0))`,
    ),
  );
});
