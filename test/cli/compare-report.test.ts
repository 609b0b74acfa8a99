/** `labelmap compare --html`: the report loads nothing, runs nothing but its own script, and shows what it says. */
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { CLASSES, coloured, DIVISOR, drawPairs, writeFiles, writePairs } from "../support/compared-sets.js";
import { makeFolder, runCli } from "../support/run-cli.js";

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const VOID_TAGS = ["meta", "img"];

function plainText(text: string): string {
  return text.replace(
    /&([^;]*);/g,
    (_, name: string) => ENTITIES[name] ?? expect.fail(`the entity &${name};`),
  );
}

/**
 * Reads a page as a strict parser does: every element is closed in order, every value is quoted, and no text has a `<`.
 * @returns the tags, the text outside of tags, and the content of styles and scripts
 */
function parse(page: string) {
  const tags: Tag[] = [];
  const raw: string[] = [];
  const open: string[] = [];
  let text = "";
  let rest = page.replace(/^<!DOCTYPE html>\n/, "");
  expect(rest).not.toBe(page);
  while (rest !== "") {
    const [token, end, name, attributes = "", selfEnd] =
      /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*(\/?)>/.exec(rest) ?? [];
    if (token === undefined) {
      const plain = /^[^<>]+/.exec(rest)?.[0] ?? expect.fail(`no tag and no text at ${rest.slice(0, 80)}`);
      text += plainText(plain);
      rest = rest.slice(plain.length);
      continue;
    }
    rest = rest.slice(token.length);
    if (end === "/") {
      expect(open.pop()).toBe(name);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z-]+)="([^"]*)"/g)];
    tags.push({
      name: name!,
      attributes: Object.fromEntries(pairs.map(([, key, value]) => [key, plainText(value!)])),
    });
    expect(selfEnd === "/").toBe(VOID_TAGS.includes(name!));
    if (selfEnd === "/") continue;
    if (name === "style" || name === "script") {
      const length = rest.indexOf(`</${name}>`);
      raw.push(rest.slice(0, length));
      rest = rest.slice(length + `</${name}>`.length);
    } else open.push(name!);
  }
  expect(open).toEqual([]);
  return { tags, text, raw };
}

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "&lt;b&gt; </style> https://example.com/x.png",
];
const names = new Map(Object.values(CLASSES).map((id, place) => [id as number, HOSTILE[place]!]));

function writeHostile(folder: string) {
  for (const pair of drawPairs(31, 3)) {
    const [a, b] = [coloured(pair, pair.truth, names), coloured(pair, pair.prediction, names)];
    const name = `<i>${pair.name}" onload="x`;
    writeFiles(folder, {
      [`<b>truth/${name}.png`]: a.png,
      [`<b>truth/${name}.json`]: a.json,
      [`model\u202e/${name}.png`]: b.png,
      [`model\u202e/${name}.json`]: b.json,
    });
  }
}

