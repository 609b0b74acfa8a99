/**
 * The environments in which labelmap is tested, each in a project of its own: a folder of projects/, with the packed
 * library and a few tools installed.
 *
 * @typedef {object} Entry
 * @property {string} name for the command line, and the folder of the project
 * @property {string} group the row of the README
 * @property {string} title `{vite}` stands for the version of vite that was installed
 * @property {string} template a folder of projects/
 * @property {Record<string, string>} [packages] what is installed beside the template's packages: names and ranges. `node`
 *   is a Node for this project's commands; without it they run in the Node that runs the test.
 * @property {boolean} [withCommand] also installs labelmap-cli
 * @property {string} [samples] the folder that gets mask.png and result.json; by default the project's own
 * @property {string} [command] runs in the project's folder
 * @property {string} [page] a folder whose index.html is opened in Chromium, after the command
 * @property {string} [serve] starts a server on $PORT, after the command; its root is opened in Chromium, unless there is `ask`
 * @property {string} [ask] runs while the server listens, with its address in $ORIGIN
 * @property {(page: import("playwright-core").Page) => Promise<void>} [visit] what a user does in the page
 * @property {readonly string[]} prints what the command, the page and `ask` must print; a line may have more around it
 * @property {string} [core] bundles and minifies core.js into core/, whose size is reported
 */

const IN_PAGE = ["43 labels in the page", "43 labels in the worker"];
/** Copies what a bundler that starts at main.js does not. */
const COPY_PAGE = "cp index.html mask.png result.json dist/";
const COPY_SAMPLES = "cp mask.png result.json dist/";

const inNode = (major) => ({
  name: `node${major}`,
  group: "runtimes",
  title: "Node {node}",
  template: "node",
  packages: { node: `^${major}` },
  command: "node decode.mjs && node decode.cjs && node entries.mjs",
  prints: ["43 labels by import", "43 labels by require", "every entry point loads"],
});

const vite = (major) => ({
  name: `vite${major}`,
  group: "bundlers",
  title: "Vite {vite}",
  template: "page",
  packages: { vite: `^${major}` },
  command: `vite build --base ./ && ${COPY_SAMPLES}`,
  page: "dist",
  prints: IN_PAGE,
  core: "vite build --config core.config.js",
});

const rollup = (name, title, config, packages) => ({
  name,
  group: "bundlers",
  title,
  template: "page",
  packages: {
    rollup: "^4",
    "@rollup/plugin-node-resolve": "^16",
    "@rollup/plugin-terser": "^1",
    ...packages,
  },
  command: `rollup --config ${config} --input main.js --input decode-worker.js --dir dist && ${COPY_PAGE}`,
  page: "dist",
  prints: IN_PAGE,
  core: `rollup --config ${config} --input core.js --dir core`,
});

const jest = (major) => [
  {
    name: `jest${major}`,
    group: "test runners",
    title: "Jest {jest}",
    template: "jest",
    packages: { jest: `^${major}` },
    command: "jest --no-cache",
    prints: ["43 labels in Jest"],
  },
  {
    name: `jest${major}-jsdom`,
    group: "test runners",
    title: "Jest {jest} with jsdom",
    template: "jest",
    packages: { jest: `^${major}`, "jest-environment-jsdom": `^${major}` },
    command: "jest --no-cache --env=jsdom",
    prints: ["43 labels in Jest"],
  },
];

const vitest = (name, title, environment, packages) => ({
  name,
  group: "test runners",
  title,
  template: "vitest",
  packages,
  command: `vitest run --environment ${environment}`,
  prints: ["43 labels in Vitest"],
});

const types = (version) => ({
  name: `typescript${version}`,
  group: "types and lint",
  title: "TypeScript {typescript}",
  template: "types",
  packages: { typescript: `~${version}`, "@types/node": "^20" },
  command: "node list-entries.mjs && tsc -p . && tsc -p tsconfig.dom.json && node out/decode.js",
  prints: ["43 labels, checked"],
});

const next = (name, range) => ({
  name,
  group: "frameworks, edge",
  title: "Next {next}",
  template: "next",
  packages: { next: range },
  samples: "public",
  command: "next build",
  serve: "next start --port $PORT",
  prints: [...IN_PAGE, "43 labels in the node route", "43 labels in the edge route"],
});

