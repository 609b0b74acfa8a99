/** The state of the explorer, without a page: what is shown of a mask, and which masks of a data set are read. */
import { afterEach, expect, it, vi } from "vitest";
import {
  addThumbnail,
  entryOf,
  nextWaiting,
  progress,
  takePairs,
} from "../../cli/explorer/src/dataset/dataset-state.js";
import { issueCount } from "../../cli/explorer/src/decoding/issue-count.js";
import type { MaskPair } from "../../cli/explorer/src/files/mask-pair.js";
import { find, flashed, type OpenMask, showMask } from "../../cli/explorer/src/state.js";

afterEach(() => {
  vi.useRealTimers();
});

it("does not flash labels of a mask that is no longer shown", () => {
  vi.useFakeTimers();
  showMask(maskOf("first"));
  find(0);
  expect(flashed.value).toBe(0);
  showMask(maskOf("second"));
  const seen = new Set<number>();
  const end = flashed.subscribe((label) => seen.add(label));
  // All flashes would be over by then.
  vi.advanceTimersByTime(10_000);
  end();
  expect([...seen]).toEqual([-1]);
});

it("reads and counts a mask once, even if the user leaves the data set and comes back", () => {
  const pairs = [pairOf("first"), pairOf("second")];
  takePairs(pairs);
  const first = nextWaiting()!;
  takePairs(pairs);
  expect(nextWaiting()).toBe(pairs[1]);
  expect(nextWaiting()).toBeNull();
  const thumbnail = {
    kind: "labels" as const,
    encoding: "colors" as const,
    picture: { png: new Uint8Array(), slots: [], exact: null },
    width: 1,
    height: 1,
    labels: [],
    unlabelled: { count: 0, colors: [] },
    issues: [],
  };
  addThumbnail(first, thumbnail);
  addThumbnail(first, thumbnail);
  addThumbnail(pairs[1]!, thumbnail);
  expect(progress.value.done).toBe(2);
});

it("counts the issues that a long list leaves out", () => {
  const listed = Array.from({ length: 100 }, () => ({ code: "legend-key-invalid", message: "…" }));
  const omitted = { "legend-key-invalid": 30, "legend-color-duplicate": 1 };
  const issues = [...listed, { code: "more-issues", message: "…", omitted }];
  expect([issueCount([]), issueCount(listed), issueCount(issues)]).toEqual([0, 100, 131]);
  const pair = pairOf("defects");
  takePairs([pair]);
  nextWaiting();
  const unlabelled = { count: 2, colors: [{ color: "#000000", count: 2 }] };
  addThumbnail(pair, {
    kind: "labels",
    encoding: "colors",
    picture: { png: new Uint8Array(), slots: [], exact: null },
    width: 1,
    height: 2,
    labels: [],
    unlabelled,
    issues,
  });
  expect(entryOf(pair).value).toMatchObject({ kind: "read", defects: 132 });
});

function pairOf(name: string): MaskPair {
  return { name, mask: { name, isServed: false, load: async () => new Blob() }, result: null, photo: null };
}

/** A mask of one pixel and one label. */
function maskOf(name: string): OpenMask {
  const label = {
    index: 0,
    color: "#ff0000",
    name: "car",
    className: "car",
    classId: "car",
    instanceNumber: 0,
  };
  return {
    pair: pairOf(name),
    png: new Blob(),
    result: null,
    photo: null,
    decoded: {
      name,
      kind: "labels",
      encoding: "colors",
      form: null,
      width: 1,
      height: 1,
      data: new Uint8Array(1),
      labels: [{ ...label, id: null, pixelCount: 1, bbox: [0, 0, 1, 1], isUnknown: false }],
      unlistedPixels: 0,
      issues: [],
      timings: { decode: 0, unknown: 0, mapBytes: 1, pngBytes: 0 },
    },
    read: 0,
    answered: 0,
  };
}
