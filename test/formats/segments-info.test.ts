/** segments_info: what transformers' own arithmetic finds in it is what was there. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSegmentsInfo, encodeSegmentsInfo } from "../../src/formats/index.js";
import { init, type LabelMap } from "../../src/index.js";
import { drawScene, expectedMaps, inOrder, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());
const things = ["car", "truck"];
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

describe("segments_info", () => {
  it("comes back as classes and objects, for random maps; ids count from 1 and void is 0", () => {
    for (let seed = 0; seed < 150; seed++) {
      const map = drawScene(seed);
      const result = encodeSegmentsInfo(map, sceneClasses, { things });
      expect(result.segments_info.map(({ id }) => id)).toEqual(
        result.segments_info.map((_, place) => place + 1),
      );
      const read = decodeSegmentsInfo(result);
      const expected = expectedMaps(map);
      expect([...read.semantic()], `seed ${seed}`).toEqual(expected.semantic);
      expect(inOrder(read.instance()), `seed ${seed}`).toEqual(expected.instance);
      const isVoid = [...result.segmentation.data].map((id) => id === 0);
      expect(isVoid).toEqual(expected.semantic.map((id) => id === 255));
    }
  });

  it("of transformers is read: void 0 or -1, fused segments listed once per region", () => {
    const segmentation = { width: 4, height: 1, data: Int32Array.of(-1, 1, 2, 0) };
    const segments_info = [
      { id: 1, label_id: 17, was_fused: false, score: 0.98 },
      { id: 2, label_id: 93, was_fused: true, score: 0.91 },
      { id: 2, label_id: 93, was_fused: true, score: 0.87 },
    ];
    const map = decodeSegmentsInfo({ segmentation, segments_info });
    expect([...map.semantic(undefined, { voidId: 0 })]).toEqual([0, 17, 93, 0]);
    expect([...map.instance()]).toEqual([0, 1, 0, 0]);
    const otherClass = [...segments_info.slice(0, 2), { ...segments_info[2]!, label_id: 94 }];
    expect(() => decodeSegmentsInfo({ segmentation, segments_info: otherClass })).toThrow(
      /the segment 2 has two classes, 93 and 94/,
    );
    const twice = [segments_info[0]!, ...segments_info];
    expect(() => decodeSegmentsInfo({ segmentation, segments_info: twice })).toThrow(
      /1 is also the id of another segment/,
    );
  });

  it("of an instance result is read, where a later mask has covered all of an earlier one", () => {
    // As post_process_instance_segmentation paints them: ids from 0, -1 where no mask is.
    const segmentation = { width: 3, height: 1, data: Int32Array.of(-1, 1, 2) };
    const segments_info = [0, 1, 2].map((id) => ({ id, label_id: 17 + id, was_fused: false, score: 0.9 }));
    const map = decodeSegmentsInfo({ segmentation, segments_info });
    expect([...map.semantic()]).toEqual([255, 18, 19]);
    expect([...map.instance()]).toEqual([0, 1, 2]);
  });

  it("of a data set is read: category_id, crowds, an id 0 that is listed", () => {
    const segmentation = { width: 3, height: 1, data: Uint8Array.of(0, 1, 2) };
    const segments_info = [
      { id: 0, category_id: 4 },
      { id: 1, category_id: 5, iscrowd: 1 },
      { id: 2, category_id: 4, iscrowd: 0 },
    ];
    const map = decodeSegmentsInfo({ segmentation, segments_info });
    expect([...map.semantic()]).toEqual([4, 5, 4]);
    expect([...map.instance()]).toEqual([1, 0, 2]);
  });

  it("has labels with the names of a class list, or with ids as names", () => {
    const segmentation = { width: 5, height: 1, data: Int32Array.of(4, 1, 2, 3, 0) };
    const segments_info = [
      { id: 2, label_id: 26, was_fused: false, score: 0.9 },
      { id: 1, label_id: 7, was_fused: true, score: 0.9 },
      { id: 3, label_id: 5, was_fused: false, score: 0.9 },
      { id: 4, category_id: 26, iscrowd: 1 },
    ];
    const map = decodeSegmentsInfo({ segmentation, segments_info }, { classes: sceneClasses });
    expect([...map.data]).toEqual([3, 1, 0, 2, -1]);
    expect([...segmentation.data]).toEqual([4, 1, 2, 3, 0]);
    const told = ({ labels }: LabelMap) =>
      labels.map((label) => [label.name, label.classId, label.isThing, label.isCrowd, label.sourceId]);
    expect(told(map)).toEqual([
      ["car # 1", 26, true, false, 2],
      ["road", 7, false, false, 1],
      ["5 # 1", 5, true, false, 3],
      ["car", 26, true, true, 4],
    ]);
    const unnamed = told(decodeSegmentsInfo({ segmentation, segments_info }));
    expect(unnamed.map(([name]) => name)).toEqual(["26 # 1", "7", "5 # 1", "26"]);
    expect(() => decodeSegmentsInfo({ segmentation, segments_info }, { classes: {} as never })).toThrow(
      wrongCall,
    );
  });

  it("is refused where map and list do not belong together", () => {
    const segmentation = { width: 2, height: 1, data: Int32Array.of(1, 5) };
    const one = { id: 1, label_id: 0 };
    for (const segments_info of [
      [one],
      [one, { id: 5 }],
      [one, { id: 5, label_id: 0.5 }],
      [one, { id: 6, label_id: 0 }],
      null,
    ]) {
      expect(() => decodeSegmentsInfo({ segmentation, segments_info } as never)).toThrow(invalid);
    }
    expect(() => decodeSegmentsInfo({ segments_info: [one] } as never)).toThrow(wrongCall);
    expect(() => decodeSegmentsInfo(null as never)).toThrow(invalid);
  });
});
