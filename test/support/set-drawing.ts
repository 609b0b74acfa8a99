/** Sets of drawn scenes with photos, and what must be left of a map after a format that cannot say everything. */
import {
  type DataSet,
  type FileSource,
  filesInMemory,
  type ItemToWrite,
  memorySink,
  type SetItem,
  type WritableSetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, type LabelMap } from "../../src/index.js";
import { drawScene, inOrder, sceneClasses } from "./scenes.js";

export const things = ["car", "truck"];
/** What the pixels without a class are called in formats that have no void. */
export const judge = ClassList.fromJSON({
  ...sceneClasses.toJSON(),
  void: ["ego", "background", "unlabeled"],
});
export const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The head of a BMP of this size, which is all that a reader of sizes needs. */
export function bmpOf({ width, height }: { readonly width: number; readonly height: number }): Uint8Array {
  const bytes = new Uint8Array(54);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true);
  return bytes;
}

/** Scenes in two parts, each with a photo. */
export function drawSet(count = 7): { items: ItemToWrite[]; photos: FileSource } {
  const items = [...Array(count).keys()].map((seed): ItemToWrite => {
    const name = `${["aachen", "ulm"][seed % 2]!}_000000_${String(seed).padStart(6, "0")}`;
    return {
      name,
      map: drawScene(seed),
      split: ["train", "val"][seed % 3 === 0 ? 1 : 0]!,
      photo: `p/${name}.bmp`,
    };
  });
  return { items, photos: filesInMemory(items.map(({ photo, map }) => [photo!, bmpOf(map as LabelMap)])) };
}

export async function written(
  items: Iterable<ItemToWrite> | DataSet,
  options: { readonly format: WritableSetFormat } & Readonly<Record<string, unknown>>,
) {
  const sink = memorySink();
  const result = await writeSet(items, sink, options as unknown as Parameters<typeof writeSet>[2]);
  return { ...result, fileCount: result.files, files: sink.files, source: filesInMemory(sink.files) };
}

export async function itemsOf(set: DataSet): Promise<SetItem[]> {
  const items: SetItem[] = [];
  for await (const item of set) items.push(item);
  return items;
}

/** The class id of each pixel by name, 255 for void and ignored, and the objects in the order in which they occur. */
export interface Facts {
  readonly width: number;
  readonly height: number;
  readonly ids: readonly number[];
  readonly objects: readonly number[];
}

export function factsOf(map: LabelMap): Facts {
  const ids = [...map.semantic(judge)].map((id) => (id === judge.ignoreId ? 255 : id));
  return { width: map.width, height: map.height, ids, objects: inOrder(map.instance()) };
}

const isThing = (id: number) => id === 26 || id === 27;

/** Without stuff, which has no objects. */
export function withoutStuff(facts: Facts): Facts {
  return { ...facts, ids: facts.ids.map((id) => (isThing(id) ? id : 255)) };
}

/** Without stuff and groups. Areas of an object that are not connected by the sides of pixels are objects. */
export function withSplitObjects(facts: Facts): Facts {
  const { width, height, ids, objects } = facts;
  const areas: number[] = Array(ids.length).fill(0);
  let area = 0;
  objects.forEach((object, start) => {
    if (object === 0 || areas[start] !== 0) return;
    area++;
    areas[start] = area;
    const reached = [start];
    for (const pixel of reached) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      const beside = [
        ...(x > 0 ? [pixel - 1] : []),
        ...(x + 1 < width ? [pixel + 1] : []),
        ...(y > 0 ? [pixel - width] : []),
        ...(y + 1 < height ? [pixel + width] : []),
      ];
      for (const next of beside) {
        if (objects[next] !== object || areas[next] !== 0) continue;
        areas[next] = area;
        reached.push(next);
      }
    }
  });
  return { ...facts, ids: ids.map((id, pixel) => (objects[pixel] ? id : 255)), objects: inOrder(areas) };
}

/** A group of a class is an object. */
export function withGroupsAsObjects(facts: Facts): Facts {
  const objects = facts.objects.map((object, pixel) => {
    const id = facts.ids[pixel]!;
    return object === 0 && isThing(id) ? 1000 + id : object;
  });
  return { ...facts, objects: inOrder(objects) };
}
