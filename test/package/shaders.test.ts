/** The shaders of the package: short, and the same programs as those of src/. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { withoutSpace } from "../../scripts/shaders.mjs";
import { MEASURE } from "../../src/webgpu/measure-shader.js";
import { PAINT_BUFFER, PAINT_TEXTURE } from "../../src/webgpu/shaders.js";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const SHADERS: Readonly<Record<string, string>> = { MEASURE, PAINT_BUFFER, PAINT_TEXTURE };

/** Words and operators of WGSL, the longest operators first, as its specification has them. */
const TOKEN = /\w+|>>=|<<=|[-+*/%&|^<>=!]=|&&|\|\||->|\+\+|--|<<|>>|[^\s\w]/g;
const tokensOf = (shader: string) => shader.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, " ").match(TOKEN);

/** What a module with one shader exports. */
const shaderOf = (code: string, known: object = {}): string =>
  new Function(...Object.keys(known), `${code.replace("export const SHADER =", "return")}`)(
    ...Object.values(known),
  );

it("has the words and operators of the source in each shader of dist", async () => {
  const built = {
    ...(await import(`${DIST}/webgpu/shaders.js`)),
    ...(await import(`${DIST}/webgpu/measure-shader.js`)),
  };
  for (const [name, shader] of Object.entries(SHADERS)) {
    expect(tokensOf(built[name]), name).toEqual(tokensOf(shader));
    expect(built[name].length, name).toBeLessThan(shader.length * 0.9);
  }
});

it("has no indentation in a shader of any build", () => {
  for (const folder of ["webgpu", "browser", "node"]) {
    const code = readdirSync(`${DIST}/${folder}`)
      .filter((name) => name.endsWith(".js"))
      .map((name) => readFileSync(`${DIST}/${folder}/${name}`, "utf8"))
      .join("\n");
    expect(code, folder).toMatch(/fn\s+endOf\(/);
    expect(code, folder).toMatch(/fn\s+measure\(/);
    expect(code, folder).not.toMatch(/\n\s+(?:let|var) \w+ = plan\./);
    expect(code, folder).not.toContain("if (WIDE)");
  }
});

it("keeps two words and two operators apart, drops comments, and leaves JavaScript as it is", () => {
  const code = `export const SHADER = \`\${COMMON}
    // let a = 1;
    let  b = c - -d; /* let e
    = 2; */ let f: array<u32> = g & &h;
    struct P { \${NAMES.map((name) => \`\${name}:  u32,\`).join("  ")} }
    let n = x * \${SIZE} * y;
\`;`;
  const known = { COMMON: "let z = 0;", NAMES: ["a", "b"], SIZE: 4 };
  const stripped = withoutSpace(code);
  expect(shaderOf(stripped, known)).toBe(
    "let z = 0; let b=c- -d;let f:array<u32> =g& &h;struct P{ a:  u32,  b:  u32, }let n=x* 4 *y; ",
  );
  expect(tokensOf(shaderOf(stripped, known))).toEqual(tokensOf(shaderOf(code, known)));
});

it("says that a module has no shader", () => {
  expect(() => withoutSpace("export const A = 1;")).toThrow("no shader was found");
});
