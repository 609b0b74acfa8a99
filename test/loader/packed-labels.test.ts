/** Labels come out of a message as they went in. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { packLabels, unpackLabels, withLabels } from "../../src/loader/packed-labels.js";
import type { Label } from "../../src/maps/label.js";

const anyText = fc.string({ unit: "grapheme", maxLength: 8 });
const anyId = fc.oneof(fc.constant(null), fc.integer(), anyText);
const anyCount = fc.nat(2 ** 31);
const anyLabels = fc
  .array(
    fc.record({
      color: fc.oneof(fc.constant(""), fc.constant("#0a1b2c")),
      name: anyText,
      className: fc.oneof(anyText, fc.constant("car")),
      classId: anyId,
      instanceId: fc.nat(),
      instanceNumber: fc.nat(),
      sourceId: anyId,
      isThing: fc.boolean(),
      isCrowd: fc.boolean(),
      supercategory: fc.oneof(fc.constant(null), anyText),
      attributes: fc.array(fc.anything({ withNullPrototype: false, maxDepth: 1 }), { maxLength: 2 }),
      pixelCount: anyCount,
      bbox: fc.oneof(fc.constant(null), fc.tuple(anyCount, anyCount, anyCount, anyCount)),
    }),
    { maxLength: 20 },
  )
  .map((labels): Label[] => labels.map((label, index) => ({ index, ...label })));

it("packs labels of any kind without a loss", () => {
  fc.assert(
    fc.property(anyLabels, (labels) => {
      expect(unpackLabels(structuredClone(packLabels(labels)))).toStrictEqual(structuredClone(labels));
    }),
  );
});

it("changes the labels of maps and of batches, and those that several maps have only once", () => {
  const shared = ["a"];
  const maps = [
    { labels: shared, width: 1 },
    { labels: shared },
    { infos: [{ labels: ["b"] }, { labels: shared }] },
  ];
  let changes = 0;
  const changed = withLabels(maps, (labels: readonly string[]) => {
    changes++;
    return labels.map((label) => label.toUpperCase());
  });
  expect(changed).toEqual([
    { labels: ["A"], width: 1 },
    { labels: ["A"] },
    { infos: [{ labels: ["B"] }, { labels: ["A"] }] },
  ]);
  expect(changes).toBe(2);
});
