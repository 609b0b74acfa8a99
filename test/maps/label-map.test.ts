/** The views of a label map equal what a person would write down pixel by pixel, and refuse what does not fit. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMaskSync, init, LabelMap, labelPixels } from "../../src/index.js";

beforeAll(() => init());

const legend = {
  "#000001": "car # 1",
  "#000002": "car # 2",
  "#000003": "truck # 1",
  "#000004": "road",
  "#0000ff": "sky",
};
const classes = ClassList.fromNames(["road", ["vehicle", "car", "truck"], "sky"]);

/** A map of one row whose pixels have these labels; -1 for none. */
function mapOf(labels: number[]): LabelMap {
  const blues = [1, 2, 3, 4, 255];
  const data = Uint8Array.from(labels.flatMap((label) => [0, 0, blues[label] ?? 99]));
  return labelPixels({ data, width: labels.length, height: 1, channels: 3 }, legend);
}

describe("views", () => {
  it("equal a plain lookup of each pixel", () => {
    const anyLabels = fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(anyLabels, (labels) => {
        const map = mapOf(labels);
        const classOf = (label: number) => [1, 1, 1, 0, 2][label] ?? 255;
        const instanceOf = (label: number) => [1, 2, 3, 0, 0][label] ?? 0;
        for (const dtype of ["int32", "uint16", "uint8"] as const) {
          expect([...map.semantic(classes, { dtype })]).toEqual(labels.map(classOf));
          expect([...map.instance({ dtype })]).toEqual(labels.map(instanceOf));
        }
        const panoptic = map.panoptic(classes, { divisor: 100 });
        expect([...panoptic]).toEqual(labels.map((label) => classOf(label) * 100 + instanceOf(label)));
        expect([...panoptic].map((value) => value % 100)).toEqual([...map.instance()]);
        for (let label = 0; label < 5; label++) {
          expect([...map.mask(label)]).toEqual(labels.map((other) => Number(other === label)));
        }
        const colors = labels.flatMap((label) =>
          label < 0 ? [0, 0, 0, 0] : [0, 0, [1, 2, 3, 4, 255][label]!, 255],
        );
        expect([...map.toRGBA()]).toEqual(colors);
      }),
    );
  });

  it("have the requested array type", () => {
    const map = mapOf([0, 3]);
    expect(map.semantic(classes)).toBeInstanceOf(Int32Array);
    expect(map.semantic(classes, { dtype: "uint8" })).toBeInstanceOf(Uint8Array);
    expect(map.panoptic(classes, { dtype: "uint16" })).toBeInstanceOf(Uint16Array);
    expect(map.mask("road")).toBeInstanceOf(Uint8Array);
  });

  it("keep two objects apart even if their classes share an id", () => {
    const panoptic = mapOf([0, 2]).panoptic(classes);
    expect(panoptic[0]).not.toBe(panoptic[1]);
  });

  it("select a label by its value, and refuse an unknown label", () => {
    const map = mapOf([0, 1, 0]);
    expect([...map.mask("car # 1")]).toEqual([1, 0, 1]);
    expect([...map.mask(map.labels.find(({ name }) => name === "car # 1")!)]).toEqual([1, 0, 1]);
    for (const label of [5, -1, 0.5, "bus"]) {
      expect(() => map.mask(label)).toThrow(expect.objectContaining({ code: "LABEL_UNKNOWN" }));
    }
  });
});

describe("an invalid call", () => {
  const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
  it.each([undefined, null, {}, ["road"]])("with %o as the class list throws OPTION_INVALID", (list) => {
    const map = mapOf([0, 3]);
    // Without a list, the map's own class ids are meant; this one has none.
    const wrong = list === undefined ? expect.objectContaining({ code: "CLASS_UNKNOWN" }) : invalid;
    expect(() => map.semantic(list as never)).toThrow(wrong);
    expect(() => map.panoptic(list as never)).toThrow(invalid);
  });

  it("with null as options throws OPTION_INVALID", () => {
    const map = mapOf([0, 3]);
    expect(() => map.semantic(classes, null as never)).toThrow(invalid);
    expect(() => map.panoptic(classes, null as never)).toThrow(invalid);
    expect(() => map.instance(null as never)).toThrow(invalid);
  });
});

describe("a class that the list lacks", () => {
  const roadOnly = ClassList.fromNames(["road"]);
  it("is an error that names it if it has pixels", () => {
    expect([...mapOf([3, 3]).semantic(roadOnly)]).toEqual([0, 0]);
    for (const view of [() => mapOf([3, 4]).semantic(roadOnly), () => mapOf([3, 4]).panoptic(roadOnly)]) {
      expect(view).toThrow(
        expect.objectContaining({ code: "CLASS_UNKNOWN", message: expect.stringContaining('"sky"') }),
      );
    }
  });

  it("becomes void if the caller asks for it", () => {
    expect([...mapOf([3, 4]).semantic(roadOnly, { missing: "void" })]).toEqual([0, 255]);
  });
});

