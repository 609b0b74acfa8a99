/** Which mask a comparison begins with. */
import { describe, expect, it } from "vitest";
import { likelyOthers, suggestOther } from "../../cli/explorer/src/compare/suggest-other.js";
import type { MaskPair } from "../../cli/explorer/src/files/mask-pair.js";

describe("the mask that is compared", () => {
  const named = (...names: string[]) => names.map(pairOf);
  const namesOf = (pairs: readonly MaskPair[]) => pairs.map(({ name }) => name);

  it("has the same name in another folder, before a name that goes on", () => {
    const pairs = named("truth/a", "truth/a-again", "truth/b", "model/b", "model/a");
    expect(namesOf(likelyOthers(pairs[0]!, pairs))).toEqual(["model/a", "truth/a-again"]);
    expect(namesOf(likelyOthers(pairs[3]!, pairs))).toEqual(["truth/b"]);
  });

  it("may be a dropped file of the same name, and is not the next frame", () => {
    const pairs = named("frame-1", "frame-2", "frame-10", "frame-1 (2)", "frame-1-5", "frame-1_pred");
    expect(namesOf(likelyOthers(pairs[0]!, pairs))).toEqual(["frame-1 (2)", "frame-1_pred"]);
    expect(likelyOthers(pairs[1]!, pairs)).toEqual([]);
  });

  it("is the only other one, whatever its name is", () => {
    const pairs = named("reference", "output");
    expect(namesOf(likelyOthers(pairs[1]!, pairs))).toEqual(["reference"]);
  });

  it("has the size of the reference; otherwise a mask that cannot be read says why", async () => {
    const pairs = named("truth/a", "broken/a", "small/a", "model/a");
    const sizes: Record<string, number> = { "truth/a": 8, "small/a": 4, "model/a": 8 };
    const sizeOf = async ({ name }: MaskPair) =>
      sizes[name] === undefined ? null : { width: 8, height: sizes[name] };
    expect((await suggestOther(pairs[0]!, pairs, sizeOf))?.name).toBe("model/a");
    expect((await suggestOther(pairs[0]!, pairs.slice(0, 3), sizeOf))?.name).toBe("broken/a");
    expect(await suggestOther(pairs[0]!, [pairs[0]!, pairs[2]!], sizeOf)).toBeNull();
  });
});

function pairOf(name: string): MaskPair {
  return { name, mask: { name, isServed: false, load: async () => new Blob() }, result: null, photo: null };
}
