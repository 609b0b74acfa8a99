/**
 * Videos: a mask and a legend for each frame, and objects that are the same in all frames. The frames are drawn here as
 * letters, so every expected number can be read off the drawing.
 */
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { type ServedJob, startVendorServer } from "../../cli/src/sample-server/index.js";
import type { LabelMap } from "../../src/index.js";
import {
  type DecodedFrame,
  decodeFrame,
  type FramesOptions,
  isVideoResult,
  PlaymentClient,
  parseVideoResult,
} from "../../src/playment/node.js";
import { encodePng } from "../support/encode-png.mjs";

const KEY = "secret-key-1234567890";
const [project, job] = ["project-1", "video-1"];
const retry = { limit: 2, minDelay: 1, maxDelay: 5 };

/** The colour of each letter. */
const COLORS: Record<string, string> = {
  a: "#ff0000",
  b: "#00ff00",
  p: "#0000ff",
  s: "#808080",
  r: "#102030",
};

interface Drawn {
  readonly id: string;
  readonly rows: readonly string[];
  /** Letter to name, in the order of the legend. */
  readonly legend: Readonly<Record<string, string>>;
}

/**
 * Track A is car 1 of the vendor in the first frame, and car 2 in the second. Track B is the other way round. Track P comes
 * in the second frame. In the third, a comes back in another colour.
 */
const DRAWN: readonly Drawn[] = [
  { id: "f-1", rows: ["ssss", "aabb"], legend: { b: "car # 2", a: "car # 1", s: "sky" } },
  {
    id: "f/2",
    rows: ["sspp", "bbaa"],
    legend: { s: "sky", p: "pedestrian # 7", a: "car # 2", b: "car # 1" },
  },
  { id: "f 3", rows: ["rrpp", "rrss"], legend: { r: "car # 1", p: "pedestrian # 1", s: "sky" } },
];
/** Frame, letter, track. */
const TRACKS = [
  ["f-1", "a", "track-A"],
  ["f-1", "b", "track-B"],
  ["f-1", "s", "track-S"],
  ["f/2", "a", "track-A"],
  ["f/2", "b", "track-B"],
  ["f/2", "p", "track-P"],
  ["f 3", "r", "track-A"],
  ["f 3", "p", "track-P"],
] as const;
const annotations = TRACKS.map(([frame_id, letter, track_id]) => ({
  _id: `${frame_id}-${letter}`,
  frame_id,
  track_id,
  attributes: [{ name: "letter", value: letter }],
  color: COLORS[letter],
}));

const legendOf = ({ legend }: Drawn) =>
  Object.fromEntries(Object.entries(legend).map(([letter, name]) => [COLORS[letter]!, name]));
const masksOf = (drawn: readonly Drawn[]) =>
  drawn.map((frame) => ({ frame_id: frame.id, legend: legendOf(frame), url: `https://x/${frame.id}` }));
function pngOf({ rows }: Drawn) {
  const samples = rows.flatMap((row) =>
    [...row].flatMap((letter) => [...Buffer.from(COLORS[letter]!.slice(1), "hex")]),
  );
  const size = { width: rows[0]!.length, height: rows.length };
  return new Uint8Array(encodePng({ ...size, colourType: 2, bitDepth: 8, samples }));
}
/** The label of each pixel, by the drawing. */
const labelsOf = ({ rows, legend }: Drawn) =>
  rows.flatMap((row) => [...row].map((letter) => Object.keys(legend).indexOf(letter)));
const resultOf = (drawn = DRAWN, more: object = {}) => ({
  data: {
    annotation_data: { annotations, masks: masksOf(drawn), ...more },
    sensor_data: { frames: DRAWN.map(({ id }) => ({ frame_id: id, url: `https://x/photo-${id}` })) },
  },
});
const decodeAll = async (json: unknown, options = {}) => {
  const { frames } = parseVideoResult(json, options);
  return Promise.all(
    frames.map((frame) => decodeFrame(frame, pngOf(DRAWN.find(({ id }) => id === frame.id)!))),
  );
};
/** Name, number within the class, number within the video, and track of each label. */
const factsOf = ({ labels }: LabelMap) =>
  labels.map(({ name, instanceNumber, instanceId, sourceId }) => [
    name,
    instanceNumber,
    instanceId,
    sourceId,
  ]);
