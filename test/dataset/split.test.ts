/** A split keeps its promises: what stays, what is met on average, what is met within one image. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { partOf, presentClasses, type SplitEntry, split, stratifiedSplit } from "../../src/dataset/index.js";
import { hashOf } from "../../src/dataset/split.js";
import { init, labelPixels } from "../../src/index.js";
import { countSteps } from "../support/count-steps.js";
import { dice, mulberry32 } from "../support/random.mjs";

beforeAll(() => init());

const classNames = ["a", "b", "c", "d", "e", "f"];
const SHARES = { train: 0.8, val: 0.1, test: 0.1 };
const numbered = (count: number, name = "image") =>
  Array.from({ length: count }, (_, index) => `${name}_${String(index).padStart(6, "0")}`);
const partsOf = (parts: Record<string, string[]>) =>
  new Map(Object.entries(parts).flatMap(([part, ids]) => ids.map((id) => [id, part] as const)));
const wrong = expect.objectContaining({ code: "OPTION_INVALID" });

const python = findPythonWith("json");
if (python === undefined && process.env.CI) {
  it("finds a Python to compare with", () => expect.fail("no Python found; on Debian, install python3"));
}

describe("split", () => {
  it("puts each id into the same part as when this test was written", () => {
    // A change of the hash would move every user's images from train to test. It must not change.
    const { train, val, test } = split(numbered(24), SHARES);
    expect([val, test, train.length]).toEqual([
      ["image_000001", "image_000013"],
      ["image_000006", "image_000015", "image_000022"],
      19,
    ]);
  });

  it.skipIf(python === undefined)("hashes as FNV-1a and MurmurHash3's last step do in Python", () => {
    const ids = ["", "a", "image_000001", "Straße/☃.png", "x".repeat(1000)];
    const script = `
import json, sys
def unit(text):
    h = 0x811c9dc5
    for byte in text.encode():
        h = (h ^ byte) * 0x01000193 % 2**32
    h = (h ^ h >> 16) * 0x85ebca6b % 2**32
    h = (h ^ h >> 13) * 0xc2b2ae35 % 2**32
    return (h ^ h >> 16) / 2**32
print(json.dumps([unit("7\\0" + id) for id in json.load(sys.stdin)]))`;
    const units: number[] = JSON.parse(
      execFileSync(python!, ["-c", script], { input: JSON.stringify(ids) }).toString(),
    );
    ids.forEach((id, place) => {
      for (const share of [units[place]! - 1e-7, units[place]! + 1e-7]) {
        const part = partOf(id, { a: share, b: 1 - share }, { seed: 7 });
        expect(part).toBe(units[place]! < share ? "a" : "b");
      }
    });
  });

  it("leaves every id in its part, whatever other ids there are and in any order", () => {
    const anyIds = fc.uniqueArray(fc.string(), { maxLength: 40 });
    fc.assert(
      fc.property(anyIds, fc.integer(), (ids, seed) => {
        const whole = split(ids, SHARES, { seed });
        expect(Object.values(whole).flat().sort()).toEqual([...ids].sort());
        const some = ids.filter((_, place) => place % 2 === 0).reverse();
        const { val, train, test } = split(some, { test: 0.1, train: 0.8, val: 0.1 }, { seed });
        const before = partsOf(whole);
        for (const [id, part] of partsOf({ val, train, test })) expect(part).toBe(before.get(id));
        for (const id of ids) expect(partOf(id, SHARES, { seed })).toBe(before.get(id));
      }),
    );
  });

  it.each(["frame", "a/b/c", "7"])(
    "meets its shares within four standard deviations, of ids like %s_000123",
    (name) => {
      for (const seed of [0, 1, "x"]) {
        const count = 20_000;
        const parts = split(numbered(count, name), SHARES, { seed });
        for (const [part, share] of Object.entries(SHARES)) {
          const deviation = Math.sqrt(count * share * (1 - share));
          expect(Math.abs(parts[part as "val"].length - count * share)).toBeLessThan(4 * deviation);
        }
      }
    },
  );

  it("gives an independent split for another seed", () => {
    const ids = numbered(20_000);
    const first = new Set(split(ids, SHARES, { seed: 1 }).test);
    const both = split(ids, SHARES, { seed: 2 }).test.filter((id) => first.has(id)).length;
    expect(Math.abs(both - 200)).toBeLessThan(4 * Math.sqrt(200));
  });

  it("keeps the order of the ids, and returns empty parts", () => {
    expect(split(["c", "a", "b"], { only: 1 })).toEqual({ only: ["c", "a", "b"] });
    expect(split([], SHARES)).toEqual({ test: [], train: [], val: [] });
  });

  it("accepts any names for parts", () => {
    const parts = split(
      numbered(50),
      Object.fromEntries([
        ["__proto__", 0.5],
        ["b", 0.5],
      ]),
    );
    expect(Object.keys(parts)).toEqual(["__proto__", "b"]);
    expect(Object.values(parts).flat()).toHaveLength(50);
  });

  it.each([
    ["ids", "abc", SHARES, {}],
    ["ids", null, SHARES, {}],
    ["ids", ["a", "a"], SHARES, {}],
    ["ids", ["a", 3], SHARES, {}],
    ["shares", ["a"], { train: 0.8, val: 0.1 }, {}],
    ["shares", ["a"], { train: 1.1, val: -0.1 }, {}],
    ["shares", ["a"], { train: 1, val: 0 }, {}],
    ["shares", ["a"], { train: "1" }, {}],
    ["shares", ["a"], { train: Number.NaN }, {}],
    ["shares", ["a"], {}, {}],
    ["shares", ["a"], undefined, {}],
    ["seed", ["a"], SHARES, { seed: Number.NaN }],
    ["seed", ["a"], SHARES, { seed: null }],
    ["options", ["a"], SHARES, null],
  ])("refuses wrong %s: %j %j %j", (_, ids, shares, options) => {
    expect(() => split(ids as never, shares as never, options as never)).toThrow(wrong);
    const entries = Array.isArray(ids) ? ids.map((id) => ({ id, classes: [] })) : ids;
    expect(() => stratifiedSplit(entries as never, shares as never, options as never)).toThrow(wrong);
  });
});

describe("stratifiedSplit", () => {
  const anyShares = fc
    .array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 })
    .map((weights) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return Object.fromEntries(weights.map((weight, place) => [`part ${place}`, weight / sum]));
    });
  const anyEntries = (classes: fc.Arbitrary<string[]>) =>
    fc
      .array(classes, { maxLength: 60 })
      .map((lists) => lists.map((list, index): SplitEntry => ({ id: `id ${index}`, classes: list })));
  const multi = anyEntries(fc.uniqueArray(fc.constantFrom(...classNames), { maxLength: 4 }));
  const single = anyEntries(fc.constantFrom(...classNames, "a", "a", "a", "b").map((name) => [name]));

  it("puts every image into one part, and into the same one in any order", () => {
    fc.assert(
      fc.property(multi, anyShares, fc.integer(), (entries, shares, seed) => {
        const parts = stratifiedSplit(entries, shares, { seed });
        expect(Object.values(parts).flat().sort()).toEqual(entries.map(({ id }) => id).sort());
        const shuffled = [...entries].sort((a, b) => (a.id.slice(-1) < b.id.slice(-1) ? 1 : -1));
        expect(partsOf(stratifiedSplit(shuffled, shares, { seed }))).toEqual(partsOf(parts));
      }),
    );
  });

  it("meets each class's share within one image if images have one class, and reaches every part that it can", () => {
    fc.assert(
      fc.property(single, anyShares, (entries, shares) => {
        const part = partsOf(stratifiedSplit(entries, shares));
        for (const name of classNames) {
          const ids = entries.filter(({ classes }) => [...classes][0] === name).map(({ id }) => id);
          if (ids.length < Object.keys(shares).length) continue;
          for (const [partName, share] of Object.entries(shares)) {
            const got = ids.filter((id) => part.get(id) === partName).length;
            expect(got).toBeGreaterThanOrEqual(1);
            // Where no part is too small for its one image, the share is met within one.
            const isSmall = Object.values(shares).some((other) => other * ids.length < 1);
            if (!isSmall) expect(Math.abs(got - share * ids.length)).toBeLessThan(1 + 1e-9);
          }
        }
      }),
    );
  });

  it("gives three images of a rare class to three parts", () => {
    const entries = numbered(1000).map((id, index) => ({
      id,
      classes: index < 3 ? ["road", "rare"] : ["road"],
    }));
    const part = partsOf(stratifiedSplit(entries, SHARES));
    expect(new Set(numbered(3).map((id) => part.get(id)))).toEqual(new Set(["train", "val", "test"]));
  });

  it("goes by the shares alone if a class has fewer images than there are parts", () => {
    const entries = numbered(1000).map((id, index) => ({
      id,
      classes: index < 2 ? ["road", "rare"] : ["road"],
    }));
    const part = partsOf(stratifiedSplit(entries, SHARES));
    expect(numbered(2).map((id) => part.get(id))).toEqual(["train", "train"]);
  });

  it("leaves every image of an earlier split where it was, and fills up the parts around it", () => {
    fc.assert(
      fc.property(multi, anyShares, fc.nat(), (entries, shares, cut) => {
        const before = stratifiedSplit(entries.slice(0, cut % (entries.length + 1)), shares);
        const after = partsOf(stratifiedSplit(entries, shares, { previous: before, seed: "other" }));
        for (const [id, part] of partsOf(before)) expect(after.get(id)).toBe(part);
        expect(after.size).toBe(entries.length);
      }),
    );
    // 90 in train already: of 110 more, 70 go there for 160 of 200.
    const ids = numbered(200);
    const entries = ids.map((id) => ({ id, classes: ["road"] }));
    const parts = stratifiedSplit(entries, SHARES, { previous: { train: [...ids.slice(0, 90), "gone"] } });
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([160, 20, 20]);
  });

  it("spreads images without a class by the shares", () => {
    const entries = numbered(100).map((id) => ({ id, classes: [] }));
    const parts = stratifiedSplit(entries, SHARES);
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([80, 10, 10]);
    expect(new Set(parts.val)).not.toEqual(new Set(numbered(100).slice(0, 10)));
  });

  it("equals a slow version of the paper's algorithm if no class is too rare for a part", () => {
    const { below, chance } = dice(mulberry32(2011));
    for (let round = 0; round < 40; round++) {
      const entries = numbered(60 + below(40)).map((id) => ({
        id,
        classes: classNames.slice(0, 3).filter((_, place) => chance(0.9 - place / 4)),
      }));
      expect(partsOf(stratifiedSplit(entries, SHARES)), `round ${round}`).toEqual(paperSplit(entries));
    }
  });

  it("spreads the classes more evenly than a split by hash", () => {
    const { chance } = dice(mulberry32(7));
    const entries = numbered(600).map((id) => ({
      id,
      classes: classNames.filter((_, place) => chance(0.5 ** (place + 1))),
    }));
    // Sechidis et al.'s "labels distribution": how far the odds of a class in a part are from those in all.
    const unevenness = (parts: Record<string, string[]>) => {
      const odds = (ids: readonly string[], name: string) => {
        const list = new Set(ids);
        const inside = entries.filter(({ id }) => list.has(id));
        const having = inside.filter(({ classes }) => classes.includes(name)).length;
        return having / (inside.length - having);
      };
      const all = entries.map(({ id }) => id);
      return Object.values(parts)
        .flatMap((ids) => classNames.map((name) => Math.abs(odds(ids, name) - odds(all, name))))
        .reduce((sum, value) => sum + value, 0);
    };
    const stratified = unevenness(stratifiedSplit(entries, SHARES));
    const byHash = unevenness(
      split(
        entries.map(({ id }) => id),
        SHARES,
      ),
    );
    expect(stratified).toBeLessThan(byHash / 3);
  });

  it("accepts the classes that have pixels in a label map", () => {
    const legend = { "#000001": "car # 1", "#000002": "car # 2", "#000003": "sky", "#000004": "road" };
    const data = Uint8Array.of(0, 0, 4, 0, 0, 1, 0, 0, 2);
    expect(presentClasses(labelPixels({ data, width: 3, height: 1, channels: 3 }, legend))).toEqual([
      "car",
      "road",
    ]);
  });

  it("takes work that grows with the number of images, not with its square", () => {
    const { below } = dice(mulberry32(3));
    const entries = numbered(4000).map((id) => ({
      id,
      classes: Array.from({ length: 12 }, () => Math.min(below(30), below(30))),
    }));
    const half = countSteps(() => stratifiedSplit(entries.slice(0, 2000), SHARES));
    const whole = countSteps(() => stratifiedSplit(entries, SHARES));
    expect(half).toBeGreaterThan(2000 * 12);
    expect(whole / half).toBeLessThan(2.2);
  });

  it("splits tens of thousands of images with hundreds of classes", () => {
    const { below } = dice(mulberry32(3));
    const entries = numbered(30_000).map((id) => ({
      id,
      classes: Array.from({ length: 12 }, () => Math.min(below(300), below(300))),
    }));
    const parts = stratifiedSplit(entries, SHARES);
    expect(parts.train.length + parts.val.length + parts.test.length).toBe(30_000);
  });

  it.each([
    [[{ id: "a" }], {}],
    [[{ id: "a", classes: "road" }], {}],
    [[null], {}],
    [[{ id: "a", classes: [] }], { previous: { holdout: ["a"] } }],
    [[{ id: "a", classes: [] }], { previous: { train: ["a"], val: ["a"] } }],
    [[{ id: "a", classes: [] }], { previous: { train: "a" } }],
    [[{ id: "a", classes: [] }], { previous: ["a"] }],
    [[{ id: "a", classes: [{ name: "car" }] }], {}],
  ])("refuses %j with %j", (entries, options) => {
    expect(() => stratifiedSplit(entries as never, SHARES, options as never)).toThrow(wrong);
  });
});

/** A part per id by algorithm 1 of the paper; the ties that it leaves to chance go by the hash, as documented. */
function paperSplit(entries: { id: string; classes: string[] }[]): Map<string, string> {
  const names = Object.keys(SHARES).sort() as (keyof typeof SHARES)[];
  const hash = (id: string) => hashOf(id, "0");
  const left = new Set([...entries].sort((a, b) => hash(a.id) - hash(b.id)));
  const wantedOf = (list: unknown[]) =>
    Object.fromEntries(names.map((name) => [name, SHARES[name] * list.length]));
  const wanted = wantedOf(entries);
  const having = (name: string) => [...left].filter(({ classes }) => classes.includes(name));
  const wantedOfClass = Object.fromEntries(classNames.map((name) => [name, wantedOf(having(name))]));
  const result = new Map<string, string>();
  const most = (list: string[], figures: Record<string, number>) => {
    const best = Math.max(...list.map((name) => figures[name]!));
    return list.filter((name) => figures[name] === best);
  };
  const assign = (entry: { id: string; classes: string[] }, figures: Record<string, number>) => {
    const ties = most(most(names, figures), wanted);
    const part = ties[Math.floor(hash(entry.id) * ties.length)]!;
    result.set(entry.id, part);
    left.delete(entry);
    wanted[part]!--;
    for (const name of entry.classes) wantedOfClass[name]![part]!--;
  };
  for (;;) {
    const sizes = classNames.map((name) => [having(name).length, name] as const).filter(([size]) => size > 0);
    if (sizes.length === 0) break;
    const [, rarest] = sizes.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))[0]!;
    for (const entry of having(rarest)) assign(entry, wantedOfClass[rarest]!);
  }
  for (const entry of [...left]) assign(entry, wanted);
  return new Map(entries.map(({ id }) => [id, result.get(id)!]));
}
