/** The type of `map.toImageData()`: the DOM's `ImageData` in a program that has the DOM's types, and its shape in others. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const OPTIONS =
  "--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types".split(" ");

const HEAD = `
import type { LabelMap } from "labelmap";
declare const map: LabelMap;
`;
const IN_A_PAGE = `${HEAD}
declare const context: CanvasRenderingContext2D;
const image: ImageData = map.toImageData();
context.putImageData(image, 0, 0);
`;
const IN_NODE = `${HEAD}
import type { ImageDataShape } from "labelmap";
const image: ImageDataShape = map.toImageData();
const bytes: Uint8ClampedArray = image.data;
const space: "srgb" = map.toImageData().colorSpace;
`;

it.each([
  ["page", "es2022,dom", IN_A_PAGE, ""],
  ["node", "es2022", IN_NODE, ""],
  ["neither", "es2022", `${HEAD} const image: string = map.toImageData();`, "Type 'ImageDataShape' is not"],
])("is right in a program of the kind %o, with the lib %s", async (name, lib, script, problem) => {
  // In the repository, where the package finds itself by its name.
  const folder = join(ROOT, "out/image-data");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mts`);
  writeFileSync(file, script);
  const { stdout } = await promisify(execFile)(process.execPath, [TSC, ...OPTIONS, "", "--lib", lib, file], {
    cwd: ROOT,
  }).catch((error) => error);
  if (problem === "") expect(stdout).toBe("");
  else expect(stdout).toContain(problem);
});
