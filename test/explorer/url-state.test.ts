/** The page's address: what is written is read again, and addresses that people mistype are read without an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatState, type PageState, parseState } from "../../cli/explorer/src/url-state.js";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const labels = fc.record({
  classes: fc.array(text, { maxLength: 4 }),
  labels: fc.array(text, { maxLength: 4 }),
});
/** A hundredth of a screen pixel is exact enough, so a pixel of a small scale has few digits. */
const camera = fc.record({
  x: fc.integer({ min: -9000, max: 9000 }),
  y: fc.integer({ min: -9000, max: 9000 }).map((n) => n / 10),
  scale: fc.integer({ min: 101, max: 99_999 }).map((n) => n / 1000),
});
const states: fc.Arbitrary<PageState> = fc.record({
  view: fc.constantFrom("one", "compare", "dataset"),
  mask: text,
  reference: fc.option(text),
  other: fc.option(text),
  hidden: labels,
  isolated: labels,
  search: fc.oneof(fc.constant(""), text),
  isLegendShown: fc.boolean(),
  camera: fc.option(camera),
});

describe("the page's address", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(states, (state) => {
        // -0 is written as 0.
        const at = state.camera && { ...state.camera, x: state.camera.x + 0, y: state.camera.y + 0 };
        expect(parseState(`#${formatState(state)}`)).toEqual({ ...state, camera: at });
      }),
    );
  });

  it("is exact to a hundredth of a screen pixel", () => {
    const any = fc.record({
      x: fc.double({ min: 0, max: 9000, noNaN: true }),
      y: fc.double({ min: 0, max: 9000, noNaN: true }),
      scale: fc.double({ min: 0.001, max: 200, noNaN: true }),
    });
    fc.assert(
      fc.property(any, (at) => {
        const read = parseState(formatState({ ...parseState("mask=a"), camera: at })).camera!;
        expect(Math.abs(read.x - at.x) * at.scale).toBeLessThanOrEqual(0.0051);
        expect(Math.abs(read.y - at.y) * at.scale).toBeLessThanOrEqual(0.0051);
        // Over a screen of 4,000 pixels.
        expect(Math.abs(read.scale / at.scale - 1) * 4000).toBeLessThan(0.01);
      }),
    );
  });

  it("is empty as long as no mask is open, and short for a whole mask", () => {
    const none = parseState("");
    expect(formatState(none)).toBe("");
    expect(formatState({ ...none, mask: "truth/street" })).toBe("mask=truth%2Fstreet");
  });

  it.each([
    "at=1,2",
    "at=1,2,0",
    "at=1,2,-3",
    "at=a,b,c",
    "at=1,2,3,4",
    "at=1,2,Infinity",
    "view=two",
    "%%%",
  ])("takes the defaults in place of what is not valid: %s", (hash) => {
    expect(parseState(`#${hash}`)).toMatchObject({ view: "one", camera: null, mask: null });
  });

  it("leaves labels out before it becomes too long for mail", () => {
    const many = Array.from({ length: 5000 }, (_, number) => `thing # ${number}`);
    const state = { ...parseState("#mask=a"), hidden: { classes: ["sky"], labels: many } };
    const hash = formatState(state);
    expect(hash.length).toBeLessThan(4200);
    expect(parseState(hash).hidden.classes).toEqual(["sky"]);
    expect(parseState(hash).hidden.labels.length).toBeGreaterThan(100);
  });
});
