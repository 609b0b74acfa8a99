/** `--map-classes`: what becomes of the list, and of aliases that a new name would take over. */
import { ClassList } from "labelmap";
import { describe, expect, it } from "vitest";
import { mapClassList } from "../../cli/src/convert/class-map.js";

const list = ClassList.fromJSON({
  classes: [
    { id: 1, name: "car", aliases: ["auto", "taxi"] },
    { id: 2, name: "truck" },
    { id: 3, name: "sky" },
  ],
});
const mapped = (names: Record<string, string | null>) =>
  mapClassList(list, new Map(Object.entries(names))).classes.map(({ id, name, aliases = [] }) => [
    id,
    name,
    aliases,
  ]);

describe("a class map", () => {
  it("keeps aliases, joins those of classes that become one, and drops none silently", () => {
    expect(mapped({ truck: "car" })).toEqual([
      [1, "car", ["auto", "taxi"]],
      [3, "sky", []],
    ]);
    expect(mapped({ car: "vehicle", truck: "vehicle", sky: null })).toEqual([
      [1, "vehicle", ["auto", "taxi"]],
    ]);
    // A class may take its own alias as its name.
    expect(mapped({ car: "auto" })).toEqual([
      [1, "auto", ["taxi"]],
      [2, "truck", []],
      [3, "sky", []],
    ]);
    // The map says what the alias becomes.
    expect(mapped({ truck: "auto", auto: "auto" })).toEqual([
      [1, "car", ["taxi"]],
      [2, "auto", []],
      [3, "sky", []],
    ]);
  });

  it("refuses a new name that is an alias of another class", () => {
    expect(() => mapped({ truck: "auto" })).toThrow(
      expect.objectContaining({
        code: "CLASS_LIST_INVALID",
        message:
          'The new name "auto" is an alias of "car", so its labels would change their class; choose another name, or say in the map what "auto" itself becomes.',
      }),
    );
    expect(() => mapped({ bus: "car" })).toThrow('There is no class "bus" to rename');
  });
});
