/** The library's messages in the words of the command: its options are flags, and nothing else becomes one. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inFlags } from "../../cli/src/in-flags.js";

describe("an option at the start of a message about options", () => {
  it.each([
    ["map must be one of label, semantic.", "--map must be one of label, semantic."],
    ["dtype applies only to npy and png, not to voc.", "--dtype applies only to npy and png, not to voc."],
    ["labels apply only to cityscapes, not to voc.", "--labels apply only to cityscapes, not to voc."],
    ["classes cannot be used with map label, whose", "--classes cannot be used with map label, whose"],
    ["minArea must be 1 or more: a number of pixels.", "--min-area must be 1 or more: a number of pixels."],
    ["minArea applies only to objects components.", "--min-area applies only to --objects components."],
    ["map semantic needs classes, so that", "--map semantic needs classes, so that"],
    ["maxPixels must be a positive number", "--max-pixels must be a positive number"],
    [
      "snap is for colours; leave out snap or the encoding",
      "--snap is for colours; leave out --snap or --encoding",
    ],
    [
      "resize makes 9×9 pixels; give a smaller size, or `maxPixels` above 3.",
      "--resize makes 9×9 pixels; give a smaller size, or --max-pixels above 3.",
    ],
    ['things: "car" is not in the class list.', '--things: "car" is not in the class list.'],
    ["labels is an array; give an object.", "--labels is an array; give an object."],
    ["baseUrl is not https, so the API key", "--base-url is not https, so the API key"],
    [
      "redis has a user or password with an invalid % escape",
      "--redis has a user or password with an invalid % escape",
    ],
    ["allowOut must contain directories", "--allow-out must contain directories"],
  ])("is a flag: %s", (message, expected) => {
    expect(inFlags(message, "OPTION_INVALID")).toBe(expected);
  });
});

describe("the name of a file, a folder or a class", () => {
  const NAMES = [
    "out",
    "map",
    "labels",
    "classes",
    "missing",
    "encoding",
    "snap",
    "format",
    "form",
    "queue",
    "objects",
  ];

  it.each(NAMES)("is no flag if it is the word %s", (name) => {
    for (const [message, code] of [
      [`${name} does not exist; check the path`, "SOURCE_MISSING"],
      [`${name}: PNG_TRUNCATED`, "PNG_TRUNCATED"],
      [`${name}/a.json: is empty.`, "LEGEND_INVALID"],
      [`${name}.csv (class table): line 2: has no name.`, "FORMAT_INVALID"],
      [`${name} is not a regular file`, "SOURCE_MISSING"],
      [`${name} is not a directory; give a directory, or use`, "OPTION_INVALID"],
      [`${name}-1 must be a directory`, "OPTION_INVALID"],
      [`${name}/b must be 3 to 63 letters`, "OPTION_INVALID"],
      [`${name} must be a hex colour`, "LEGEND_INVALID"],
      [`The class list lacks "${name}". Remove it.`, "CLASS_UNKNOWN"],
      [`There is no class id for "${name}", "a ${name} must be b".`, "CLASS_UNKNOWN"],
    ] as const) {
      expect(inFlags(message, code), message).toBe(message);
    }
  });

  it.each([
    'The class "missing: \\"void\\"" is not a Cityscapes label.',
    'The class list lacks "firstId: 3". Remove it.',
    'legend: begins with "Pass `encoding: \\"grey\\"`, { form: \\"x\\" } in `labels`".',
    'There is no class id for "dtype: \\"uint8\\"", "maxPixels allows".',
  ])("is kept in quotes, even if it reads like an option: %s", (message) => {
    expect(inFlags(message, "CLASS_UNKNOWN")).toBe(message);
  });
});

describe("a phrase that shows a call", () => {
  it.each([
    [
      'There is no class id for "7". Give a legend or a class list with all classes, or pass missing: "void".',
      'There is no class id for "7". Name the classes with --legend, or give a list that has them all with --classes. --missing void makes all pixels of these classes void.',
    ],
    [
      'The class list lacks "a car". Add the class, or pass missing: "void".',
      'The class list lacks "a car". Add it to the file of --classes. --missing void makes all pixels of this class void.',
    ],
    [
      'The class "pedestrian" is not a Cityscapes label. Give its label in `labels`, or pass missing: "void".',
      'The class "pedestrian" is not a Cityscapes label. Give its label in the file of --labels. --missing void makes all pixels of this class void.',
    ],
    [
      'decode them with `encoding: "grey"` or `encoding: "kitti"`',
      "decode them with --encoding grey or --encoding kitti",
    ],
    ["leave out `encoding`. If they are ids", "leave out --encoding. If they are ids"],
    [
      'the encoding "grey" needs grey samples; use "palette-index"',
      'the encoding "grey" needs grey samples; use --encoding palette-index',
    ],
    ['decode with transparent: "unlabelled"', "decode with --transparent unlabelled"],
    ['{ form: "ids to names" } (the id 7 is "a b")', '--form "ids to names" (the id 7 is "a b")'],
    [
      "the mask has more than 65536 distinct ids; does it? If it has, `decodeIds` of labelmap/ids takes up to 2^24 ids",
      "the mask has more than 65536 distinct ids; does it?",
    ],
    [
      "the size of the image is unknown; add the photo, or give `size`.",
      `the size of the image is unknown; add the photo, or give --read size='{"width":W,"height":H}'.`,
    ],
    [
      "2 masks are found; say which one as `data`.",
      "2 masks are found; say which one with --read data=NAME.",
    ],
    ['pass overlap: "last" to paint over it', "add --read overlap=last to paint over it"],
    ['polygons have no holes; pass shapes: "masks"', "polygons have no holes; add --write shapes=masks"],
    ["8×8 pixels are more than maxPixels 4", "8×8 pixels are more than --max-pixels 4"],
  ])("shows the flags: %s", (message, expected) => {
    expect(inFlags(message, "CLASS_UNKNOWN")).toBe(expected);
  });
});

/** The options of readers and writers that `--read` and `--write` take, and limits that have no flag or another one. */
const OF_FORMATS =
  "size|split|annotations|data|image|release|labelset|pattern|task|from|version|overlap|per|form|order|threshold|annotation|palette|by|classes|maxFiles|maxFileBytes|maxPixels|shapes|holes|numberStuff|things|minArea|objects|missing|legend|transparent";