const EXPECTED = [
  [
    ["car # 1", 1, 1, "track-B"],
    ["car # 2", 2, 2, "track-A"],
    ["sky", 0, 0, "track-S"],
  ],
  [
    ["sky", 0, 0, null],
    ["pedestrian # 1", 1, 3, "track-P"],
    ["car # 2", 2, 2, "track-A"],
    ["car # 1", 1, 1, "track-B"],
  ],
  [
    ["car # 2", 2, 2, "track-A"],
    ["pedestrian # 1", 1, 3, "track-P"],
    ["sky", 0, 0, null],
  ],
];

describe("the objects of a video", () => {
  it("have the same numbers in all frames, in the order of first appearance, by class", async () => {
    const maps = await decodeAll(resultOf());
    expect(maps.map(factsOf)).toEqual(EXPECTED);
    for (const [place, map] of maps.entries()) {
      expect([...map.data]).toEqual(labelsOf(DRAWN[place]!));
      expect(map.issues).toEqual([]);
    }
  });

  it("have the same value in the instance maps of all frames, and the same name", async () => {
    const maps = await decodeAll(resultOf());
    expect(maps.map((map) => [...map.instance()])).toEqual([
      [0, 0, 0, 0, 2, 2, 1, 1],
      [0, 0, 3, 3, 1, 1, 2, 2],
      [2, 2, 3, 3, 2, 2, 0, 0],
    ]);
    expect(maps.map((map) => [...map.mask("car # 2")])).toEqual([
      [0, 0, 0, 0, 1, 1, 0, 0],
      [0, 0, 0, 0, 0, 0, 1, 1],
      [1, 1, 0, 0, 1, 1, 0, 0],
    ]);
  });

  it("keep the annotation's attributes, and the legend's class, colour, counts and box", async () => {
    const [first] = await decodeAll(resultOf());
    expect(first!.labels[0]).toEqual({
      index: 0,
      color: COLORS.b,
      name: "car # 1",
      className: "car",
      classId: null,
      instanceId: 1,
      instanceNumber: 1,
      sourceId: "track-B",
      isThing: true,
      isCrowd: false,
      supercategory: null,
      attributes: [{ name: "letter", value: "b" }],
      pixelCount: 2,
      bbox: [2, 1, 2, 1],
    });
    expect(first!.labels[2]).toMatchObject({ isThing: false, attributes: [{ name: "letter", value: "s" }] });
  });

  it("are found by the _id of an instance, or by the label's text, if no annotation names a colour", async () => {
    const withoutColor = annotations.map(({ color: _, ...rest }) => rest);
    const byText = withoutColor.map((annotation) => {
      const frame = DRAWN.find(({ id }) => id === annotation.frame_id)!;
      return { ...annotation, value: frame.legend[annotation._id.at(-1)!] };
    });
    expect((await decodeAll(resultOf(DRAWN, { annotations: byText }))).map(factsOf)).toEqual(EXPECTED);

    const masks = DRAWN.map((frame, place) => ({
      ...masksOf(DRAWN)[place]!,
      instances: Object.entries(frame.legend).map(([letter, value]) => {
        const index = Number(value.split(" # ")[1] ?? 0);
        const ids = { _id: `${frame.id}-${letter}`, class_id: `class-of-${value.split(" # ")[0]}` };
        return { ...ids, color: COLORS[letter], index, value, attributes: [] };
      }),
    }));
    const byId = resultOf(DRAWN, { annotations: withoutColor, masks });
    const sources = EXPECTED.map((frame) => frame.map((facts) => facts.slice(0, 3)));
    const maps = await decodeAll(byId);
    expect(maps.map((map) => factsOf(map).map((facts) => facts.slice(0, 3)))).toEqual(sources);
    expect(maps[1]!.labels.map(({ sourceId }) => sourceId)).toEqual([
      "f/2-s",
      "track-P",
      "track-A",
      "track-B",
    ]);
    const { labels } = (await decodeAll(byId, { classBy: "class_id" }))[1]!;
    expect(labels.map(({ className, name }) => [className, name])).toEqual([
      ["class-of-sky", "sky"],
      ["class-of-pedestrian", "pedestrian # 1"],
      ["class-of-car", "car # 2"],
      ["class-of-car", "car # 1"],
    ]);
  });

  it("without a track are the same if they have the same name, which is an issue", async () => {
    const some = annotations.filter(({ _id }) => _id !== "f/2-a" && _id !== "f 3-r");
    const { frames } = parseVideoResult(resultOf(DRAWN, { annotations: some }));
    const numbers = frames.map(({ labels }) => labels.map(({ name, sourceId }) => [name, sourceId]));
    // Nobody knows whether these are track A or B, so they are neither.
    expect(numbers[1]!.slice(2)).toEqual([
      ["car # 3", null],
      ["car # 1", "track-B"],
    ]);
    expect(numbers[2]![0]).toEqual(["car # 4", null]);
    expect(frames.map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      [],
      ["label-without-track"],
      ["label-without-track"],
    ]);
    const none = parseVideoResult(resultOf(DRAWN, { annotations: [] }));
    expect(none.frames.map(({ labels }) => labels.map(({ name }) => name))).toEqual([
      ["car # 1", "car # 2", "sky"],
      ["sky", "pedestrian # 1", "car # 1", "car # 2"],
      ["car # 2", "pedestrian # 2", "sky"],
    ]);
    const map = await decodeFrame(none.frames[0]!, pngOf(DRAWN[0]!));
    expect(map.issues.map(({ code }) => code)).toEqual(["label-without-track", "label-without-track"]);
  });

  it("without a track, but with an annotation, have the annotation's _id and attributes", () => {
    const untracked = annotations.map((annotation) => ({ ...annotation, track_id: null }));
    const { frames } = parseVideoResult(resultOf(DRAWN, { annotations: untracked }));
    expect(frames[0]!.labels.map(({ trackId, sourceId }) => [trackId, sourceId])).toEqual([
      [null, "f-1-b"],
      [null, "f-1-a"],
      [null, "f-1-s"],
    ]);
    expect(frames[0]!.labels[0]!.attributes).toEqual([{ name: "letter", value: "b" }]);
  });

  it("are found by their colour in any spelling, and the first annotation of a label counts", () => {
    const spelt = annotations.map((annotation) => ({
      ...annotation,
      color: annotation.color!.toUpperCase().slice(1),
    }));
    const more = [...spelt, { ...spelt[0]!, _id: "late", track_id: "late" }];
    const { frames } = parseVideoResult(resultOf(DRAWN, { annotations: more }));
    expect(frames.map(({ labels }) => labels.map(({ trackId }) => trackId))).toEqual(
      EXPECTED.map((labels) => labels.map(([, , , track]) => track)),
    );
  });

  it("of two classes, with one track, count once in each class, which is an issue", () => {
    const wrong = annotations.map((annotation) =>
      annotation._id === "f 3-p" ? { ...annotation, track_id: "track-A" } : annotation,
    );
    const { frames } = parseVideoResult(resultOf(DRAWN, { annotations: wrong }));
    expect(frames[2]!.labels.map(({ name, instanceId }) => [name, instanceId])).toEqual([
      ["car # 2", 2],
      ["pedestrian # 2", 4],
      ["sky", 0],
    ]);
    expect(frames[2]!.issues).toMatchObject([{ code: "track-with-several-classes" }]);
    expect(frames[2]!.issues[0]!.message).toContain('the track "track-A" is "pedestrian" here');
  });

  it("stay in `annotations` if they name no label of their frame, which is an issue", () => {
    const lost = [...annotations, { _id: "lost", frame_id: "f 3", track_id: "track-B", attributes: [] }];
    const { frames } = parseVideoResult(resultOf(DRAWN, { annotations: lost }));
    expect(frames[2]!.issues).toMatchObject([{ code: "annotation-without-label" }]);
    expect(frames[2]!.issues[0]!.message).toContain('frame "f 3": the annotation "lost" names no label');
    expect(frames[2]!.annotations.map(({ _id }) => _id)).toEqual(["f 3-r", "f 3-p", "lost"]);
  });
});

