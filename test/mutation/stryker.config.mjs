/**
 * Stryker's settings: it changes the TypeScript of a room, one place at a time, and runs the tests that reach the place.
 * rooms.mjs starts it, with the room's name in MUTATED_ROOM, and judges its report.
 */
const room = process.env.MUTATED_ROOM;

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: [
    `src/${room}/**/*.ts`,
    // Tables of names and colours. Tests hold their digests, so that each changed entry would be found.
    "!src/legend/palettes/{ade20k,camvid,cityscapes,coco-panoptic,mapillary-*}.ts",
    // Made by the build, or without any code.
    "!src/decode/wasm/embedded.ts",
    "!src/**/*.d.ts",
  ],
  testRunner: "one-worker",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  plugins: [
    "@stryker-mutator/vitest-runner",
    "./test/mutation/one-worker.mjs",
    "./test/mutation/ignore-messages.mjs",
    "./test/mutation/keep-results.mjs",
  ],
  ignorers: ["messages"],
  concurrency: 2,
  coverageAnalysis: "perTest",
  // The compiler is a native program, which Stryker cannot call; a copy of the configuration needs no change.
  tsconfigFile: "none",
  ignorePatterns: [
    "out",
    "bench",
    "docs",
    "examples",
    "cli/{build,dist,docs,explorer}",
    "dist/{browser,node}",
    "test/edge",
    "*.tgz",
  ],
  tempDirName: "out/stryker",
  timeoutMS: 5_000,
  dryRunTimeoutMinutes: 60,
  reporters: ["clear-text", "progress-append-only", "html", "json", "keep-results"],
  htmlReporter: { fileName: `out/mutation/${room}.html` },
  jsonReporter: { fileName: `out/mutation/${room}.json` },
  clearTextReporter: { allowColor: false, reportTests: false, allowEmojis: false },
};
