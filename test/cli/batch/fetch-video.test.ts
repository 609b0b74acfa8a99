/** `labelmap fetch` of videos: one output for each frame, in which an object has the same number in all frames. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  type GeneratedVideo,
  generatedJobs,
  generatedVideo,
  type ServedJob,
  startVendorServer,
  type VendorServer,
} from "../../../cli/src/sample-server/index.js";
import { decodeNpy } from "../../../src/formats/index.js";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { runShellBeside } from "../../support/run-cli.js";

const KEY = "secret-key-1234567890";
const PROJECT = "sample-project";
const VIDEO = "video-00001";
const FRAMES = 5;
const video = generatedVideo({ frames: FRAMES, seed: 7, objects: 5 });
const image = generatedJobs({ count: 1, width: 24, height: 16 }).find(PROJECT, "job-00001")!;
const frameNames = Array.from({ length: FRAMES }, (_, place) => `${VIDEO}_frame-0000${place + 1}`);

let out: string;
beforeEach(() => {
  out = join(newFolder(), "out");
});

async function serve(jobs: readonly ServedJob[] = [video.job, { ...image, batchId: "sample-videos" }]) {
  const vendor = await startVendorServer({ jobs, apiKey: KEY, countByJob: true });
  onTestFinished(() => vendor.close());
  return vendor;
}

function fetchVideo(vendor: VendorServer, args: string) {
  const env = { PLAYMENT_BASE_URL: vendor.baseUrl, PLAYMENT_API_KEY: KEY };
  return runShellBeside(`labelmap fetch --project ${PROJECT} --out "${out}" ${args}`, { env });
}

const verify = () => runShellBeside(`labelmap verify "${out}"`);
const arrayOf = (name: string) => decodeNpy(readFileSync(join(out, `npy/${name}.npy`))).data;
const jsonOf = (path: string) => JSON.parse(readFileSync(join(out, path), "utf8"));
const requests = (vendor: VendorServer) => vendor.requestsOf(PROJECT, VIDEO);

/** Expects that pixels have the same number exactly if they show the same track, over all frames. */
function expectNumbersOfTracks({ expected }: GeneratedVideo): void {
  const numberOf = new Map<string, number>();
  for (const [place, { labels, tracks }] of expected.entries()) {
    const numbers = arrayOf(frameNames[place]!);
    for (const [pixel, label] of labels.entries()) {
      const track = tracks[label]!;
      const number = Number(numbers[pixel]);
      if (track === null) {
        if (number !== 0) throw new Error(`frame ${place}: stuff has the number ${number}`);
        continue;
      }
      if (!numberOf.has(track)) numberOf.set(track, number);
      if (numberOf.get(track) !== number)
        throw new Error(`frame ${place}: ${track} is ${number} and ${numberOf.get(track)}`);
    }
  }
  expect(numberOf.size).toBe(5);
  expect(new Set(numberOf.values()).size).toBe(5);
  const { objects } = jsonOf(`npy/videos/${VIDEO}.json`);
  const listed = objects.map(({ track, instance }: { track: string; instance: number }) => [track, instance]);
  expect(new Map(listed)).toEqual(numberOf);
}

