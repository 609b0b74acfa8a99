/**
 * Labels as messages carry them. A message of objects takes microseconds for each, on both threads. With hundreds of labels
 * that is as long as the decode. So one text has all colours and names, and one array all numbers.
 */

import type { Label } from "../maps/label.js";

/** What most labels do not have. */
type Rest = Pick<Label, "index" | "classId" | "sourceId" | "supercategory" | "attributes">;

export interface PackedLabels {
  /** The colour and the name of each label, one behind the other. */
  readonly text: string;
  readonly classNames: readonly string[];
  /** So many for each label as `NUMBERS` says. */
  readonly numbers: readonly number[];
  readonly rest: readonly Rest[];
}

/**
 * The lengths of the colour and of the name, the place of the class name, the ids, whether it is a thing, and a crowd, the
 * pixel count, and the box, whose x is -1 if there is none.
 */
const NUMBERS = 12;
const NO_BOX = [-1, 0, 0, 0] as const;

export function packLabels(labels: readonly Label[]): PackedLabels {
  let text = "";
  const places = new Map<string, number>();
  const numbers: number[] = [];
  const rest: Rest[] = [];
  labels.forEach((label, index) => {
    const { color, name, className, classId, sourceId, supercategory, attributes } = label;
    text += color + name;
    const place = places.get(className) ?? places.size;
    places.set(className, place);
    const [x, y, width, height] = label.bbox ?? NO_BOX;
    numbers.push(color.length, name.length, place, label.instanceId, label.instanceNumber);
    numbers.push(Number(label.isThing), Number(label.isCrowd), label.pixelCount, x, y, width, height);
    if (classId !== null || sourceId !== null || supercategory !== null || attributes.length > 0) {
      rest.push({ index, classId, sourceId, supercategory, attributes });
    }
  });
  return { text, classNames: [...places.keys()], numbers, rest };
}

export function unpackLabels({ text, classNames, numbers, rest }: PackedLabels): Label[] {
  const labels: Label[] = [];
  const others = rest[Symbol.iterator]();
  let other: Rest | undefined = others.next().value;
  let start = 0;
  for (let index = 0, at = 0; at < numbers.length; index++, at += NUMBERS) {
    const middle = start + numbers[at]!;
    const end = middle + numbers[at + 1]!;
    const own = other?.index === index ? other : null;
    if (own !== null) other = others.next().value;
    const x = numbers[at + 8]!;
    labels.push({
      index,
      color: text.slice(start, middle),
      name: text.slice(middle, end),
      className: classNames[numbers[at + 2]!]!,
      classId: own?.classId ?? null,
      instanceId: numbers[at + 3]!,
      instanceNumber: numbers[at + 4]!,
      sourceId: own?.sourceId ?? null,
      isThing: numbers[at + 5] === 1,
      isCrowd: numbers[at + 6] === 1,
      supercategory: own?.supercategory ?? null,
      attributes: own?.attributes ?? [],
      pixelCount: numbers[at + 7]!,
      bbox: x < 0 ? null : [x, numbers[at + 9]!, numbers[at + 10]!, numbers[at + 11]!],
    });
    start = end;
  }
  return labels;
}

/** Maps or batches with their labels in another form. Maps of the same mask have the same labels. */
export function withLabels<From, To>(
  maps: readonly object[],
  change: (labels: From) => To,
): readonly object[] {
  const changed = new Map<From, To>();
  const changeOnce = <M extends object>(info: M) => {
    const { labels } = info as { readonly labels: From };
    if (!changed.has(labels)) changed.set(labels, change(labels));
    return { ...info, labels: changed.get(labels)! };
  };
  return maps.map((map) => {
    const { infos } = map as { readonly infos?: readonly object[] };
    return infos === undefined ? changeOnce(map) : { ...map, infos: infos.map(changeOnce) };
  });
}
