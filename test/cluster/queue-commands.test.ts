/** The commands of a cluster with a real Redis: from `enqueue` to `verify`, with a job that fails. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatedJobs } from "../../cli/src/sample-server/index.js";
import { findRedisServer } from "../../scripts/redis.mjs";
import { blocksOf } from "../support/docs-blocks.js";
import { startRedis } from "../support/redis.mjs";
import { makeFolder, runShell } from "../support/run-cli.js";
import { startS3 } from "../support/s3.mjs";

const COUNT = 4;
const faultShare = 1 / COUNT;
/** One job of this seed has a damaged mask. */
const seed = Array.from({ length: 500 }, (_, index) => index).find((candidate) =>
  generatedJobs({ count: COUNT, faultShare, seed: candidate }).jobs.some(
    ({ expectedCode }) => expectedCode === "PNG_CRC",
  ),
);

describe.skipIf(findRedisServer() === undefined)("the commands of a cluster", () => {
  const folder = makeFolder();
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis("p@ss/word of redis");
  });
  afterAll(() => redis.stop());
  const run = (line: string, env: Readonly<Record<string, string>> = { REDIS_URL: redis.url }) => {
    const { code, stdout, stderr } = runShell(line, { cwd: folder, env, mostMilliseconds: 60_000 });
    return { code, stdout, stderr };
  };

  const server = `labelmap sample-server --count ${COUNT} --faults ${faultShare} --seed ${seed}`;

  it("process a list of jobs, and report the outcome of each step", () => {
    const classes = [{ id: 5, name: "car" }];
    writeFileSync(join(folder, "list.json"), JSON.stringify({ classes }));
    const ids = Array.from({ length: COUNT }, (_, index) => `job-0000${index + 1}`).join(" ");
    const list = "--map semantic --classes list.json --missing void --resize 8x8";
    expect(run(`labelmap enqueue --project sample-project --out out ${list} ${ids}`)).toMatchObject({
      code: 0,
      stdout: "4 added, 0 already in the queue\n",
    });
    expect(classesOf("out")).toEqual(classes);

    expect(run(`${server} -- labelmap worker --until-empty --quiet`)).toMatchObject({
      code: 1,
      stdout: "3 done, 0 already done, 1 dead\n",
    });
    expect(run("labelmap queue retry no-such-job")).toEqual({
      code: 1,
      stdout: "0 put back into the queue\n",
      stderr: "no-such-job is not a dead job; `labelmap queue dead` lists the dead jobs\n",
    });

    const { code, stdout } = run("labelmap collect out && labelmap verify out");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^out: 3 done, 1 failed\nout: 3 jobs done, 1 failed; .*; all match the manifest\n$/,
    );

    expect(run("labelmap classes out --write").stderr).toContain("extended");
    expect(classesOf("out").slice(0, 1)).toEqual(classes);
  });

  it("work as the documentation shows, on S3", async () => {
    const jobs = generatedJobs({ count: COUNT, faultShare, seed: seed! });
    const names =
      "building,car,cyclist,lane marking,pedestrian,pole,road,sidewalk,sky,traffic sign,truck,vegetation";
    writeFileSync(join(folder, "classes.json"), JSON.stringify(ClassList.fromNames(names.split(","))));
    writeFileSync(join(folder, "jobs.txt"), jobs.jobs.map(({ jobId }) => `${jobId}\n`).join(""));
    const { code: block } = blocksOf("docs/datasets.md").find(({ code }) =>
      code.includes("labelmap enqueue"),
    )!;
    const [own, s3] = await Promise.all([startRedis(), startS3("masks")]);
    try {
      const env = { REDIS_URL: own.url, ...s3.environment };
      const printed = block
        .split("\n")
        .filter((line) => line.includes("labelmap "))
        .map((line) => {
          // Its project, key and vendor are the reader's, and its workers go on until they are stopped.
          const call = line
            .replace(/#.*/, "")
            .replace("my-project", "sample-project")
            .replace(
              "PLAYMENT_API_KEY=… labelmap worker",
              `${server} -- labelmap worker --until-empty --quiet`,
            );
          const { code, stdout } = run(call, env);
          return `${code} ${stdout.trim()}`;
        });
      expect(printed).toEqual([
        "0 4 added, 0 already in the queue",
        "1 3 done, 0 already done, 1 dead",
        "0 0 waiting, 0 active, 0 delayed, 1 dead, 3 done",
        expect.stringMatching(/^0 job-0000\d: PNG_CRC: /),
        "0 1 put back into the queue",
        "0 s3://masks/labels: 3 done, 1 failed",
        expect.stringMatching(/^0 s3:\/\/masks\/labels: 3 jobs done, 1 failed; .*; all match the manifest$/),
      ]);
    } finally {
      await Promise.all([own.stop(), s3.stop()]);
    }
  });

  function classesOf(out: string): object[] {
    return JSON.parse(readFileSync(join(folder, out, "classes.json"), "utf8")).classes;
  }
});
