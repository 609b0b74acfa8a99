/** `.npy`: NumPy reads what we write and we read what NumPy writes, element for element; else a typed error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeNpy, encodeNpy, type NpyArray, npyToMap } from "../../src/formats/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";

expectPythonInCi();
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const unsupported = expect.objectContaining({ name: "FormatError", code: "FORMAT_UNSUPPORTED" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

const ARRAYS = {
  u1: { data: Uint8Array.of(0, 1, 254, 255, 7, 9), shape: [2, 3] },
  i1: { data: Int8Array.of(-128, 127), shape: [2] },
  u2: { data: Uint16Array.of(0, 1, 256, 65535), shape: [1, 1, 4] },
  i2: { data: Int16Array.of(-32768, 258), shape: [2, 1] },
  u4: { data: Uint32Array.of(0, 4294967295), shape: [2] },
  i4: { data: Int32Array.of(-1, 0, 2147483647, -2147483648, 66051, 5), shape: [3, 2] },
  u8: { data: BigUint64Array.of(0n, 9007199254740991n), shape: [2] },
  i8: { data: BigInt64Array.of(-1n, 258n, 3n), shape: [1, 3] },
  f4: { data: Float32Array.of(0, -1.5, 0.25), shape: [3] },
  f8: { data: Float64Array.of(1e300, -1.5), shape: [2] },
  scalar: { data: Int32Array.of(42), shape: [] },
  empty: { data: Int32Array.of(), shape: [0, 3] },
} satisfies Record<string, NpyArray>;
const numbers = ({ data }: NpyArray) => Array.from(data as ArrayLike<number | bigint>, Number);

/** A file with this header, as NumPy pads it. */
function npy(header: string, data: Uint8Array = new Uint8Array(4), version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`, "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, "latin1"),
    length,
    text,
    data,
  ]);
}

describe(".npy", () => {
  it("comes back as it went, for every type and shape", () => {
    for (const array of Object.values(ARRAYS)) expect(decodeNpy(encodeNpy(array))).toEqual(array);
  });

  it("of a map has the shape H×W, and becomes the same map again", () => {
    const anyMap = fc
      .tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(Int32Array, Uint8Array, Uint16Array),
      )
      .chain(([width, height, type]) =>
        fc
          .array(
            fc.integer({ min: type === Int32Array ? -(2 ** 31) : 0, max: type === Uint8Array ? 255 : 65535 }),
            {
              minLength: width * height,
              maxLength: width * height,
            },
          )
          .map((values) => ({ width, height, data: type.from(values) })),
      );
    fc.assert(
      fc.property(anyMap, (map) => {
        const file = encodeNpy(map);
        expect(decodeNpy(file).shape).toEqual([map.height, map.width]);
        expect(npyToMap(decodeNpy(file))).toEqual(map);
        // A view into a larger buffer, at an odd place, is read the same.
        const shifted = new Uint8Array(file.length + 3);
        shifted.set(file, 3);
        expect(npyToMap(decodeNpy(shifted.subarray(3)))).toEqual(map);
      }),
    );
  });

  itWithPython("is read by numpy.load with the same type, shape and elements", () => {
    const files = Object.fromEntries(
      Object.entries(ARRAYS).map(([name, array]) => [`${name}.npy`, encodeNpy(array)]),
    );
    const names = Object.keys(ARRAYS);
    const script = `print(json.dumps({name: values(np.load(name + ".npy")) for name in ${JSON.stringify(names)}}))`;
    const { printed } = runPython(script, files);
    for (const [name, array] of Object.entries(ARRAYS)) {
      const code = { scalar: "i4", empty: "i4" }[name] ?? name;
      const order = code.endsWith("1") ? "|" : "<";
      expect(printed[name]).toEqual({ dtype: order + code, shape: array.shape, values: numbers(array) });
    }
  });

  itWithPython(
    "of numpy.save is read: either byte order, Fortran order, booleans, versions 1.0 to 3.0",
    () => {
      const script = `
from numpy.lib import format
a = np.arange(12).reshape(3, 4) * 1000 - 5
expected = {}
def save(name, array, version=None):
    with open(name, "wb") as file: format.write_array(file, array, version=version)
    expected[name] = values(array)
for code in ["<i4", ">i4", "<i8", ">i8", "<i2", ">u2", ">f4", "<f8", ">f8"]:
    save(code.replace("<", "little-").replace(">", "big-") + ".npy", a.astype(code))
save("fortran.npy", np.asfortranarray(a.astype("<i4")))
save("fortran-big.npy", np.asfortranarray(a.astype(">u2")))
save("bool.npy", a % 3 == 0)
save("v2.npy", a, (2, 0))
save("v3.npy", a, (3, 0))
save("one.npy", np.array([7], dtype="u1"))
print(json.dumps(expected))
`;
      const names = [">i4", "<i4", "<i8", ">i8", "<i2", ">u2", ">f4", "<f8", ">f8"]
        .map((code) => code.replace("<", "little-").replace(">", "big-"))
        .concat("fortran", "fortran-big", "bool", "v2", "v3", "one")
        .map((name) => `${name}.npy`);
      const { printed, files } = runPython(script, {}, names);
      for (const name of names) {
        const array = decodeNpy(files[name]!);
        expect(array.shape, name).toEqual(printed[name].shape);
        expect(numbers(array), name).toEqual(printed[name].values.map(Number));
      }
      expect(decodeNpy(files["big-i4.npy"]!).data).toBeInstanceOf(Int32Array);
      expect(decodeNpy(files["bool.npy"]!).data).toBeInstanceOf(Uint8Array);
      expect(npyToMap(decodeNpy(files["little-i8.npy"]!))).toEqual({
        width: 4,
        height: 3,
        data: Int32Array.from({ length: 12 }, (_, index) => index * 1000 - 5),
      });
    },
  );

  itWithPython("of objects, structures, text and complex numbers is refused, never evaluated", () => {
    const script = `
np.save("object.npy", np.array([{}, 1], dtype=object))
np.save("structure.npy", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
np.save("text.npy", np.array(["a", "bc"]))
np.save("complex.npy", np.zeros(2, dtype="c8"))
np.save("half.npy", np.zeros(2, dtype="f2"))
np.save("fortran3.npy", np.asfortranarray(np.zeros((2, 3, 4), dtype="i4")))
print("0")
`;
    const names = ["object", "structure", "text", "complex", "half", "fortran3"].map((name) => `${name}.npy`);
    const { files } = runPython(script, {}, names);
    for (const name of names) expect(() => decodeNpy(files[name]!), name).toThrow(unsupported);
  });

  it("with a header in another order, in double quotes or of Python 2 means the same", () => {
    const data = new Uint8Array(Int32Array.of(1, 2).buffer);
    for (const header of [
      '{"shape": (1L, 2L), "fortran_order": False, "descr": "<i4"}',
      "{'fortran_order':False,'descr':'<i4','shape':(1,2),}   ",
      "{ 'descr' : '<i4' , 'shape' : ( 1 , 2 , ) , 'fortran_order' : False }",
    ]) {
      expect(decodeNpy(npy(header, data))).toEqual({ data: Int32Array.of(1, 2), shape: [1, 2] });
    }
  });

  it("that is malformed is an error, wherever it is cut", () => {
    const good = encodeNpy(ARRAYS.i4);
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeNpy(good.subarray(0, length)), `${length} bytes`).toThrow(invalid);
    }
    expect(() => decodeNpy(Buffer.concat([good, Buffer.alloc(1)]))).toThrow(invalid);
    const entry = "'descr': '<i4', 'fortran_order': False, ";
    for (const header of [
      "",
      "{}",
      `{${entry}}`,
      `{${entry}'shape': (1)}`,
      `{${entry}'shape': (,)}`,
      `{${entry}'shape': (1,,)}`,
      `{${entry}'shape': (-1,)}`,
      `{${entry}'shape': (99999999999999,)}`,
      `{${entry}'shape': (1,), 'more': 'x'}`,
      `{${entry}${entry}'shape': (1,)}`,
      `{${entry}'shape': (1,)`,
      `{${entry}'shape': (1,)} or exit()`,
      `{'descr': True, 'fortran_order': '<i4', 'shape': (1,)}`,
      `{'descr': '<i4' 'fortran_order': False, 'shape': (1,)}`,
    ]) {
      expect(() => decodeNpy(npy(header)), header).toThrow(expect.objectContaining({ name: "FormatError" }));
    }
    expect(() => decodeNpy(npy(`{${entry}'shape': (1,)}`, new Uint8Array(4), 4))).toThrow(unsupported);
  });

  it("header of many spaces, quotes or brackets is refused in time that grows with its length", () => {
    for (const filler of [" ", "'", "(", "{'a':", "'descr': '<i4', "]) {
      const header = `{${filler.repeat(Math.floor(60_000 / filler.length))}`;
      const file = npy(header, new Uint8Array(4), 2);
      // In time that grows with the square of it, so many files outlast the test's time-out.
      for (let time = 0; time < 2000; time++) expect(() => decodeNpy(file)).toThrow(invalid);
    }
    expect(() => decodeNpy(npy(" ".repeat(1_000_000), new Uint8Array(0), 2))).toThrow(unsupported);
  });

  it("is not made of what is no map and no array", () => {
    for (const array of [
      null,
      5,
      {},
      { data: [1, 2], shape: [2] },
      { data: Int32Array.of(1, 2), shape: [3] },
      { data: Int32Array.of(1, 2), shape: [-1, -2] },
      { data: Int32Array.of(1, 2), shape: "2" },
      { data: Int32Array.of(1, 2), width: 2, height: 2 },
    ]) {
      expect(() => encodeNpy(array as never)).toThrow(wrongCall);
    }
    expect(() => decodeNpy("file.npy" as never)).toThrow(wrongCall);
  });

  it("is no map where it has floats, other dimensions or integers beyond int32", () => {
    for (const array of [ARRAYS.f4, ARRAYS.u2, ARRAYS.scalar, ARRAYS.empty]) {
      expect(() => npyToMap(array)).toThrow(unsupported);
    }
    expect(() => npyToMap({ data: Float32Array.of(1), shape: [1, 1] })).toThrow(unsupported);
    for (const data of [BigInt64Array.of(2n ** 31n), BigUint64Array.of(2n ** 63n), Uint32Array.of(2 ** 31)]) {
      expect(() => npyToMap({ data, shape: [1, 1] })).toThrow(
        expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }),
      );
    }
  });
});
