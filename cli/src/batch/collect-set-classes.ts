/** The class list of a data set for the outputs of a batch, as `collectClasses` makes it from results. */

import { ClassList, type ClassListOptions, LabelMapError } from "labelmap";
import type { DataSet } from "labelmap/formats";
import { BACKGROUND, type CollectedClasses, extend, newList } from "./collect-classes.js";

export interface CollectSetOptions {
  /** A list to extend: its ids stay. */
  readonly earlier?: ClassList;
  /** The id of the first class, if those of the set cannot be used. */
  readonly usualFirstId?: number;
  /** Whether the id 0 is the background, as in Pascal VOC. */
  readonly background?: boolean;
  /** The settings of a new list, such as `firstId` and `void`. With them, the ids of the set are not kept. */
  readonly settings?: ClassListOptions;
  /** Whether `things` are needed. All masks are decoded for it. */
  readonly areThingsNeeded: boolean;
}

/**
 * The classes have the ids that they have in the set, unless an earlier list or the background needs others.
 *
 * @throws what `set.classes` throws. {ClassError} CLASS_LIST_INVALID
 */
export async function collectSetClasses(
  set: DataSet,
  { earlier, usualFirstId = 0, background = false, settings = {}, areThingsNeeded }: CollectSetOptions,
): Promise<CollectedClasses> {
  const own = await set.classes();
  const left = new Set([...(settings.void ?? []), ...(settings.ignore ?? [])]);
  const names = own.classes.map(({ name }) => name).filter((name) => !left.has(name));
  const things = areThingsNeeded ? await thingsOf(set, own) : [];
  const named = names.filter((name) => BACKGROUND.test(name) && !things.includes(name));
  const first = named.length === 1 ? named[0] : undefined;
  const added = names.filter((name) => earlier?.idOf(name) === undefined);
  let classes: ClassList;
  if (earlier !== undefined) {
    classes = ClassList.fromJSON(extend(earlier, added, background ? first : undefined));
  } else {
    const isZeroFree = own.classes.every(({ id, name }) => id !== 0 || name === first);
    const isZeroBackground = first === undefined || own.idOf(first) === 0;
    const isUsable = Object.keys(settings).length === 0 && (!background || (isZeroFree && isZeroBackground));
    classes = isUsable ? own : newList(names, background ? first : undefined, newSettings());
  }
  function newSettings(): ClassListOptions {
    const { voidId, ignoreId, void: voidNames, ignore } = own;
    return {
      firstId: usualFirstId,
      ...{ voidId, ignoreId },
      ...settings,
      void: [...voidNames, ...(settings.void ?? [])],
      ignore: [...ignore, ...(settings.ignore ?? [])],
    };
  }
  return {
    classes,
    things: things.filter((name) => classes.idOf(name) !== undefined).sort(),
    added,
    background: first,
  };
}

/** The classes that have objects, as the set or any mask says. A mask that cannot be read fails later, and says why. */
async function thingsOf(set: DataSet, classes: ClassList): Promise<string[]> {
  const things = new Set(classes.classes.filter(({ isThing }) => isThing).map(({ name }) => name));
  for await (const item of set) {
    try {
      const { labels } = await item.map();
      for (const { className, instanceId, isThing, pixelCount } of labels) {
        if (pixelCount > 0 && (instanceId > 0 || isThing)) things.add(className);
      }
    } catch (error) {
      if (!(error instanceof LabelMapError) && !(error instanceof Error && "syscall" in error)) throw error;
    }
  }
  return [...things];
}
