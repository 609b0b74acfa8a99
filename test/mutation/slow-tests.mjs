/** Which of a room's tests are slow, by running them once as they are. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Lists the tests that take longer than `milliseconds`, in a file for skip-tests.ts. What is quick on an idle machine may
 * be slow on a busy one.
 *
 * @param {string} room
 * @param {number} milliseconds
 * @param {Record<string, string>} env the variables that choose the tests; see vitest.config.ts
 * @returns {string} the file's path
 */
export function listSlowTests(room, milliseconds, env) {
  const folder = join(ROOT, "out/mutation");
  const report = join(folder, `${room}-tests.json`);
  mkdirSync(folder, { recursive: true });
  const vitest = fileURLToPath(import.meta.resolve("vitest/package.json"));
  const { status } = spawnSync(
    process.execPath,
    [
      vitest.replace("package.json", "vitest.mjs"),
      ...["run", "--config", "test/mutation/vitest.config.ts", "--maxWorkers", "1"],
      ...["--reporter", "json", "--outputFile", report],
    ],
    { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } },
  );
  if (status !== 0) throw new Error("the tests must pass before the source is changed");
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, duration }) => ({
      id: `${relative(ROOT, name)}#${[...ancestorTitles, title].join(" ").trim()}`,
      duration: duration ?? 0,
    })),
  );
  const slow = tests.filter(({ duration }) => duration > milliseconds);
  const sum = (list) => (list.reduce((total, { duration }) => total + duration, 0) / 1000).toFixed(1);
  console.log(
    `${slow.length} of ${tests.length} tests take more than ${milliseconds} ms and do not judge; they take ${sum(slow)} of ${sum(tests)} s`,
  );
  const path = join(folder, `${room}-slow.json`);
  writeFileSync(path, JSON.stringify(slow.map(({ id }) => id)));
  return path;
}
