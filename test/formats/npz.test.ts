/** `.npz`: NumPy reads what we write and we read what NumPy writes; a damaged or lying file is a typed error. */
import { deflateRawSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodeNpz, encodeNpz, npyToMap } from "../../src/formats/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";

expectPythonInCi();
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const unsupported = expect.objectContaining({ name: "FormatError", code: "FORMAT_UNSUPPORTED" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

const ARRAYS = {
  u1: { data: Uint8Array.of(0, 1, 254, 255, 7, 9), shape: [2, 3] },
  i4: { data: Int32Array.of(-1, 0, 2147483647, -2147483648, 66051, 5), shape: [3, 2] },
  i8: { data: BigInt64Array.of(-1n, 258n, 3n), shape: [1, 3] },
};

describe(".npz", () => {
  const maps = {
    semantic: { width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 255) },
    "street/häuser 1": { width: 1, height: 2, data: Int32Array.of(-1, 70000) },
    ids: ARRAYS.i8,
  };

  it("comes back as it went, stored and deflated, and is the same each time", () => {
    for (const compress of [true, false]) {
      const file = encodeNpz(maps, { compress });
      expect(encodeNpz(new Map(Object.entries(maps)), { compress })).toEqual(file);
      // MS-DOS time 00:00 and date 1980-01-01.
      expect([...file.subarray(10, 14)]).toEqual([0, 0, 0x21, 0]);
      const arrays = decodeNpz(file);
      expect([...arrays.keys()]).toEqual(Object.keys(maps));
      expect(npyToMap(arrays.get("semantic")!)).toEqual(maps.semantic);
      expect(npyToMap(arrays.get("street/häuser 1")!)).toEqual(maps["street/häuser 1"]);
      expect(arrays.get("ids")).toEqual(maps.ids);
    }
    const large = { width: 1000, height: 1000, data: new Uint8Array(1e6) };
    expect(encodeNpz({ large }).length).toBeLessThan(10_000);
    expect(encodeNpz({ large }, { compress: false }).length).toBeGreaterThan(1e6);
  });

  it("keeps names that an object would trip over", () => {
    const map = { width: 1, height: 1, data: Uint8Array.of(9) };
    const names = ["__proto__", "constructor", "a.npy", "0"];
    const arrays = decodeNpz(encodeNpz(new Map(names.map((name) => [name, map]))));
    expect(new Set(arrays.keys())).toEqual(new Set(names));
  });

  itWithPython("is read by numpy.load, which checks each CRC", () => {
    const script = `
found = {}
for name in ["stored.npz", "deflated.npz"]:
    with np.load(name) as file: found[name] = {key: values(file[key]) for key in file.files}
print(json.dumps(found))
`;
    const files = { "stored.npz": encodeNpz(maps, { compress: false }), "deflated.npz": encodeNpz(maps) };
    const { printed } = runPython(script, files);
    for (const name of Object.keys(files)) {
      expect(printed[name]).toEqual({
        semantic: { dtype: "|u1", shape: [2, 3], values: [1, 2, 3, 4, 5, 255] },
        "street/häuser 1": { dtype: "<i4", shape: [2, 1], values: [-1, 70000] },
        ids: { dtype: "<i8", shape: [1, 3], values: [-1, 258, 3] },
      });
    }
  });

  itWithPython("of numpy.savez and numpy.savez_compressed is read", () => {
    const script = `
a = np.arange(6, dtype="i4").reshape(2, 3)
np.savez("stored.npz", a, labels=np.asfortranarray(a))
np.savez_compressed("deflated.npz", a, labels=np.asfortranarray(a))
print("0")
`;
    const { files } = runPython(script, {}, ["stored.npz", "deflated.npz"]);
    for (const file of Object.values(files)) {
      const expected = { data: Int32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] };
      const arrays = decodeNpz(file);
      expect(arrays.get("arr_0")).toEqual(expected);
      expect(arrays.get("labels")).toEqual(expected);
    }
  });

  it("that is damaged is an error, whichever byte of an array it is", () => {
    const labels = { width: 20, height: 20, data: Int32Array.from({ length: 400 }, (_, i) => i * i) };
    const file = encodeNpz({ labels }, { compress: false });
    const end = file.length - 22 - 46 - "labels.npy".length;
    for (let at = 40; at < end; at++) {
      const damaged = file.slice();
      damaged[at]! ^= 0x10;
      expect(() => decodeNpz(damaged), `byte ${at}`).toThrow(
        expect.objectContaining({ name: "FormatError" }),
      );
    }
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeNpz(file.subarray(0, length)), `${length} bytes`).toThrow(invalid);
    }
  });

  it("that lies anywhere throws a typed error or gives the right arrays", () => {
    const file = encodeNpz(maps);
    const expected = decodeNpz(file);
    for (let at = 0; at < file.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const lying = file.slice();
        lying[at]! ^= flip;
        try {
          const arrays = decodeNpz(lying, { maxBytes: 1e6 });
          // The directory's count, names and dates have no checksum; the arrays that are there are right.
          const right = [...expected.values()];
          for (const array of arrays.values()) expect(right).toContainEqual(array);
        } catch (error) {
          expect(error, `byte ${at}`).toMatchObject({ name: "FormatError" });
        }
      }
    }
  });

  it("bomb is stopped, whether its size is honest or not", () => {
    const bomb = zipSync({ "bomb.npy": new Uint8Array(2 ** 26) }, { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => decodeNpz(bomb, { maxBytes: 2 ** 20 })).toThrow(invalid);
    // A directory that claims ten bytes.
    const liar = bomb.slice();
    const view = new DataView(liar.buffer);
    view.setUint32(liar.length - 22 - 46 - "bomb.npy".length + 24, 10, true);
    expect(() => decodeNpz(liar)).toThrow(/more than the 10 bytes that it claims/);
    // One that claims 4 GB of a few bytes costs no such memory.
    view.setUint32(liar.length - 22 - 46 - "bomb.npy".length + 24, 2 ** 32 - 2, true);
    expect(() => decodeNpz(liar)).toThrow(/maxBytes/);
  });

  it("with another method, a second name alike, or other files is refused", () => {
    const file = encodeNpz({ a: ARRAYS.u1, b: ARRAYS.u1 });
    const directory = Buffer.from(file).indexOf("PK\x01\x02", 0, "latin1");
    const method = file.slice();
    method[directory + 10] = 12;
    expect(() => decodeNpz(method)).toThrow(unsupported);
    const encrypted = file.slice();
    encrypted[directory + 8]! |= 1;
    expect(() => decodeNpz(encrypted)).toThrow(unsupported);
    const twice = Buffer.from(file);
    twice[twice.lastIndexOf("b.npy")] = "a".charCodeAt(0);
    expect(() => decodeNpz(twice)).toThrow(/two files have the name "a.npy"/);
    expect(() => decodeNpz(zipSync({ "readme.txt": Uint8Array.of(1) }))).toThrow(unsupported);
    expect(() => decodeNpz(deflateRawSync(Buffer.alloc(100)))).toThrow(invalid);
  });

  it("is not made with names or options that cannot be meant", () => {
    expect(() => encodeNpz({ "": ARRAYS.u1 })).toThrow(wrongCall);
    expect(() => encodeNpz({ "a\0": ARRAYS.u1 })).toThrow(wrongCall);
    // A name's length has two bytes, and ä takes two of them.
    expect(decodeNpz(encodeNpz({ ["ä".repeat(32_765)]: ARRAYS.u1 })).size).toBe(1);
    expect(() => encodeNpz({ ["ä".repeat(32_766)]: ARRAYS.u1 })).toThrow(wrongCall);
    expect(() => encodeNpz(null as never)).toThrow(wrongCall);
    expect(() => encodeNpz({ a: ARRAYS.u1 }, { compress: 9 as never })).toThrow(wrongCall);
    for (const maxBytes of [0, "1e9", Number.NaN]) {
      expect(() => decodeNpz(encodeNpz({}), { maxBytes: maxBytes as never })).toThrow(wrongCall);
    }
    expect(decodeNpz(encodeNpz({})).size).toBe(0);
  });
});