describe("a report with hostile names", () => {
  const folder = makeFolder();
  let page = "";
  beforeAll(() => {
    writeHostile(folder);
    const { code, stderr } = runCli(["compare", "<b>truth", "model\u202e", "--html", "report.html"], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining("report.html is written")]);
    page = readFileSync(join(folder, "report.html"), "utf8");
  });

  it("is well-formed, and shows the names as text", () => {
    const { text, tags } = parse(page);
    for (const name of HOSTILE) expect(text).toContain(name);
    expect(text).toContain('<i>image-0" onload="x');
    expect(text).toContain("model\\u202e compared with <b>truth");
    expect(page).not.toContain("\u202e");
    const known =
      "html head meta title style body header h1 bdi p dl div dt dd main section h2 table thead tr th tbody span td tfoot article h3 figure img figcaption footer script ul li";
    for (const { name } of tags) expect(known.split(" ")).toContain(name);
    expect(tags.filter(({ name }) => name === "script")).toHaveLength(1);
  });

  it("loads nothing and has no code in attributes", () => {
    const { tags, raw } = parse(page);
    for (const { attributes } of tags) {
      for (const [key, value] of Object.entries(attributes)) {
        expect(key).not.toMatch(/^(on.*|style|href|srcset|action|data)$/);
        if (key === "src") expect(value).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
      }
    }
    expect(tags.filter(({ attributes }) => "src" in attributes)).toHaveLength(9);
    for (const text of raw) expect(text).not.toMatch(/https?:|url\(|@import|fetch|XMLHttp|innerHTML|eval/);
  });

  it("has a policy that allows only its own style and script", () => {
    const { tags, raw } = parse(page);
    const policy = tags.find(({ attributes }) => "http-equiv" in attributes)!.attributes;
    expect(policy["http-equiv"]).toBe("Content-Security-Policy");
    const [style, script] = raw.map(
      (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
    );
    expect(policy.content!.split("; ")).toEqual([
      "default-src 'none'",
      "img-src data:",
      `style-src ${style}`,
      `script-src ${script}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

/** Half road and half sky; the prediction has a sky that is a quarter too wide, and the truth leaves the last row open. */
function writeHalves(folder: string, [width, height]: readonly [number, number], name = "halves") {
  const values = (edge: number, hasOpen: boolean) =>
    Int32Array.from({ length: width * height }, (_, place) => {
      if (hasOpen && place >= width * (height - 1)) return 255 * DIVISOR;
      return (place % width < edge ? CLASSES.sky : CLASSES.road) * DIVISOR;
    });
  writePairs(folder, [
    { name, width, height, truth: values(width / 2, true), prediction: values((width * 3) / 4, false) },
  ]);
}

/** The pictures of a page: their titles and pixels. */
async function picturesOf(page: string) {
  const images = parse(page).tags.filter(({ name }) => name === "img");
  return Promise.all(
    images.map(async ({ attributes }) => {
      const png = Buffer.from(attributes.src!.split(",")[1]!, "base64");
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      expect([String(info.width), String(info.height), info.channels]).toEqual([
        attributes.width,
        attributes.height,
        3,
      ]);
      const at = (x: number, y: number) =>
        `#${data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3).toString("hex")}`;
      return { title: attributes.alt!, look: attributes.class!, width: info.width, height: info.height, at };
    }),
  );
}

describe("the pictures", () => {
  const report = (folder: string, ...flags: string[]) => {
    const args = ["compare", "truth", "model", "--html", "r.html", "--force", "--quiet", ...flags];
    expect(runCli(args, { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
    return readFileSync(join(folder, "r.html"), "utf8");
  };
  // The colours of the legend.
  const [SKY, ROAD] = ["#0b0064", "#070064"];

  it("show the truth, the prediction and where they differ, in the truth's colours", async () => {
    const folder = makeFolder();
    writeHalves(folder, [16, 8]);
    const [truth, prediction, difference] = await picturesOf(report(folder));
    expect([truth!.title, truth!.look, truth!.width, truth!.height]).toEqual([
      "Truth of halves",
      "whole",
      16,
      8,
    ]);
    expect([truth!.at(7, 0), truth!.at(8, 0), truth!.at(0, 7)]).toEqual([SKY, ROAD, "#14171c"]);
    expect([prediction!.at(7, 0), prediction!.at(11, 0), prediction!.at(12, 7)]).toEqual([SKY, SKY, ROAD]);
    expect([difference!.at(8, 0), difference!.at(11, 6), difference!.at(8, 7)]).toEqual([
      "#e5322d",
      "#e5322d",
      "#5f87c4",
    ]);
    for (const [x, y] of [
      [0, 0],
      [7, 6],
      [12, 0],
      [15, 6],
    ] as const) {
      const [red, green, blue] = difference!
        .at(x, y)
        .slice(1)
        .match(/../g)!
        .map((hex) => Number.parseInt(hex, 16));
      expect(Math.min(red!, green!, blue!)).toBeGreaterThan(150);
      expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeLessThan(30);
    }
  });

  it("are reduced to 400 pixels, in which a thin error still shows", async () => {
    const folder = makeFolder();
    const [width, height] = [1600, 800];
    const line = (x: number) =>
      Int32Array.from({ length: width * height }, (_, place) =>
        place % width === x ? CLASSES.sky * DIVISOR : CLASSES.road * DIVISOR,
      );
    writePairs(folder, [{ name: "thin", width, height, truth: line(0), prediction: line(801) }]);
    const [truth, , difference] = await picturesOf(report(folder));
    expect([truth!.look, truth!.width, truth!.height]).toEqual(["reduced", 400, 200]);
    // One of the four columns of a pixel is sky: the mean of the colours.
    expect([truth!.at(0, 9), truth!.at(1, 9)]).toEqual(["#080064", ROAD]);
    const redness = (x: number) => {
      const [red, green] = difference!
        .at(x, 9)
        .slice(1)
        .match(/../g)!
        .map((hex) => Number.parseInt(hex, 16));
      return red! - green!;
    };
    expect([redness(0), redness(200)].every((value) => value > 60)).toBe(true);
    expect(Math.abs(redness(100))).toBeLessThan(15);
  });

  it("have colours of their own if the truth's are those of objects, no two the same", async () => {
    const folder = makeFolder();
    writePairs(folder, drawPairs(20260731, 6));
    const page = report(folder);
    const swatches = [...page.matchAll(/^\.class-\d+ \{ background: (#[0-9a-f]{6}); \}/gm)].map(
      (match) => match[1],
    );
    expect(swatches).toHaveLength(4);
    expect(new Set(swatches).size).toBe(4);
    for (const own of [SKY, ROAD]) expect(swatches).not.toContain(own);
    const used = new Set<string>();
    for (const { title, width, height, at } of await picturesOf(page)) {
      if (!title.startsWith("Truth")) continue;
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) used.add(at(x, y));
    }
    used.delete("#14171c");
    expect([...used].every((color) => swatches.includes(color))).toBe(true);
    expect(used.size).toBeGreaterThan(2);
  });

  it("are of the worst images only", async () => {
    const folder = makeFolder();
    writePairs(folder, drawPairs(4, 5));
    const page = report(folder, "--worst", "2");
    expect((await picturesOf(page)).map(({ title }) => title.replace(/ of .*/, ""))).toEqual([
      ...["Truth", "Prediction", "Difference"],
      ...["Truth", "Prediction", "Difference"],
    ]);
    expect(parse(page).text).toContain("The worst 2 of 5 images");
  });
});

it("a report has the figures of --json, and what is missing", () => {
  const folder = makeFolder();
  writePairs(folder, drawPairs(4, 5));
  renameSync(join(folder, "model/image-0.png"), join(folder, "model/image-9.png"));
  const args = [
    "compare",
    "truth",
    "model",
    "--allow-missing",
    "--html",
    "r.html",
    "--json",
    "--fail-under",
    "0.9",
  ];
  const { code, stdout } = runCli(args, { cwd: folder });
  expect(code).toBe(1);
  const { means, classes, confusion } = JSON.parse(stdout);
  const { tags, text } = parse(readFileSync(join(folder, "r.html"), "utf8"));
  expect(text).toContain(`Mean IoU${means.iou.toFixed(4)}`);
  expect(text).toContain("1 image only in the truth, not compared: image-0");
  expect(text).toContain("1 image only in the prediction, not compared: image-9");
  expect(text).toContain("Failed: the mean IoU is below 0.9");
  for (const { name, iou } of classes) expect(text).toContain(`${name}${iou.toFixed(4)}`);
  const hints = tags.filter(({ name }) => name === "td").map(({ attributes }) => attributes.title);
  const [road, car] = ["road", "car"].map((name) => confusion.classes.indexOf(name));
  expect(hints).toContainEqual(expect.stringContaining(`road → car: ${confusion.pixels[road!][car!]} px`));
});

describe("the file of a report", () => {
  const prepare = () => {
    const folder = makeFolder();
    writePairs(folder, drawPairs(4, 1));
    const run = (...args: string[]) => runCli(["compare", "truth", "model", "-q", ...args], { cwd: folder });
    return { folder, run };
  };

  it("is not overwritten without --force", () => {
    const { folder, run } = prepare();
    writeFiles(folder, { "r.html": "mine" });
    expect(run("--html", "r.html")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("r.html exists"),
    });
    expect(readFileSync(join(folder, "r.html"), "utf8")).toBe("mine");
    expect(run("--html", "r.html", "--force").code).toBe(0);
    expect(readFileSync(join(folder, "r.html"), "utf8")).toMatch(/^<!DOCTYPE html>/);
  });

  it.each(["truth/image-0.png", "model/image-0.json", "link.html", "list.json"])(
    "is never an input: %s",
    (path) => {
      const { folder, run } = prepare();
      writeFiles(folder, {
        "list.json": JSON.stringify({ classes: Object.entries(CLASSES).map(([name, id]) => ({ name, id })) }),
      });
      linkSync(join(folder, "model/image-0.png"), join(folder, "link.html"));
      const before = readFileSync(join(folder, path));
      const { code, stderr } = run("--html", path, "--force", "--classes", "list.json");
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining("is read by this command and would be overwritten"),
      ]);
      expect(readFileSync(join(folder, path)).equals(before)).toBe(true);
    },
  );

  it("needs a folder, and is not standard output", () => {
    const { folder, run } = prepare();
    expect(run("--html", "no/r.html")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no folder no"),
    });
    expect(run("--html", "-")).toMatchObject({ code: 2, stdout: "" });
    mkdirSync(join(folder, "no"));
    expect(run("--html", "no/r.html").code).toBe(0);
    expect(existsSync(join(folder, "no/r.html"))).toBe(true);
  });
});