/** @type {readonly Entry[]} */
export const MATRIX = [
  inNode("20"),
  inNode("22"),
  inNode("24"),
  inNode("26"),
  {
    name: "tsx",
    group: "runtimes",
    title: "tsx {tsx}",
    template: "node",
    packages: { tsx: "^4" },
    command: "tsx decode.ts",
    prints: ["43 labels in TypeScript"],
  },
  {
    name: "esbuild-node",
    group: "runtimes",
    title: "one file of esbuild {esbuild}",
    template: "node",
    packages: { esbuild: "^0.28" },
    command: [
      "esbuild decode.mjs --bundle --platform=node --format=esm --outfile=alone/esm.mjs",
      "esbuild decode.cjs --bundle --platform=node --format=cjs --outfile=alone/cjs.cjs",
      "cd alone && cp ../mask.png ../result.json .",
      "rm -r ../node_modules/labelmap",
      "node esm.mjs && node cjs.cjs",
    ].join(" && "),
    prints: ["43 labels by import", "43 labels by require"],
  },
  {
    name: "bun",
    group: "runtimes",
    title: "Bun {bun}",
    template: "node",
    packages: { bun: "^1.4" },
    command: "bun decode.mjs && bun decode.cjs && bun decode.ts && bun entries.mjs",
    prints: [
      "43 labels by import",
      "43 labels by require",
      "43 labels in TypeScript",
      "every entry point loads",
    ],
  },
  {
    name: "deno",
    group: "runtimes",
    title: "Deno {deno}",
    template: "node",
    packages: { deno: "^2.9" },
    command: [
      "deno run --allow-read decode.mjs",
      "deno run --allow-read decode.cjs",
      "deno run --allow-read decode.ts",
      "deno run --allow-read entries.mjs",
    ].join(" && "),
    prints: [
      "43 labels by import",
      "43 labels by require",
      "43 labels in TypeScript",
      "every entry point loads",
    ],
  },
  {
    name: "unbundled",
    group: "bundlers",
    title: "no bundler",
    template: "page",
    command: "cp unbundled.html index.html",
    page: ".",
    prints: ["43 labels in the page"],
  },
  ...["5", "6", "7", "8"].map(vite),
  {
    name: "webpack5",
    group: "bundlers",
    title: "webpack {webpack}",
    template: "page",
    packages: { webpack: "^5", "webpack-cli": "^7" },
    command: `webpack build ./main.js --mode production && ${COPY_PAGE}`,
    page: "dist",
    prints: IN_PAGE,
    core: "webpack build ./core.js --mode production --output-path core",
  },
  rollup("rollup", "Rollup {rollup}", "rollup.config.js", {}),
  rollup("rollup-commonjs", "Rollup {rollup} with its commonjs plugin", "rollup-commonjs.config.js", {
    "@rollup/plugin-commonjs": "^29",
  }),
  {
    name: "rolldown",
    group: "bundlers",
    title: "rolldown {rolldown}",
    template: "page",
    packages: { rolldown: "^1" },
    command: `rolldown main.js decode-worker.js --platform browser --dir dist && ${COPY_PAGE}`,
    page: "dist",
    prints: IN_PAGE,
    core: "rolldown core.js --platform browser --minify --dir core",
  },
  {
    name: "esbuild",
    group: "bundlers",
    title: "esbuild {esbuild} in one file",
    template: "page",
    packages: { esbuild: "^0.28" },
    command: `esbuild main.js decode-worker.js --bundle --minify --format=esm --outdir=dist && ${COPY_PAGE}`,
    page: "dist",
    prints: IN_PAGE,
    core: "esbuild core.js --bundle --minify --format=esm --outdir=core",
  },
  {
    name: "parcel2",
    group: "bundlers",
    title: "Parcel {parcel}",
    template: "page",
    packages: { parcel: "^2.16" },
    command: `parcel build index.html --public-url ./ --no-source-maps --no-cache && ${COPY_SAMPLES}`,
    page: "dist",
    prints: IN_PAGE,
    core: "parcel build core.js --dist-dir core --no-source-maps --no-cache",
  },
  ...["29", "30"].flatMap(jest),
  vitest("vitest3-jsdom", "Vitest {vitest} with jsdom", "jsdom", { vitest: "^3.2", jsdom: "^26" }),
  vitest("vitest-jsdom", "Vitest {vitest} with jsdom", "jsdom", { vitest: "^4.1", jsdom: "^29" }),
  vitest("vitest5-jsdom", "Vitest {vitest} with jsdom", "jsdom", {
    vitest: "^5.1",
    jsdom: "^31",
    node: "^24",
  }),
  vitest("vitest-happy-dom", "Vitest {vitest} with happy-dom", "happy-dom", {
    vitest: "^4.1",
    "happy-dom": "^21",
  }),
  vitest("vitest", "Vitest {vitest}", "node", { vitest: "^4.1" }),
  {
    name: "react",
    group: "frameworks, edge",
    title: "React {react}",
    template: "react",
    packages: { react: "^19", vite: "^8", "@vitejs/plugin-react": "^6" },
    command: `vite build --base ./ && ${COPY_SAMPLES}`,
    page: "dist",
    visit: hoverOverSky,
    prints: ["43 labels", "hovered: sky"],
  },
  next("next15", "^15.5"),
  next("next", "^16.4"),
  {
    name: "sveltekit",
    group: "frameworks, edge",
    title: "SvelteKit {@sveltejs/kit}",
    template: "sveltekit",
    packages: {
      "@sveltejs/kit": "^3.2",
      "@sveltejs/vite-plugin-svelte": "^7",
      svelte: "^5",
      vite: "^8",
      node: "^24",
    },
    samples: "static",
    command: "vite build",
    serve: "vite preview --port $PORT --strictPort",
    prints: ["43 labels in the page", "43 labels on the server"],
  },
  {
    name: "wrangler",
    group: "frameworks, edge",
    title: "workerd (Cloudflare Workers) in wrangler {wrangler}",
    template: "edge",
    packages: { wrangler: "^4.164", node: "^24" },
    serve: "wrangler dev --ip localhost --port $PORT --local",
    ask: "node ask.mjs",
    prints: ["43 labels at the edge"],
  },
  ...["5.4", "5.5", "5.7", "5.9", "6.0", "7.0"].map(types),
  {
    name: "typescript-bare",
    group: "types and lint",
    title: "TypeScript {typescript} without DOM and Node types, except labelmap/playment",
    template: "types",
    packages: { typescript: "~7.0" },
    command:
      "node list-entries.mjs playment browser/playment && tsc -p tsconfig.bare.json && echo 'no error'",
    prints: ["no error"],
  },
  {
    name: "typescript-node10",
    group: "types and lint",
    title: "TypeScript {typescript}, moduleResolution node10",
    template: "types",
    packages: { typescript: "~5.9", "@types/node": "^20" },
    command: "node list-entries.mjs browser && tsc -p tsconfig.node10.json && node out/decode.js",
    prints: ["43 labels, checked"],
  },
  {
    name: "typescript-cli",
    group: "types and lint",
    title: "TypeScript {typescript} with labelmap-cli",
    template: "types",
    packages: { typescript: "~7.0", "@types/node": "^20" },
    withCommand: true,
    command: "node list-entries.mjs && tsc -p . && tsc -p tsconfig.dom.json && node out/decode.js",
    prints: ["43 labels, checked"],
  },
  {
    name: "eslint-import",
    group: "types and lint",
    title: "ESLint with eslint-plugin-import {eslint-plugin-import}",
    template: "eslint",
    packages: { eslint: "^9", "eslint-plugin-import": "^2.32" },
    command: "eslint decode.mjs && node decode.mjs",
    prints: ["43 labels, no complaint"],
  },
];

/** What the gate runs: a minute or two, and one of each group. */
export const QUICK = ["bun", "vite7", "esbuild", "vitest-jsdom", "react", "typescript5.4"];

/** Moves the mouse over the sky at the top of the sample. The component shows the label's name. */
async function hoverOverSky(page) {
  const caption = page.locator("figcaption", { hasText: /\d+ labels/ });
  await caption.waitFor();
  await page.evaluate((text) => console.log(text), await caption.textContent());
  const { x, y, width, height } = await page.locator("canvas").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 27);
  const hovered = page.locator("figcaption", { hasText: "sky" });
  await hovered.waitFor();
  await page.evaluate((text) => console.log("hovered:", text), await hovered.textContent());
}