describe("class ids without a class list", () => {
  /** A map of one row whose labels have these class ids in their source. */
  function withIds(classIds: (number | string | null)[], labels: number[]): LabelMap {
    const { width, height, data, labels: known, unlabelled, issues } = mapOf(labels);
    const own = known.map((label, index) => ({ ...label, classId: classIds[index] ?? null }));
    return new LabelMap({ width, height, data, labels: own, unlabelled, issues });
  }
  const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

  it("are those of the source, and 255 or voidId if a pixel has no label", () => {
    const map = withIds([3, 3, 0, 2 ** 31 - 1, "sky"], [0, 1, 2, -1, 3]);
    expect([...map.semantic()]).toEqual([3, 3, 0, 255, 2 ** 31 - 1]);
    expect([...map.semantic(undefined, { voidId: 9 })]).toEqual([3, 3, 0, 9, 2 ** 31 - 1]);
    const small = withIds([3, 4, 5, 6, 7], [0, 4, -1]).semantic(undefined, { dtype: "uint8" });
    expect(small).toEqual(Uint8Array.of(3, 7, 255));
    expect(() => map.semantic(undefined, { dtype: "uint8" })).toThrow(
      expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }),
    );
  });

  it("are needed of each label with pixels", () => {
    for (const id of [null, "7", 1.5, -1, Number.NaN]) {
      const map = withIds([3, 4, 5, id, 7], [0, 3]);
      expect(() => map.semantic(), String(id)).toThrow(
        expect.objectContaining({ code: "CLASS_UNKNOWN", message: expect.stringContaining('"road"') }),
      );
      expect([...map.semantic(undefined, { missing: "void" })]).toEqual([3, 255]);
      expect([...withIds([3, 4, 5, id, 7], [0, 0]).semantic()]).toEqual([3, 3]);
    }
  });

  it("may not be the id of void, even if no pixel is void", () => {
    const map = withIds([255, 4, 5, 6, 7], [1]);
    expect(() => map.semantic()).toThrow(invalid);
    expect(() => map.semantic(undefined, { voidId: 7 })).toThrow(invalid);
    expect([...map.semantic(undefined, { voidId: 0 })]).toEqual([4]);
    for (const voidId of [-1, 0.5, "0", null]) {
      expect(() => map.semantic(undefined, { voidId: voidId as never }), String(voidId)).toThrow(invalid);
    }
    const empty = new LabelMap({ ...mapOf([-1]), data: Int32Array.of(-1), labels: [], width: 1, height: 1 });
    expect(() => empty.semantic(undefined, { voidId: -1 })).toThrow(invalid);
  });

  it("are no target of a decode, which needs a list", () => {
    const png = new Uint8Array(8);
    for (const classes of [undefined, null]) {
      const target = { map: "semantic", classes } as never;
      expect(() => decodeMaskSync(png, legend, { target })).toThrow(invalid);
      expect(() => decodeMaskSync(png, legend, { target: { map: "semantic", voidId: 3 } as never })).toThrow(
        invalid,
      );
    }
  });
});

describe("a value that does not fit", () => {
  const outOfRange = expect.objectContaining({ name: "ValueRangeError", code: "VALUE_OUT_OF_RANGE" });
  const high = ClassList.fromNames(["road", "car", "sky"], { firstId: 255, voidId: 70_000, ignoreId: 1 });

  it("is an error only if it occurs", () => {
    expect([...mapOf([3, 3]).semantic(high, { dtype: "uint8" })]).toEqual([255, 255]);
    expect(() => mapOf([3, 4]).semantic(high, { dtype: "uint8" })).toThrow(outOfRange);
    expect(() => mapOf([3, -1]).semantic(high, { dtype: "uint16" })).toThrow(outOfRange);
    expect(() => mapOf([3]).panoptic(high, { dtype: "uint16" })).toThrow(outOfRange);
  });

  it("may be an instance number that reaches the divisor", () => {
    expect([...mapOf([0]).panoptic(classes, { divisor: 2 })]).toEqual([3]);
    expect(() => mapOf([1]).panoptic(classes, { divisor: 2 })).toThrow(outOfRange);
  });

  it.each([0, -1, 1.5, Number.NaN])("may be the divisor %d", (divisor) => {
    expect(() => mapOf([0]).panoptic(classes, { divisor })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
