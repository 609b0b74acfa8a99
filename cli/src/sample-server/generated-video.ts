/**
 * Draws a video from a seed, for the sample server: cars and pedestrians that move over a street, and a mask for each frame.
 *
 * As in real data, nothing but the track says which object is which: each frame has its own colours, its own order of the
 * legend, and its own numbers of the objects.
 */
import { checkKeys, checkOptions, invalid, isCount, isSize } from "labelmap/checks";
import { compressLabels, wrapInPng } from "./encode-rgba-png.js";
import type { ServedJob } from "./jobs.js";
import { type Random, randomFrom } from "./random.js";

export interface GeneratedVideoOptions {
  /** The number of frames, from 1 to 10,000. */
  readonly frames: number;
  /** The seed, from 0 to 2^32 - 1. Default 1. The same options give the same video. */
  readonly seed?: number;
  /** The number of objects, from 1 to 1,000. Default 6. */
  readonly objects?: number;
}

/** A frame as it was drawn, before the PNG was encoded. */
export interface ExpectedFrame {
  readonly width: number;
  readonly height: number;
  /** Row-major, height × width: each pixel's place in the frame's legend. */
  readonly labels: Int32Array;
  /** The track of each entry of the legend; `null` for stuff. */
  readonly tracks: readonly (string | null)[];
}

export interface GeneratedVideo {
  /** Its result is a video's, and its masks are in `frameMasks`. */
  readonly job: ServedJob & { readonly frameMasks: Readonly<Record<string, Uint8Array>> };
  /** In the order of the video. */
  readonly expected: readonly ExpectedFrame[];
}

const [WIDTH, HEIGHT] = [160, 96];
const HORIZON = 40;
const STUFF = ["sky", "road"];
const PROJECT_ID = "sample-project";

interface Thing {
  readonly track: string;
  readonly className: "car" | "pedestrian";
  /** The first frame that shows it. */
  readonly from: number;
  readonly top: number;
  readonly left: number;
  /** Pixels per frame. */
  readonly speed: number;
}

/**
 * Draws a video job whose objects move, come back and change their colours. The same options give the same video.
 * @throws DecodeError OPTION_INVALID
 */
export function generatedVideo(options: GeneratedVideoOptions): GeneratedVideo {
  const { frames: count, seed, objects } = withDefaults(options);
  const random = randomFrom(seed, 0);
  const things = Array.from(
    { length: objects },
    (_, place): Thing => ({
      track: `track-${place + 1}`,
      className: random.chance(0.6) ? "car" : "pedestrian",
      // The first one is there from the beginning.
      from: place === 0 ? 0 : random.below(Math.ceil(count / 2)),
      top: HORIZON + random.below(HEIGHT - HORIZON - 16),
      left: random.below(WIDTH),
      speed: 1 + random.below(4),
    }),
  );
  const drawn = Array.from({ length: count }, (_, index) =>
    drawFrame(index, things, randomFrom(seed, index + 1)),
  );
  const result = {
    data: {
      annotation_data: {
        annotations: drawn.flatMap(({ annotations }) => annotations),
        masks: drawn.map(({ id, legend }) => ({ frame_id: id, legend })),
      },
      sensor_data: { frames: drawn.map(({ id }) => ({ frame_id: id })) },
    },
  };
  const frameMasks = Object.fromEntries(drawn.map(({ id, png }) => [id, png]));
  return {
    job: { projectId: PROJECT_ID, jobId: "video-00001", batchId: "sample-videos", result, frameMasks },
    expected: drawn.map(({ expected }) => expected),
  };
}

function withDefaults(options: GeneratedVideoOptions): Required<GeneratedVideoOptions> {
  checkOptions(options);
  checkKeys(options, "frames seed objects", "generatedVideo");
  const { frames, seed = 1, objects = 6 } = options;
  if (!isSize(frames) || frames > 10_000) throw invalid("frames must be an integer from 1 to 10000.");
  if (!isCount(seed) || seed >= 2 ** 32) throw invalid("seed must be an integer from 0 to 2^32 - 1.");
  if (!isSize(objects) || objects > 1000) throw invalid("objects must be an integer from 1 to 1000.");
  return { frames, seed, objects };
}

function drawFrame(index: number, things: readonly Thing[], random: Random) {
  const id = `frame-${String(index + 1).padStart(5, "0")}`;
  const shown = random.shuffle(things.filter(({ from }) => from <= index));
  const numbers = new Map<string, number>();
  const entries = random.shuffle([
    ...STUFF.map((name) => ({ name, thing: null })),
    ...shown.map((thing) => {
      const number = (numbers.get(thing.className) ?? 0) + 1;
      numbers.set(thing.className, number);
      return { name: `${thing.className} # ${number}`, thing };
    }),
  ]);
  const colors = new Set<number>();
  while (colors.size < entries.length + 1) colors.add(random.below(2 ** 24));
  const [unlabelledColor = 0, ...ofEntries] = colors;
  const keys = ofEntries.map((color) => `#${color.toString(16).padStart(6, "0")}`);

  const labels = new Int32Array(WIDTH * HEIGHT);
  labels.fill(
    entries.findIndex(({ name }) => name === "sky"),
    0,
    HORIZON * WIDTH,
  );
  labels.fill(
    entries.findIndex(({ name }) => name === "road"),
    HORIZON * WIDTH,
  );
  // From back to front.
  for (const thing of [...shown].sort((one, other) => one.top - other.top)) {
    paint(
      labels,
      thing,
      index,
      entries.findIndex((entry) => entry.thing === thing),
    );
  }
  const compressed = compressLabels(
    { width: WIDTH, height: HEIGHT, labels, colors: ofEntries, unlabelledColor },
    0,
  );
  return {
    id,
    legend: Object.fromEntries(keys.map((key, place) => [key, entries[place]!.name])),
    annotations: entries.flatMap(({ thing }, place) => {
      if (thing === null) return [];
      const ids = { _id: `${id}-${thing.track}`, frame_id: id, track_id: thing.track };
      return [{ ...ids, color: keys[place], attributes: [] }];
    }),
    png: wrapInPng(WIDTH, HEIGHT, compressed),
    expected: {
      width: WIDTH,
      height: HEIGHT,
      labels,
      tracks: entries.map(({ thing }) => thing?.track ?? null),
    },
  };
}

/** A rectangle that leaves on the right and comes back on the left. */
function paint(
  labels: Int32Array,
  { className, top, left, speed }: Thing,
  index: number,
  label: number,
): void {
  const [width, height] = className === "car" ? [24, 10] : [5, 14];
  for (let y = top; y < top + height; y++) {
    for (let x = 0; x < width; x++) labels[y * WIDTH + ((left + speed * index + x) % WIDTH)] = label;
  }
}
