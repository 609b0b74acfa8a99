/** The commands of a cluster with a real Redis: from `enqueue` to `verify`, with a job that fails. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRedisServer } from "../scripts/redis.mjs";
import { generatedJobs } from "../src/sample-server/index.js";
import { startRedis } from "./support/redis.mjs";
import { makeFolder, runShell } from "./support/run-cli.js";

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
  const run = (line: string) => {
    const env = { REDIS_URL: redis.url };
    const { code, stdout, stderr } = runShell(line, { cwd: folder, env, mostMilliseconds: 60_000 });
    return { code, stdout, stderr };
  };

  it("do a list of jobs, and say of each step how it went", () => {
    const classes = [{ id: 5, name: "car" }];
    writeFileSync(join(folder, "list.json"), JSON.stringify({ classes }));
    const ids = Array.from({ length: COUNT }, (_, index) => `job-0000${index + 1}`).join(" ");
    const list = "--map semantic --classes list.json --missing void --resize 8x8";
    expect(run(`labelmap enqueue --project sample-project --out out ${list} ${ids}`)).toMatchObject({
      code: 0,
      stdout: "4 added, 0 there already\n",
    });
    expect(classesOf("out")).toEqual(classes);

    const server = `labelmap sample-server --count ${COUNT} --faults ${faultShare} --seed ${seed}`;
    expect(run(`${server} -- labelmap worker --until-empty --quiet`)).toMatchObject({
      code: 1,
      stdout: "3 done, 0 done before, 1 dead\n",
    });
    expect(run("labelmap queue retry no-such-job")).toEqual({
      code: 1,
      stdout: "0 given back\n",
      stderr: "no-such-job is not among the dead\n",
    });

    const { code, stdout } = run("labelmap collect out && labelmap verify out");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^out: 3 done, 1 failed\nout: 3 jobs done, 1 failed; .*; all as they were written\n$/,
    );

    expect(run("labelmap classes out").stderr).toContain("extended");
    expect(classesOf("out").slice(0, 1)).toEqual(classes);
  });

  function classesOf(out: string): object[] {
    return JSON.parse(readFileSync(join(folder, out, "classes.json"), "utf8")).classes;
  }
});