describe("the frames of a video", () => {
  const [one, two, three] = masksOf(DRAWN);
  const idsOf = (json: unknown) => parseVideoResult(json).frames.map(({ id, index }) => [id, index]);

  it("have the order of sensor_data.frames, and without it the order of the masks", () => {
    const shuffled = resultOf(DRAWN, { masks: [three, one, two] });
    const inOrder = DRAWN.map(({ id }, place) => [id, place]);
    expect(idsOf(shuffled)).toEqual(inOrder);
    expect(idsOf(JSON.stringify(shuffled))).toEqual(inOrder);
    const { annotation_data } = shuffled.data;
    for (const frames of [
      ["f-1", "f/2", "f 3"],
      [{ id: "f-1" }, { _id: "f/2" }, { frame_id: "f 3" }],
    ]) {
      expect(idsOf({ data: { annotation_data, sensor_data: { frames } } })).toEqual(inOrder);
    }
    expect(idsOf({ data: { annotation_data } }).map(([id]) => id)).toEqual(["f 3", "f-1", "f/2"]);
  });

  it.each([
    ["data.annotation_data.frames", { data: { annotation_data: { frames: [one] } } }],
    ["data.masks", { data: { masks: [one], annotation_data: {} } }],
    ["data.sensor_data.frames", { data: { sensor_data: { frames: [one] } } }],
    ["annotation_data.masks", { annotation_data: { masks: [one] } }],
    ["masks", { masks: [one], frames: [{ frame_id: "f-1" }] }],
    ["frames", { frames: [one] }],
  ])("are found in %s", (_, json) => {
    const [frame] = parseVideoResult(json).frames;
    expect(frame).toMatchObject({ id: "f-1", url: "https://x/f-1" });
    expect(frame!.result.legend.entries.map(({ name }) => name)).toEqual(["car # 2", "car # 1", "sky"]);
  });

  it("may be none, and their ids may be numbers", () => {
    expect(idsOf({ data: { annotation_data: { masks: [] } } })).toEqual([]);
    const numbered = {
      data: {
        masks: [
          { ...two, frame_id: 2 },
          { ...one, frame_id: 0 },
        ],
        sensor_data: { frames: [0, 2] },
      },
    };
    expect(idsOf(numbered)).toEqual([
      ["0", 0],
      ["2", 1],
    ]);
  });

  it("without a mask are left out, and masks that are not listed come last; both are issues", () => {
    const json = resultOf(DRAWN, { masks: [{ ...one, frame_id: "extra" }, three] });
    const { frames, issues } = parseVideoResult(json);
    expect(frames.map(({ id, index }) => [id, index])).toEqual([
      ["f 3", 0],
      ["extra", 1],
    ]);
    expect(issues.map(({ code, message }) => [code, message.slice(0, 14)])).toEqual([
      ["frame-without-mask", 'frame "f-1": h'],
      ["frame-without-mask", 'frame "f/2": h'],
      ["frame-not-listed", 'frame "extra":'],
    ]);
  });

  it("that are unknown to the list make an issue of their annotations", () => {
    const { issues } = parseVideoResult(resultOf(DRAWN, { annotations: [{ frame_id: "nowhere" }] }));
    expect(issues).toMatchObject([
      {
        code: "annotation-of-unknown-frame",
        path: "data.annotation_data.annotations[0].frame_id",
        message: 'data.annotation_data.annotations[0].frame_id: there is no frame "nowhere".',
      },
    ]);
  });

  it.each([
    [null, "The result is null; give the vendor's result object."],
    ["no json", "The result is not JSON."],
    [{ data: { masks: [one, 5] } }, "data.masks[1]: is a number; make it an object."],
    [{ data: { masks: [one, { legend: {} }] } }, "data.masks[1].frame_id: is missing; make it a string."],
    [
      { data: { masks: [one, two, one] } },
      'data.masks[2].frame_id: is "f-1", like data.masks[0]; a frame has one mask.',
    ],
    [
      { data: { masks: [one], sensor_data: { frames: {} } } },
      "data.sensor_data.frames: is an object; make it an array.",
    ],
    [
      { data: { masks: [one], sensor_data: { frames: [{}] } } },
      "data.sensor_data.frames[0]: has no frame_id; add it.",
    ],
    [
      { data: { masks: [one], annotation_data: { annotations: 5 } } },
      "data.annotation_data.annotations: is a number; make it an array.",
    ],
    [{ masks: [one], annotations: [null] }, "annotations[0]: is null; make it an object."],
    [{ masks: [one], annotations: [{}] }, "annotations[0].frame_id: is missing; make it a string."],
    [
      { masks: [one], annotations: [{ frame_id: "f-1", attributes: {} }] },
      "annotations[0].attributes: is an object; make it an array.",
    ],
    [{ masks: [one, { frame_id: "f/2", url: "x" }] }, "masks[1]: legend: "],
    [{ masks: [{ ...one, url: 5 }] }, "masks[0].url: is a number; make it a string."],
  ])("of %o are refused: %s", (json, message) => {
    expect(() => parseVideoResult(json)).toThrow(message);
  });

  it("that are nowhere are an error that says what was found", () => {
    const json = {
      data: { annotation_data: { annotations: [], tracks: {} }, sensor_data: { frames: ["f-1"] } },
    };
    expect(() => parseVideoResult(json)).toThrow(
      'There is no list `masks` or `frames` of { frame_id, legend, url } in the result, `data` or `data.annotation_data`. Found instead: data.annotation_data has "annotations", "tracks"; data.sensor_data has "frames"; data has "annotation_data", "sensor_data"; the result has "data".',
    );
  });

  it("can be strict about the legend's colours", () => {
    const json = { masks: [{ frame_id: "f", legend: { "#fdffd34": "Car", "#ff0000": "Car" } }] };
    expect(parseVideoResult(json).frames[0]!.result.issues).toHaveLength(1);
    expect(() => parseVideoResult(json, { strict: true })).toThrow('masks[0]: legend["#fdffd34"]');
  });
});

