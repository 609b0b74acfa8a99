/** Data sets on disk, read by Pillow and NumPy: the modes and numbers of VOC, CVAT and Cityscapes, panopticapi's arithmetic. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { createFolder, openFolder } from "../../src/dataset/node.js";
import { type ItemToWrite, readSet, writeSet } from "../../src/formats/index.js";
import { init, type LabelMap } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPythonProgram } from "../support/python.js";
import { drawScene, SCENE_LABELS, sceneClasses } from "../support/scenes.js";

expectPythonInCi();
beforeAll(() => init());

const items: ItemToWrite[] = [];
beforeAll(() => {
  for (let seed = 0; seed < 6; seed++) items.push({ name: `ulm_000000_00000${seed}`, map: drawScene(seed) });
});

/** What NumPy must find: class ids (255 or another id for none) and numbers of objects, per image. */
function expected(idOf: (classId: number | undefined) => number) {
  return Object.fromEntries(
    items.map(({ name, map }) => {
      const labels = [...(map as LabelMap).data].map((label) => SCENE_LABELS[label]);
      return [
        name,
        {
          ids: labels.map((label) => idOf(label?.classId)),
          objects: labels.map((label) => label?.object ?? 0),
        },
      ];
    }),
  );
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-sets-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HEAD = "import json, glob, os\nimport numpy as np\nfrom PIL import Image\n";

describe("a set on disk", () => {
  itWithPython("of Pascal VOC has Pillow's mode P, listed names, ids and numbers", () =>
    inFolder(async (folder) => {
      await writeSet(items, await createFolder(folder), { format: "voc", classes: sceneClasses });
      const printed = runPythonProgram(
        `${HEAD}
found = {}
for name in open("ImageSets/Segmentation/train.txt").read().split():
    one, two = [Image.open(f"Segmentation{kind}/{name}.png") for kind in ["Class", "Object"]]
    assert one.mode == two.mode == "P"
    objects = np.array(two)
    found[name] = {"ids": np.array(one).ravel().tolist(), "objects": np.where(objects == 255, 0, objects).ravel().tolist()}
print(json.dumps(found))`,
        folder,
      );
      expect(JSON.parse(printed)).toEqual(expected((id) => id ?? 255));
    }),
  );

  // datumaro's reader: labelmap.txt by colour, and the colour map of VOC for the objects (plugins/voc_format/format.py).
  itWithPython("of CVAT has the colours of labelmap.txt, and a number for every mask", () =>
    inFolder(async (folder) => {
      await writeSet(items, await createFolder(folder), { format: "cvat", classes: sceneClasses });
      const printed = runPythonProgram(
        `${HEAD}
def voc(index):
    r = g = b = 0
    for bit in range(8):
        r |= ((index >> 0) & 1) << (7 - bit); g |= ((index >> 1) & 1) << (7 - bit); b |= ((index >> 2) & 1) << (7 - bit)
        index >>= 3
    return (r, g, b)
names = {}
for line in open("labelmap.txt"):
    if line.startswith("#"): continue
    name, colour, parts, actions = line.strip().split(":")
    names[tuple(map(int, colour.split(",")))] = name
number = {voc(index): index for index in range(256)}
ids = {"background": 255, "road": 7, "sky": 11, "car": 26, "truck": 27}
found, bare = {}, 0
for name in open("ImageSets/Segmentation/default.txt").read().split():
    one, two = [Image.open(f"Segmentation{kind}/{name}.png") for kind in ["Class", "Object"]]
    assert one.mode == two.mode == "RGB"
    classes = [ids[names[tuple(pixel)]] for pixel in np.array(one).reshape(-1, 3).tolist()]
    objects = [number[tuple(pixel)] for pixel in np.array(two).reshape(-1, 3).tolist()]
    assert all((o == 0) == (c == 255) for c, o in zip(classes, objects))
    # Each number has one class, as an importer needs it.
    assert len({(c, o) for c, o in zip(classes, objects)}) == len(set(objects))
    found[name] = classes
print(json.dumps(found))`,
        folder,
      );
      const ids = Object.entries(expected((id) => id ?? 255)).map(([name, facts]) => [name, facts.ids]);
      expect(JSON.parse(printed)).toEqual(Object.fromEntries(ids));
    }),
  );

  // rgb2id, and the checks of pq_compute_single_core in evaluation.py of panopticapi at 7bb4655.
  itWithPython("of COCO panoptic passes panopticapi's arithmetic and its checks", () =>
    inFolder(async (folder) => {
      const options = { format: "coco-panoptic", classes: sceneClasses, things: ["car", "truck"] } as const;
      await writeSet(items, await createFolder(folder), options);
      const printed = runPythonProgram(
        `${HEAD}
data = json.load(open("annotations/panoptic_train.json"))
categories = {category["id"]: category for category in data["categories"]}
images = {image["id"]: image for image in data["images"]}
found = {}
for annotation in data["annotations"]:
    image = images[annotation["image_id"]]
    rgb = np.array(Image.open("annotations/panoptic_train/" + annotation["file_name"]), dtype=np.uint32)
    assert rgb.shape == (image["height"], image["width"], 3)
    ids = rgb[:, :, 0] + 256 * rgb[:, :, 1] + 256 * 256 * rgb[:, :, 2]
    segments = {segment["id"]: segment for segment in annotation["segments_info"]}
    assert len(segments) == len(annotation["segments_info"])
    labels, counts = np.unique(ids, return_counts=True)
    assert set(labels.tolist()) - {0} == set(segments)
    for label, count in zip(labels.tolist(), counts.tolist()):
        if label == 0: continue
        ys, xs = np.nonzero(ids == label)
        box = [int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)]
        assert segments[label]["area"] == count and segments[label]["bbox"] == box
        assert segments[label]["category_id"] in categories
    of = lambda pick: [0 if i == 0 else pick(segments[i]) for i in ids.ravel().tolist()]
    isobject = lambda s: categories[s["category_id"]]["isthing"] == 1 and s["iscrowd"] == 0
    found[annotation["file_name"][:-4]] = {"ids": [s or 255 for s in of(lambda s: s["category_id"])], "objects": of(lambda s: s["id"] if isobject(s) else 0)}
print(json.dumps(found))`,
        folder,
      );
      // The labels of a scene that are objects are the first three, so a segment's id is the object's number.
      expect(JSON.parse(printed)).toEqual(expected((id) => id ?? 255));
    }),
  );

  itWithPython("of Cityscapes is found by its own tools' pattern, with ids and objects", () =>
    inFolder(async (folder) => {
      const labels = { lane: "road" };
      await writeSet(items, await createFolder(folder), { format: "cityscapes", missing: "void", labels });
      const printed = runPythonProgram(
        `${HEAD}
found = {}
for path in sorted(glob.glob("gtFine/*/*/*_gtFine_instanceIds.png")):
    values = np.array(Image.open(path)).astype(int)
    labels = Image.open(path.replace("instanceIds", "labelIds"))
    assert labels.mode == "L"
    ids = np.where(values >= 1000, values // 1000, values)
    assert (np.array(labels) == ids).all()
    city, sequence, frame = os.path.basename(path).split("_")[:3]
    objects = np.where(values < 1000, 0, np.where(ids == 27, 3, values % 1000 + 1))
    found["_".join([city, sequence, frame])] = {"ids": ids.ravel().tolist(), "cars": objects.ravel().tolist()}
print(json.dumps(found))`,
        folder,
      );
      // Cityscapes' own ids of road, sky, car and truck.
      const cityIds = new Map([
        [7, 7],
        [11, 23],
        [26, 26],
        [27, 27],
      ]);
      const facts = Object.entries(expected((id) => cityIds.get(id ?? -1) ?? 0)).map(
        ([name, { ids, objects }]) => {
          // Cars are numbered from 0 in the order of the labels that have pixels.
          const first = objects.includes(1) ? 0 : 1;
          const cars = objects.map((object) => (object === 2 ? 2 - first : object));
          return [name, { ids, cars }];
        },
      );
      expect(JSON.parse(printed)).toEqual(Object.fromEntries(facts));
    }),
  );

  itWithPython("of Pascal VOC that Pillow wrote is read, as mode P and as RGB", () =>
    inFolder(async (folder) => {
      for (const mode of ["P", "RGB"]) {
        runPythonProgram(
          `${HEAD}
palette = []
for index in range(256):
    r = g = b = 0; c = index
    for bit in range(8):
        r |= ((c >> 0) & 1) << (7 - bit); g |= ((c >> 1) & 1) << (7 - bit); b |= ((c >> 2) & 1) << (7 - bit); c >>= 3
    palette += [r, g, b]
for kind, values in [("Class", [0, 7, 7, 15, 255]), ("Object", [0, 1, 2, 3, 255])]:
    os.makedirs("${mode}/Segmentation" + kind)
    image = Image.fromarray(np.array([values], dtype=np.uint8), mode="P")
    image.putpalette(palette)
    image.convert("${mode}").save("${mode}/Segmentation" + kind + "/a.png")
print("{}")`,
          folder,
        );
        const set = await readSet(await openFolder(join(folder, mode)), { format: "voc" });
        for await (const item of set) {
          const map = await item.map();
          expect([...map.semantic()]).toEqual([0, 7, 7, 15, 255]);
          expect([...map.instance()]).toEqual([0, 1, 2, 3, 0]);
        }
      }
    }),
  );
});
