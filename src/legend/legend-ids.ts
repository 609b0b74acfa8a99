/** Class ids that come from legends with ids, such as those of palettes and of `id,name` tables. */

/** The id of each class name in the legends so far; `null` if a legend has no id for it, or another one. */
export type LegendIds = Map<string, number | null>;

/** Adds what a legend says of a class. */
export function addLegendId(ids: LegendIds, name: string, id: number | undefined): void {
  const known = ids.get(name);
  ids.set(name, id === undefined || (known !== undefined && known !== id) ? null : id);
}

/**
 * The classes with the ids of the legends, in the order of the ids. Names with the same id are one class. Names with
 * a negative id or the id of void are no classes.
 *
 * @returns `undefined` if a name has no id, or several: then the ids cannot come from the legends.
 */
export function classesOfLegendIds(
  ids: LegendIds,
  voidId: number,
):
  | {
      readonly classes: readonly {
        readonly id: number;
        readonly name: string;
        readonly aliases: readonly string[];
      }[];
      readonly voidNames: readonly string[];
    }
  | undefined {
  const namesOfId = new Map<number, string[]>();
  for (const [name, given] of ids) {
    // Palettes give a colour of several classes all their names. Such pixels have no class.
    const areSeveral =
      given === null && name.includes(" | ") && name.split(" | ").every((one) => ids.has(one));
    if (given === null && !areSeveral) return undefined;
    const id = given === null || given < 0 ? voidId : given;
    namesOfId.set(id, [...(namesOfId.get(id) ?? []), name]);
  }
  const voidNames = namesOfId.get(voidId) ?? [];
  namesOfId.delete(voidId);
  if (namesOfId.size === 0) return undefined;
  const classes = Array.from(namesOfId, ([id, [name, ...aliases]]) => ({ id, name: name!, aliases }));
  return { classes: classes.sort((a, b) => a.id - b.id), voidNames };
}