describe("the client", () => {
  let vendor: Awaited<ReturnType<typeof startVendorServer>>;
  afterEach(async () => {
    await vendor.close();
    expect(vendor.violations).toEqual([]);
  });
  async function serve(more: Partial<ServedJob> = {}) {
    const frameMasks = Object.fromEntries(DRAWN.map((frame) => [frame.id, pngOf(frame)]));
    const jobs = [{ projectId: project, jobId: job, result: resultOf(), frameMasks, ...more }];
    vendor = await startVendorServer({ jobs, apiKey: KEY });
    return new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry, timeout: 5000 });
  }
  const masksAsked = () =>
    vendor.requests.filter(({ origin, path }) => origin === "storage" && path.endsWith(".png")).length;
  async function all(client: PlaymentClient, options: FramesOptions = {}) {
    const frames: DecodedFrame[] = [];
    for await (const frame of client.frames(project, job, options)) frames.push(frame);
    return frames;
  }
  async function failure(call: Promise<unknown>) {
    const error = await call.then(
      () => expect.fail("the call succeeded"),
      (reason) => reason,
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
    return error;
  }

  it("yields each frame with its mask and its map, when it is asked for", async () => {
    const client = await serve();
    const asked: number[] = [];
    const maps: LabelMap[] = [];
    for await (const { frame, url, png, map } of client.frames(project, job)) {
      asked.push(masksAsked());
      maps.push(map);
      expect(frame.index).toBe(maps.length - 1);
      expect(frame.id).toBe(DRAWN[frame.index]!.id);
      expect(url).toBe(`${vendor.storageOrigin}/${project}/${job}/frame-${encodeURIComponent(frame.id)}.png`);
      expect(png).toEqual(pngOf(DRAWN[frame.index]!));
      expect([...map.data]).toEqual(labelsOf(DRAWN[frame.index]!));
    }
    expect(asked).toEqual([1, 2, 3]);
    expect(maps.map(factsOf)).toEqual(EXPECTED);
  });

  it("fetches only the wanted frames, whose objects keep their numbers", async () => {
    const client = await serve();
    const [last, ...others] = await all(client, { only: ({ index }) => index === 2 });
    expect(others).toEqual([]);
    expect(factsOf(last!.map)).toEqual(EXPECTED[2]);
    expect(masksAsked()).toBe(1);
  });

  it("takes the options of a decoding", async () => {
    const client = await serve();
    const progress: number[] = [];
    const onProgress: FramesOptions["onProgress"] = ({ receivedBytes }) => progress.push(receivedBytes);
    const [first] = await all(client, {
      crop: { x: 2, y: 1, width: 2, height: 1 },
      classBy: "name",
      onProgress,
    });
    expect([...first!.map.data]).toEqual([0, 0]);
    expect(progress.length).toBeGreaterThanOrEqual(3);
  });

  it("gives the frames without their masks", async () => {
    const client = await serve();
    const { frames, issues } = await client.video(project, job);
    expect(frames.map(({ id }) => id)).toEqual(DRAWN.map(({ id }) => id));
    expect(issues).toEqual([]);
    expect(masksAsked()).toBe(0);
    expect(await client.mask(frames[1]!)).toEqual(pngOf(DRAWN[1]!));
  });

  it("survives faults of the storage", async () => {
    const client = await serve();
    const maps: LabelMap[] = [];
    for await (const { map } of client.frames(project, job)) {
      maps.push(map);
      Object.assign(vendor.faults, { storageError: 1, truncated: 1, expired: 1 });
    }
    expect(maps.map(factsOf)).toEqual(EXPECTED);
  });

  it("ends with an error that names the frame, and can go on after it", async () => {
    const client = await serve();
    const frames = client.frames(project, job);
    await frames.next();
    vendor.faults.htmlMask = 1;
    const error = await failure(frames.next());
    expect(error).toMatchObject({ code: "PLAYMENT_NOT_PNG", projectId: project, jobId: job });
    expect(error.message).toContain('the mask of frame "f/2" of job video-1 of project project-1: ');
    const rest = await all(client, { only: ({ index }) => index > 1 });
    expect(rest.map(({ map }) => factsOf(map))).toEqual([EXPECTED[2]]);
  });

  it("reports a frame without a URL", async () => {
    const masks = masksOf(DRAWN).map(({ url: _, ...mask }) => mask);
    const client = await serve({ frameMasks: {}, result: resultOf(DRAWN, { masks }) });
    expect(await failure(all(client))).toMatchObject({ code: "PLAYMENT_RESULT_MISSING", jobId: job });
  });

  it.each([
    [{ encoding: "grey" }],
    [{ target: { map: "semantic" } }],
    [{ only: 5 }],
    [{ classBy: "colour" }],
    [{ signal: 5 }],
    [null],
  ])("refuses the options %o before a mask is fetched", async (options) => {
    const client = await serve();
    expect(await failure(all(client, options as never))).toMatchObject({ code: "OPTION_INVALID" });
    expect(masksAsked()).toBe(0);
  });

  it("ends with the signal's reason between two frames", async () => {
    const client = await serve();
    const stop = new AbortController();
    const frames = client.frames(project, job, { signal: stop.signal });
    await frames.next();
    stop.abort(new Error("enough"));
    expect(await failure(frames.next())).toBe(stop.signal.reason);
    expect(masksAsked()).toBe(1);
  });

  it("says that a result is of a video if an image's result is asked for", async () => {
    const client = await serve();
    for (const name of ["result", "labelMap", "download"] as const) {
      const error = await failure(client[name](project, job));
      expect(error).toMatchObject({ name: "ResultError", code: "RESULT_INVALID" });
      expect(error.message).toContain("use `frames` or `video`");
    }
    expect(masksAsked()).toBe(0);
  });

  it("downloads a job that may be a video: without a mask if it is one", async () => {
    const client = await serve();
    const { result, mask } = await client.downloadJob(project, job);
    expect([mask, isVideoResult(JSON.parse(result)), masksAsked()]).toEqual([null, true, 0]);
    expect(parseVideoResult(result).frames.length).toBeGreaterThan(1);
    const png = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: new Uint8Array(3) });
    const ofImage = await serve({ result: { legend: { "#ff0000": "car" } }, mask: png });
    const image = await ofImage.downloadJob(project, job);
    expect(image).toEqual(await ofImage.download(project, job));
    expect([isVideoResult(JSON.parse(image.result)), image.mask]).toEqual([false, new Uint8Array(png)]);
  });

  it("says what is missing if a video is asked for and the result is of an image", async () => {
    const client = await serve({ result: { legend: { "#ff0000": "car" } } });
    const error = await failure(client.video(project, job));
    expect(error).toMatchObject({ code: "RESULT_INVALID" });
    expect(error.message).toContain("use `labelMap`");
    await expect(client.result(project, job)).resolves.toBeDefined();
  });
});
