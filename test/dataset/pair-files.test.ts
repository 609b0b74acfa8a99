/** Which files belong together: of those that are dropped on the explorer, and those in a folder. */
import { describe, expect, it } from "vitest";
import { pairFiles } from "../../src/dataset/index.js";

const pairsOf = (...paths: string[]) => pairFiles(paths).pairs;

describe("pairFiles", () => {
  it("pairs a mask with the result and photo of the same name, whatever the order and case", () => {
    expect(pairsOf("b.json", "a.JPG", "b.png", "a.png", "a.json")).toEqual([
      { name: "a", mask: "a.png", result: "a.json", photo: "a.JPG" },
      { name: "b", mask: "b.png", result: "b.json", photo: null },
    ]);
  });

  it.each(["a.jpg", "a.jpeg", "a.webp", "a_image.png", "a_image.jpg", "a_image.webp"])(
    "takes %s as the photo of a.png",
    (photo) => {
      expect(pairsOf("a.png", "b.png", photo)).toEqual([
        { name: "a", mask: "a.png", result: null, photo },
        { name: "b", mask: "b.png", result: null, photo: null },
      ]);
    },
  );

  it("pairs across folders if the name occurs once", () => {
    expect(pairsOf("set/masks/a.png", "set/results/a.json", "set/images/a.jpg", "set/masks/b.png")).toEqual([
      { name: "a", mask: "set/masks/a.png", result: "set/results/a.json", photo: "set/images/a.jpg" },
      { name: "b", mask: "set/masks/b.png", result: null, photo: null },
    ]);
  });

  it("does not guess across folders if a name occurs twice", () => {
    const pairs = pairsOf("x/a.png", "y/a.png", "x/a.json", "z/a.jpg");
    expect(pairs).toEqual([
      { name: "x/a", mask: "x/a.png", result: "x/a.json", photo: null },
      { name: "y/a", mask: "y/a.png", result: null, photo: null },
    ]);
  });

  it("prefers files beside the mask", () => {
    expect(pairsOf("x/a.png", "old/a.json", "x/a.json")[0]!.result).toBe("x/a.json");
  });

  it("gives a single mask the single result and photo, whatever their names", () => {
    expect(pairsOf("mask.png", "result.json", "holiday.jpg")).toEqual([
      { name: "mask", mask: "mask.png", result: "result.json", photo: "holiday.jpg" },
    ]);
    expect(pairsOf("mask.png", "one.json", "two.json")[0]!.result).toBe(null);
  });

  it("gives a single mask nothing with another name if byNameOnly is set", () => {
    const { pairs, withoutMask } = pairFiles(["mask.png", "package.json", "mask.jpg"], { byNameOnly: true });
    expect(pairs).toEqual([{ name: "mask", mask: "mask.png", result: null, photo: "mask.jpg" }]);
    expect(withoutMask).toEqual(["package.json"]);
  });

  it.each([
    ["mask.png", {}],
    [[1], {}],
    [["mask.png"], { byNameOnly: 1 }],
  ])("refuses %j with %j", (paths, options) => {
    expect(() => pairFiles(paths as string[], options as object)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  it("sorts numbers in names as people do", () => {
    expect(pairsOf("mask10.png", "mask9.png").map(({ name }) => name)).toEqual(["mask9", "mask10"]);
  });

  it("lists files without a mask and files of other kinds, and skips what file managers leave", () => {
    const paths = ["a.png", "b.png", "c.json", "notes.txt", "README", ".DS_Store", "__MACOSX/a.png"];
    expect(pairFiles(paths)).toMatchObject({ withoutMask: ["c.json"], ignored: ["notes.txt", "README"] });
    expect(pairFiles(paths).pairs.map(({ mask }) => mask)).toEqual(["a.png", "b.png"]);
  });

  it.each([
    ["Zürich", "beside the mask", "", ""],
    ["été", "beside the mask", "a/", "a/"],
    ["Ångström", "in another folder", "masks/", "results/"],
    ["가나다", "in another folder", "masks/", "results/"],
  ])("pairs %s %s, however its accents are written", (name, _, folder, other) => {
    const [composed, decomposed] = [name.normalize("NFC"), name.normalize("NFD")];
    expect(composed).not.toBe(decomposed);
    for (const [mask, partner] of [
      [composed, decomposed],
      [decomposed, composed],
    ]) {
      const paths = [`${folder}${mask}.png`, `${other}${partner}.json`, `${other}${partner}.jpg`];
      expect(pairsOf(...paths, "other.png")[folder === "" ? 1 : 0]).toMatchObject({
        mask: paths[0],
        result: paths[1],
        photo: paths[2],
      });
    }
    const exact = [`${decomposed}.png`, `${composed}.json`, `${decomposed}.json`];
    expect(pairsOf(...exact)[0]!.result).toBe(exact[2]);
  });

  it("takes only names with the suffix for masks, and leaves the suffix out of their names", () => {
    const paths = [
      "a_mask.png",
      "a.png",
      "a.json",
      "b_mask_image.png",
      "c_image.png",
      "c_mask.png",
      "_mask.png",
    ];
    const { pairs, withoutMask } = pairFiles(paths, { suffix: "_mask" });
    expect(pairs).toEqual([
      { name: "_mask", mask: "_mask.png", result: null, photo: null },
      { name: "a", mask: "a_mask.png", result: "a.json", photo: "a.png" },
      { name: "c", mask: "c_mask.png", result: null, photo: "c_image.png" },
    ]);
    expect(withoutMask).toEqual(["b_mask_image.png"]);
    const own = pairFiles(["a_image.png", "a.jpg"], { suffix: "_image" });
    expect(own.pairs).toEqual([{ name: "a", mask: "a_image.png", result: null, photo: "a.jpg" }]);
  });

  it("takes only the PNGs of the folder of masks for masks", () => {
    for (const masks of ["m", "m/"]) {
      const { pairs } = pairFiles(["m/x/a.png", "m2/a.png", "photos/b.png", "m/b.png"], {
        masks,
        byNameOnly: true,
      });
      expect(pairs.map(({ mask, photo }) => [mask, photo])).toEqual([
        ["m/b.png", "photos/b.png"],
        ["m/x/a.png", "m2/a.png"],
      ]);
    }
    for (const options of [{ suffix: 5 }, { masks: null }]) {
      expect(() => pairFiles([], options as never)).toThrow("suffix and masks must be strings");
    }
  });

  it("pairs ten thousand masks", () => {
    const paths = Array.from({ length: 10_000 }, (_, index) => [`m/${index}.png`, `r/${index}.json`]).flat();
    const { pairs, withoutMask } = pairFiles(paths);
    expect(pairs.every(({ name, result }) => result === `r/${name}.json`)).toBe(true);
    expect(withoutMask).toEqual([]);
  });
});
