/** Which labels stay hidden from mask to mask. */
import { describe, expect, it } from "vitest";
import { classesOf, membersOf, NO_MEMBERS } from "../../cli/explorer/src/carried-labels.js";
import type { ShownLabel } from "../../cli/explorer/src/decoding/protocol.js";

const STREET = labelsOf("car", "car", "sky", "road");

describe("hidden classes", () => {
  it("are those of which every label is hidden", () => {
    const classes = classesOf(STREET, { indexes: new Set([0, 2]), absent: new Set() });
    expect([...classes]).toEqual(["sky"]);
    const both = classesOf(STREET, { indexes: new Set([0, 1, 2]), absent: new Set() });
    expect([...both].sort()).toEqual(["car", "sky"]);
  });

  it("are hidden in the next mask, wherever they are in its legend", () => {
    const members = membersOf(labelsOf("sky", "bus", "car", "car"), new Set(["car"]));
    expect([...members.indexes]).toEqual([2, 3]);
    expect(members.absent.size).toBe(0);
  });

  it("are remembered by a mask that does not have them", () => {
    const night = labelsOf("road", "car");
    const members = membersOf(night, new Set(["sky", "car"]));
    expect([...members.absent]).toEqual(["sky"]);
    const next = membersOf(STREET, classesOf(night, members));
    expect([...next.indexes]).toEqual([0, 1, 2]);
    // What is shown again on the mask in between stays shown.
    const shown = membersOf(STREET, classesOf(night, { ...members, indexes: new Set() }));
    expect([...shown.indexes]).toEqual([2]);
  });

  it("are none if nothing is hidden", () => {
    expect(classesOf(STREET, NO_MEMBERS).size).toBe(0);
    expect(membersOf(STREET, new Set())).toBe(NO_MEMBERS);
  });
});

function labelsOf(...classes: readonly string[]): readonly ShownLabel[] {
  return classes.map((className, index) => ({
    index,
    id: null,
    color: "#000000",
    name: `${className} # ${index}`,
    className,
    classId: className,
    instanceNumber: index,
    pixelCount: 1,
    bbox: [0, 0, 1, 1],
    isUnknown: false,
  }));
}