/** How the library speaks of an option: `x`, x: "y", raise x, the option x. */
const SPOKEN = new RegExp(
  `(?:give|as|with|in|below|or) \`(?:${OF_FORMATS})\`|(?:pass|with) (?:${OF_FORMATS}): (?:"|false)|(?:raise|pass a) (?:${OF_FORMATS})\\b|the option (?:${OF_FORMATS})\\b`,
  "g",
);

/** Each text in quotes of a file, with the names of what is put into it. */
function textsOf(file: string): string[] {
  const code = readFileSync(file, "utf8").replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
  const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
  return Array.from(code.matchAll(quoted), ([text]) =>
    text
      .slice(1, -1)
      .replace(/\\([`"'])/g, "$1")
      .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "7"),
  );
}

it("names no option of a reader or writer as the library does, in any message of src/formats and src/dataset", () => {
  // The command gives a class list to these, so it never gets the messages.
  const uncalled = /only items of readSet have|make the report with `classes`/;
  const files = ["src/formats", "src/dataset", "src/geometry"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path}`),
  );
  const messages = files.flatMap((file) => textsOf(file).map((text) => ({ file, text })));
  const spoken = messages.filter(({ text }) => text.search(SPOKEN) >= 0 && !uncalled.test(text));
  expect(spoken.length).toBeGreaterThan(30);
  const left = spoken.map(({ file, text }) => ({ file, text: inFlags(text, "FORMAT_INVALID") }));
  expect(left.filter(({ text }) => text.search(SPOKEN) >= 0)).toEqual([]);
});
