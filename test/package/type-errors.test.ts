/**
 * What TypeScript says of a wrong target. Of overloads it explains the last alone, so that the order of ours decides
 * whether the message names what is wrong.
 */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const OPTIONS =
  "--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node".split(" ");

const HEAD = `
import { ClassList, decodeMask, decodeMaskSync } from "labelmap";
import { PlaymentClient } from "labelmap/playment";
declare const png: Uint8Array;
declare const client: PlaymentClient;
const classes = ClassList.fromNames(["road"]);
const legend = { "#000000": "road" };
`;
const CALLS = ["decodeMask(png, legend,", "decodeMaskSync(png, legend,", 'client.labelMap("project", "job",'];
const MISTAKES = [
  ['{ target: { map: "label", dtype: "float32" } }', `Type '"float32"' is not assignable to type '"int32"`],
  ['{ target: { map: "semantic" } }', "Property 'classes' is missing"],
  ['{ target: { map: "semantik", classes } }', `Did you mean '"semantic"'?`],
] as const;

it("says what is wrong in a target, of each function that takes one", async () => {
  // In the repository, where the package finds itself by its name.
  const folder = join(ROOT, "out/type-errors");
  mkdirSync(folder, { recursive: true });
  const cases = CALLS.flatMap((call, place) =>
    MISTAKES.map(([options, message], mistake) => ({
      file: join(folder, `${place}-${mistake}.mts`),
      script: `${HEAD}${call} ${options});`,
      message,
    })),
  );
  for (const { file, script } of cases) writeFileSync(file, script);
  const files = cases.map(({ file }) => file);
  const { stdout } = await promisify(execFile)(process.execPath, [TSC, ...OPTIONS, ...files], {
    cwd: ROOT,
  }).catch((error) => error);
  const said = (stdout as string).split(/^(?=\S.*: error )/m);
  expect(said).toHaveLength(cases.length);
  cases.forEach(({ file, script, message }) => {
    const found = said.find((text) => text.startsWith(file.slice(ROOT.length)));
    expect(found, script).toContain(message);
    expect(found, script).not.toContain("'undefined'");
  });
});