describe("labelmap fetch of a video", () => {
  it("writes an output for each frame, and numbers an object alike in all of them", async () => {
    const vendor = await serve();
    const { code, stdout } = await fetchVideo(vendor, `--map instance ${VIDEO} job-00001`);
    expect([code, stdout]).toEqual([0, `${out}: ${FRAMES + 1} done\n`]);
    expect(readdirSync(join(out, "npy")).sort()).toEqual(
      ["job-00001.npy", ...frameNames.map((name) => `${name}.npy`), "videos"].sort(),
    );
    expectNumbersOfTracks(video);
    expect(jsonOf(`npy/videos/${VIDEO}.json`).frames.map(({ name }: { name: string }) => name)).toEqual(
      frameNames,
    );
    const record = recordsOf(out).get(frameNames[2]!)!;
    expect(record).toMatchObject({ status: "done", video: VIDEO, frame: "frame-00003", project: PROJECT });
    const verified = await verify();
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining(`${FRAMES + 1} jobs done, 0 failed`),
    ]);
    // Signatures of URLs open the masks.
    for (const file of readdirSync(join(out, "sources"))) {
      expect(readFileSync(join(out, "sources", file), "latin1")).not.toContain("signature=");
    }
  });

  it("needs no request if all files are kept, even for another format", async () => {
    const vendor = await serve();
    await fetchVideo(vendor, VIDEO);
    const asked = requests(vendor);
    const again = await fetchVideo(vendor, VIDEO);
    expect(again).toMatchObject({
      code: 0,
      stdout: `${out}: 0 done, ${FRAMES} already up to date\n`,
    });
    await vendor.close();
    const voc = await fetchVideo(vendor, `--format coco-panoptic --photo-name NAME.png ${VIDEO}`);
    expect([voc.code, voc.stdout]).toEqual([0, `${out}: ${FRAMES} done\n`]);
    expect(requests(vendor)).toEqual(asked);
    const { images, annotations } = jsonOf("coco-panoptic/panoptic.json");
    expect(images.map((each: { file_name: string }) => each.file_name)).toEqual(
      frameNames.map((name) => `${name}.png`),
    );
    expect(annotations).toHaveLength(FRAMES);
  });

  it("goes on after a frame failed, and fetches only what is missing", async () => {
    const broken = { ...video.job.frameMasks, "frame-00002": new TextEncoder().encode("<html>") };
    const first = await serve([{ ...video.job, frameMasks: broken }]);
    const failed = await fetchVideo(first, VIDEO);
    expect([failed.code, failed.stdout]).toEqual([1, `${out}: ${FRAMES - 1} done, 1 failed\n`]);
    expect(failed.stderr).toContain(
      `${frameNames[1]}: PLAYMENT_NOT_PNG: frame frame-00002 of job ${VIDEO}: `,
    );
    expect(existsSync(join(out, `npy/${frameNames[1]}.npy`))).toBe(false);

    const kept = readFileSync(join(out, `npy/${frameNames[0]}.npy`));
    const second = await serve();
    const repaired = await fetchVideo(second, `--retry-failed ${VIDEO}`);
    expect([repaired.code, repaired.stdout]).toEqual([
      0,
      `${out}: 1 done, ${FRAMES - 1} already up to date\n`,
    ]);
    expect(readFileSync(join(out, `npy/${frameNames[0]}.npy`))).toEqual(kept);
    // The job, its result, and one mask: each attachment is asked of the vendor and of the storage.
    expect(requests(second)).toMatchObject({ job: 1, attachment: 2, storage: 2 });
    expect((await verify()).code).toBe(0);
  });

  it("makes damaged outputs of frames again, and verify names them and the list of frames", async () => {
    const vendor = await serve();
    await fetchVideo(vendor, `--map instance ${VIDEO}`);
    writeFileSync(join(out, `npy/${frameNames[3]}.npy`), "short");
    rmSync(join(out, `npy/videos/${VIDEO}.json`));
    const damaged = await verify();
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain(`npy/${frameNames[3]}.npy (${frameNames[3]}): has 5 bytes`);
    expect(damaged.stdout).toContain(`npy/videos/${VIDEO}.json (${VIDEO}): is missing`);
    const again = await fetchVideo(vendor, `--map instance ${VIDEO}`);
    expect(again.stdout).toBe(`${out}: 1 done, ${FRAMES - 1} already up to date\n`);
    expectNumbersOfTracks(video);
    expect((await verify()).code).toBe(0);
  });

  it("makes class ids of all frames, and takes videos of a batch beside images", async () => {
    const vendor = await serve();
    const { code, stdout } = await fetchVideo(vendor, "--batch sample-videos --map semantic");
    expect([code, stdout]).toEqual([0, `${out}: ${FRAMES + 1} done\n`]);
    const { classes } = jsonOf("classes.json");
    const idOf = new Map(classes.map(({ name, id }: { name: string; id: number }) => [name, id] as const));
    expect([...idOf.keys()]).toEqual(expect.arrayContaining(["car", "road", "sky"]));
    // The sky is above the horizon, and the road below it.
    const { width, labels, tracks } = video.expected[0]!;
    const ids = arrayOf(frameNames[0]!);
    for (const [row, name] of [
      [0, "sky"],
      [95, "road"],
    ] as const) {
      const pixel = Array.from({ length: width }, (_, x) => row * width + x).find(
        (place) => tracks[labels[place]!] === null,
      )!;
      expect(ids[pixel]).toBe(idOf.get(name));
    }
  });

  it("lists nothing and writes nothing with --dry-run", async () => {
    const vendor = await serve();
    const { code, stdout } = await fetchVideo(vendor, `--dry-run --json ${VIDEO}`);
    expect([code, JSON.parse(stdout)]).toEqual([0, { project: PROJECT, out, format: "npy", jobs: 1 }]);
    expect([existsSync(out), requests(vendor)]).toEqual([false, { job: 0, attachment: 0, storage: 0 }]);
  });
});
