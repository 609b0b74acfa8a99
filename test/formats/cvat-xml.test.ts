/** CVAT's XML: masks, polygons, boxes and ellipses, their order and groups, hostile XML, sets, and NumPy as the reference. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type CvatXmlReadOptions,
  decodeCvatXml,
  encodeCvatXml,
  type FileContent,
  filesInMemory,
  type ItemToWrite,
  memorySink,
  readCvatXmlSet,
  readSet,
  recognise,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { labelMapFrom } from "../../src/maps/index.js";
import { rasterize } from "../../src/objects/index.js";
import { loadOpenCvEllipse } from "../support/opencv.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { drawAllLabels, drawScene, inOrder, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());
expectPythonInCi();

const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

const file = (images: string, meta = "") => `<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta>${meta}</meta>${images}</annotations>`;
const image = (shapes: string, width = 4, height = 3, more = "") =>
  `<image id="0" name="a.jpg" ${more} width="${width}" height="${height}">${shapes}</image>`;
const labels = (...names: [name: string, color?: string][]) =>
  `<task><labels>${names.map(([name, color]) => `<label><name>${name}</name><color>${color}</color><attributes/></label>`).join("")}</labels></task>`;
const mask = (label: string, rle: string, box: [number, number, number, number], more = "") =>
  `<mask label="${label}" source="manual" occluded="0" rle="${rle}" left="${box[0]}" top="${box[1]}" width="${box[2]}" height="${box[3]}" ${more}></mask>`;
const polygon = (label: string, points: string, more = "") =>
  `<polygon label="${label}" occluded="0" points="${points}" ${more}></polygon>`;
const box = (label: string, [left, top, right, bottom]: number[], more = "") =>
  `<box label="${label}" occluded="0" xtl="${left}" ytl="${top}" xbr="${right}" ybr="${bottom}" ${more}></box>`;

/** The rows of a map, with a letter for each label: `.` is unlabelled. */
function rows({ width, height, data }: LabelMap): string[] {
  const letters = Array.from(data, (label) => (label < 0 ? "." : "abcdefghij"[label]));
  return Array.from({ length: height }, (_, y) => letters.slice(y * width, (y + 1) * width).join(""));
}
const drawn = async (shapes: string, width = 4, height = 3, options: CvatXmlReadOptions = {}) =>
  rows(await decodeCvatXml(file(image(shapes, width, height)), options));

describe("a shape of CVAT", () => {
  it("is a mask whose runs count along the rows of its box, first outside", async () => {
    expect(await drawn(mask("a", "1, 2, 1, 2", [1, 1, 3, 2]))).toEqual(["....", "..aa", "..aa"]);
    expect(await drawn(mask("a", "0,6", [1, 1, 3, 2]))).toEqual(["....", ".aaa", ".aaa"]);
    expect(await drawn(mask("a", "2,0,1,3", [1, 1, 3, 2]))).toEqual(["....", "....", ".aaa"]);
  });

  it("is a polygon or a box with the pixels of pycocotools, cut off at the image", async () => {
    expect(await drawn(polygon("a", "0.00,0.00;3.00,0.00;3.00,2.00;0.00,2.00"))).toEqual([
      "aaa.",
      "aaa.",
      "....",
    ]);
    expect(await drawn(box("a", [-5, 1, 2, 99]))).toEqual(["....", "aa..", "aa.."]);
    const { below } = dice(mulberry32(4));
    for (let round = 0; round < 50; round++) {
      const ring = Array.from({ length: 6 + 2 * below(4) }, () => below(1400) / 100 - 2);
      const points = ring.flatMap((x, at) => (at % 2 === 0 ? [`${x},${ring[at + 1]}`] : [])).join(";");
      const expected = rasterize([{ className: "a", polygons: [ring] }], {
        width: 9,
        height: 8,
        rule: "coco",
      });
      expect(await drawn(polygon("a", points), 9, 8), points).toEqual(rows(expected));
    }
  });

  it("is a box that is turned around its centre, clockwise", async () => {
    const upright = await drawn(box("a", [3, 0, 5, 8]), 8, 8);
    expect(await drawn(box("a", [0, 3, 8, 5], 'rotation="90.00"'), 8, 8)).toEqual(upright);
    expect(await drawn(box("a", [3, 0, 5, 8], 'rotation="360"'), 8, 8)).toEqual(upright);
    // Turned by 45 degrees, the right end is lower than the left end.
    const turned = await drawn(box("a", [0, 3, 8, 5], 'rotation="45"'), 8, 8);
    expect([turned[2]![2], turned[5]![5], turned[2]![5], turned[5]![2]]).toEqual(["a", "a", ".", "."]);
  });

  it("is an ellipse: the pixels whose centres are in it", async () => {
    const ellipse = (fields: string) => `<ellipse label="a" occluded="0" ${fields}></ellipse>`;
    expect(await drawn(ellipse('cx="2" cy="1.5" rx="2" ry="1.5"'))).toEqual([".aa.", "aaaa", ".aa."]);
    expect(await drawn(ellipse('cx="-9" cy="1" rx="2" ry="1"'))).toEqual(["....", "....", "...."]);
    for (const radii of ['rx="0" ry="1"', 'rx="2" ry="1e-200"', 'rx="-2" ry="1"']) {
      const map = await decodeCvatXml(file(image(ellipse(`cx="2" cy="1" ${radii}`))));
      expect([rows(map), map.issues[0]?.code]).toEqual([["....", "....", "...."], "shape-empty"]);
    }
    const { below } = dice(mulberry32(5));
    for (let round = 0; round < 200; round++) {
      const [x, y, radiusX, radiusY] = [
        below(200) / 10,
        below(200) / 10,
        1 + below(90) / 10,
        1 + below(90) / 10,
      ];
      const rotation = below(3600) / 10;
      const fields = `cx="${x}" cy="${y}" rx="${radiusX}" ry="${radiusY}" rotation="${rotation}"`;
      const map = await decodeCvatXml(file(image(ellipse(fields), 20, 20)));
      const angle = (rotation * Math.PI) / 180;
      const expected = Array.from({ length: 400 }, (_, index) => {
        const [dx, dy] = [(index % 20) + 0.5 - x, Math.floor(index / 20) + 0.5 - y];
        const along = (dx * Math.cos(angle) + dy * Math.sin(angle)) / radiusX;
        const across = (dy * Math.cos(angle) - dx * Math.sin(angle)) / radiusY;
        const distance = along ** 2 + across ** 2;
        return Math.abs(distance - 1) < 1e-9 ? null : distance < 1;
      });
      const wrong = expected.filter((isIn, index) => isIn !== null && isIn !== map.data[index]! >= 0);
      expect(wrong, fields).toEqual([]);
    }
  });

  it("is an ellipse that differs from cv2.ellipse, which CVAT uses, only at its edge", async () => {
    const draw = await loadOpenCvEllipse();
    const { below } = dice(mulberry32(6));
    for (let round = 0; round < 60; round++) {
      // CVAT rounds to whole pixels, and OpenCV's centre is the centre of a pixel.
      const [x, y, radiusX, radiusY] = [10 + below(40), 10 + below(40), 4 + below(20), 4 + below(20)];
      const rotation = below(360);
      const fields = `cx="${x + 0.5}" cy="${y + 0.5}" rx="${radiusX}" ry="${radiusY}" rotation="${rotation}"`;
      const shape = `<ellipse label="a" occluded="0" ${fields}></ellipse>`;
      const { data } = await decodeCvatXml(file(image(shape, 60, 60)));
      const ours = (px: number, py: number) => (data[py * 60 + px] ?? -1) >= 0;
      const theirs = draw(60, 60, { x, y, radiusX, radiusY, rotation });
      for (let py = 1; py < 59; py++) {
        for (let px = 1; px < 59; px++) {
          if (theirs[py * 60 + px]! > 0 === ours(px, py)) continue;
          const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ours(px + dx, py + dy)));
          expect(new Set(around).size, `${fields} at ${px},${py}`).toBe(2);
        }
      }
    }
  });

  it("lies above shapes with a smaller z_order, and of equal ones above those before it", async () => {
    const [left, all, right] = [[0, 0, 2, 3] as const, [0, 0, 4, 3] as const, [1, 0, 4, 1] as const];
    const painted = (z: readonly (number | null)[]) =>
      drawn(
        [left, all, right]
          .map((area, place) => box("a", [...area], z[place] === null ? "" : `z_order="${z[place]}"`))
          .join(""),
      );
    expect(await painted([0, 0, 0])).toEqual(["bccc", "bbbb", "bbbb"]);
    expect(await painted([null, -1, null])).toEqual(["accc", "aabb", "aabb"]);
    expect(await painted([2, 1, 2])).toEqual(["accc", "aabb", "aabb"]);
    expect(await painted([10, 9, 2])).toEqual(["aabb", "aabb", "aabb"]);
  });

  it("is one object with the other shapes of its label and its group", async () => {
    const shapes = [
      box("car", [0, 0, 1, 1], 'group_id="7"'),
      box("car", [2, 0, 3, 1], 'group_id="7"'),
      box("road", [0, 1, 4, 2], 'group_id="7"'),
      box("car", [0, 2, 1, 3], 'group_id="0"'),
      box("car", [2, 2, 3, 3]),
    ].join("");
    expect(await drawn(shapes)).toEqual(["a.a.", "bbbb", "c.d."]);
    expect(await drawn(shapes, 4, 3, { things: ["road"] })).toEqual(["a.a.", "bbbb", "a.a."]);
    const { labels: found } = await decodeCvatXml(file(image(shapes)), { things: ["car"] });
    expect(found.map(({ name, isThing }) => [name, isThing])).toEqual([
      ["car # 1", true],
      ["road", false],
      ["car # 2", true],
      ["car # 3", true],
    ]);
  });

  it("has the class id and the colour of its label, wherever the labels are, and its attributes", async () => {
    const listed = labels(
      ["road", "#ff0000"],
      ["background", "#000000"],
      ["car", "#00FF00"],
      ["road", "#0000ff"],
    );
    const sign = `<polygon label="car" points="0,0;1,0;1,1;0,1" group_id="1"><attribute name="side">left &amp; "right"</attribute><attribute name="n">2</attribute></polygon>
      <polygon label="car" points="1,0;2,0;2,1;1,1" group_id="1"><attribute name="side">left &amp; "right"</attribute><attribute name="n">3</attribute></polygon>`;
    const other = box("bus", [2, 0, 3, 1]) + box("car", [3, 0, 4, 1]);
    for (const owner of ["task", "job", "project"]) {
      const map = await decodeCvatXml(file(image(sign + other), listed.replaceAll("task>", `${owner}>`)));
      expect(map.labels.map(({ className, classId, color }) => [className, classId, color])).toEqual([
        ["car", 2, "#00ff00"],
        ["bus", 3, "#800000"],
        ["car", 2, "#008000"],
      ]);
      expect(map.labels[0]!.attributes).toEqual([
        { name: "side", value: 'left & "right"' },
        { name: "n", value: "2" },
        { name: "n", value: "3" },
      ]);
      expect(map.labels[2]!.attributes).toEqual([]);
    }
    const points = "<label><name>nose</name><parent>face</parent></label>";
    const set = await readCvatXmlSet(
      filesInMemory({ "annotations.xml": file(image(""), listed.replace("<labels>", `<labels>${points}`)) }),
    );
    expect((await set.classes()).classes.map(({ id, name }) => [id, name])).toEqual([
      [1, "road"],
      [0, "background"],
      [2, "car"],
    ]);
  });

  it("that cannot be an area is counted by its type, and is not drawn", async () => {
    const shapes = `<polyline label="a" points="0,0;1,1"/><polyline label="b" points="0,0;1,1"/><points label="a" points="1,1"/>
      <tag label="a"/><cuboid label="a"/><skeleton label="a"><points label="nose" points="1,1"/></skeleton><blob label="a"/>
      ${box("", [0, 0, 1, 1])}${box("a", [9, 9, 10, 10])}${box("a", [0, 0, 1, 1])}${box("a", [0, 0, 2, 2])}`;
    const map = await decodeCvatXml(file(image(shapes)));
    expect(rows(map)).toEqual(["cc..", "cc..", "...."]);
    const element = (what: string) => `element ${what} of the image`;
    expect(
      map.issues.map(({ code, path, message }) => [code, path, message.slice(message.indexOf(": ") + 2)]),
    ).toEqual([
      ["label-missing", "image[1]/box[1]", "the shape has no label. It is not drawn."],
      [
        "shape-without-area",
        "image[1]/polyline[1]",
        '2 elements "polyline" of the image have no area. They are not drawn.',
      ],
      ["shape-without-area", "image[1]/points[1]", `1 ${element('"points"')} has no area. It is not drawn.`],
      ["shape-without-area", "image[1]/tag[1]", `1 ${element('"tag"')} has no area. It is not drawn.`],
      ["shape-without-area", "image[1]/cuboid[1]", `1 ${element('"cuboid"')} has no area. It is not drawn.`],
      [
        "shape-without-area",
        "image[1]/skeleton[1]",
        `1 ${element('"skeleton"')} has no area. It is not drawn.`,
      ],
      ["shape-unknown", "image[1]/blob[1]", `1 ${element('"blob"')} is of an unknown type. It is not drawn.`],
      ["shape-empty", "image[1]/box[2]", 'the shape of class "a" has no pixels in the image.'],
      ["shape-covered", "image[1]/box[3]", 'the shape of class "a" is covered by other shapes.'],
    ]);
  });

  it("is refused with its path if a field is invalid", async () => {
    const cases: [shape: string, problem: string][] = [
      [polygon("a", "0,0;1,1"), "image[1]/polygon[1]/@points: has 2 points; a polygon has at least 3"],
      [polygon("a", ""), "@points: has 0 points"],
      ['<polygon label="a"/>', "@points: is missing"],
      [polygon("a", "0,0;1,1;2"), "@points, point 3: is no point; write it as x,y."],
      [polygon("a", "0,0;1,1,1;2,2"), "@points, point 2: is no point"],
      [polygon("a", "0,0;1,x;2,2"), '@points, point 2, y: is "x"; write a number.'],
      [polygon("a", "0,0;1,;2,2"), '@points, point 2, y: is ""; write a number.'],
      [
        polygon("a", "0,0;1,1e9;2,2"),
        "@points, point 2, y: is 1000000000; a coordinate is a number from -2^25",
      ],
      [polygon("a", "0,0;1,Infinity;2,2"), 'y: is "Infinity"'],
      ['<box label="a" xtl="0" ytl="0" xbr="1"/>', "image[1]/box[1]/@ybr: is missing; write a number."],
      [box("a", [0, 0, 1, 1], 'rotation="left"'), '@rotation: is "left"'],
      [box("a", [0, 0, 1, 1], 'z_order="0.5"'), "@z_order: is 0.5; make it an integer"],
      [box("a", [0, 0, 1, 1], 'group_id="-1"'), "@group_id: is -1; make it an integer from 0"],
      [mask("a", "0,5", [0, 0, 3, 2]), "@rle: the runs have 5 pixels, but the box has 3×2."],
      [mask("a", "0,7", [0, 0, 3, 2]), "@rle: the runs have 7 pixels, but the box has 3×2."],
      [mask("a", "0,1,,5", [0, 0, 3, 2]), '@rle, run 3: is ""; write a number.'],
      [mask("a", "0,-1,7", [0, 0, 3, 2]), "@rle, run 2: is -1; make it an integer from 0"],
      [mask("a", "0,1.5,4.5", [0, 0, 3, 2]), "@rle, run 2: is 1.5"],
      [mask("a", "0,6", [2, 0, 3, 2]), "the mask of 3×2 pixels at (2, 0) is not in the image of 4×3 pixels."],
      [mask("a", "0,6", [0, 2, 3, 2]), "is not in the image"],
      [mask("a", "0,6", [-1, 0, 3, 2]), "@left: is -1"],
      [mask("a", "0", [0, 0, 0, 2]), "@width: is 0; make it an integer from 1"],
      ['<mask label="a" left="0" top="0" width="1" height="1"/>', "@rle: is missing"],
      [mask("a", "0,2147483647,1", [0, 0, 3, 2]), "@rle: the runs have 2147483648 pixels"],
    ];
    for (const [shape, problem] of cases) {
      await expect(decodeCvatXml(file(image(shape))), shape).rejects.toEqual(
        caught("FORMAT_INVALID", problem),
      );
    }
    for (const size of [
      'width="0" height="3"',
      'width="4"',
      'width="4" height="3.5"',
      'width="x" height="3"',
    ]) {
      const broken = file(`<image id="0" name="a.jpg" ${size}></image>`);
      await expect(decodeCvatXml(broken), size).rejects.toEqual(caught("FORMAT_INVALID", "image[1]/@"));
    }
  });
});

describe("a file of CVAT", () => {
  it("gives the image that is named, or its only one", async () => {
    const two = file(image(box("a", [0, 0, 1, 1])) + image("", 2, 2).replace("a.jpg", "b.jpg"));
    expect((await decodeCvatXml(two, { image: "b.jpg" })).width).toBe(2);
    expect((await decodeCvatXml(two, { image: "a.jpg" })).labels).toHaveLength(1);
    await expect(decodeCvatXml(two)).rejects.toEqual(
      caught("FORMAT_INVALID", 'has 2 images; say which one as `image`; its images are "a.jpg", "b.jpg".'),
    );
    await expect(decodeCvatXml(two, { image: "c.jpg" })).rejects.toEqual(
      caught("FORMAT_INVALID", 'has 0 images with the name "c.jpg"; its images are "a.jpg"'),
    );
    await expect(decodeCvatXml(file(""))).rejects.toEqual(caught("FORMAT_INVALID", "has 0 images"));
  });

  it("of tracks is refused, and the error says which export to use", async () => {
    const track = '<track id="0" label="a"><box frame="0" xtl="0" ytl="0" xbr="1" ybr="1"/></track>';
    for (const content of [file(track), file(image("") + track)]) {
      await expect(decodeCvatXml(content)).rejects.toEqual(
        caught(
          "FORMAT_UNSUPPORTED",
          'has 1 track of "CVAT for video"; export the task as "CVAT for images 1.1"',
        ),
      );
    }
  });

  it("of another tool, or that is no XML, is refused", async () => {
    const voc = "<annotation><filename>a.jpg</filename></annotation>";
    await expect(decodeCvatXml(voc)).rejects.toEqual(
      caught("FORMAT_INVALID", "the root is <annotation> instead of <annotations>"),
    );
    const cases: [text: string, problem: string][] = [
      ["", "is not well-formed XML"],
      ["{}", "is not well-formed XML"],
      ["<annotations>", "Missing end tag for element annotations (line 1, column 14)."],
      [file(image("")).slice(0, -9), "is not well-formed XML"],
      ['<annotations a="1" a="2"/>', "Duplicate attribute"],
      ["<annotations>&bomb;</annotations>", "Named entity isn't defined"],
      [file('<image width="1" height="1"/>'), "image[1]: has no name"],
    ];
    for (const [text, problem] of cases) {
      const error = await decodeCvatXml(text).catch((reason: Error) => reason);
      expect(error, text).toEqual(caught("FORMAT_INVALID", problem));
      expect((error as Error).message).not.toContain("\n");
    }
  });

  it("with a document type or entities of its own is refused, and expands nothing", async () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
    );
    const bomb = `<!DOCTYPE annotations [<!ENTITY e0 "ha">${levels.join("")}]>`;
    const body = (label: string) => `<annotations>${image(box(label, [0, 0, 1, 1]))}</annotations>`;
    await expect(decodeCvatXml(bomb + body("&e20;"))).rejects.toEqual(
      caught("FORMAT_INVALID", "Named entity isn't defined"),
    );
    for (const type of [
      bomb,
      "<!DOCTYPE annotations>",
      '<!DOCTYPE annotations SYSTEM "file:///etc/passwd">',
      '<!DOCTYPE annotations [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
    ]) {
      await expect(decodeCvatXml(type + body("a")), type).rejects.toEqual(
        caught("FORMAT_INVALID", "has a document type"),
      );
    }
    const quoted = await decodeCvatXml(body("&#60;&amp;&lt;&#x263A;&quot;").replaceAll("\n", ""));
    expect(quoted.labels[0]!.className).toBe('<&<☺"');
  });

  it("with a million elements inside of each other is refused", async () => {
    const deep = `<annotations>${"<a>".repeat(1e6)}${"</a>".repeat(1e6)}</annotations>`;
    await expect(decodeCvatXml(deep)).rejects.toEqual(caught("FORMAT_INVALID", "is nested too deeply"));
  });

  it("limits the size of the image, the outlines and the masks", async () => {
    await expect(decodeCvatXml(file(image("", 100, 101)), { maxPixels: 10_000 })).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "the image has 100×101 pixels, but maxPixels allows 10000."),
    );
    expect((await decodeCvatXml(file(image("", 100, 100)), { maxPixels: 10_000 })).unlabelled.count).toBe(
      10_000,
    );
    const zigzag = polygon(
      "a",
      Array.from({ length: 3000 }, (_, at) => `${(at % 2) * 16000},${at}`).join(";"),
    );
    await expect(decodeCvatXml(file(image(zigzag, 16000, 16000)))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "image[1]/polygon[1]: makes the outlines cross more than"),
    );
    // A few hundred bytes of runs along the rows that are millions of runs down the columns.
    const stripes = mask("a", Array(4000).fill(4000).join(","), [0, 0, 4000, 4000]);
    await expect(decodeCvatXml(file(image(stripes.repeat(2), 4000, 4000)))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "makes the masks of the image larger than 4294967296 pixels together"),
    );
  });

  it("refuses options that are none", async () => {
    const text = file(image(""));
    for (const options of [{ image: 5 }, { things: 5 }, { maxPixels: 0 }, { shapes: "masks" }, null]) {
      await expect(decodeCvatXml(text, options as unknown as CvatXmlReadOptions)).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
    await expect(decodeCvatXml(new Uint8Array(4) as unknown as string)).rejects.toEqual(
      caught("OPTION_INVALID", "The XML is binary data; give the text"),
    );
  });
});

/** Class names and the areas of objects in the order in which they occur. */
const facts = (map: LabelMap) => ({
  classes: [...map.data].map((label) => map.labels[label]?.className ?? null),
  areas: inOrder([...map.data].map((label) => label + 1)),
});

describe("what is written as CVAT's XML", () => {
  it("comes back as it went: masks always, and polygons if each pixel has a label", async () => {
    for (let seed = 0; seed < 80; seed++) {
      const map = drawScene(seed);
      const masks = encodeCvatXml(map, { image: "a.png" });
      expect(facts(await decodeCvatXml(masks.xml)), String(seed)).toEqual(facts(map));
      expect(masks.issues).toEqual([]);
      const { width, height, data } = map;
      const full = labelMapFrom(
        { width, height, data: data.map((label) => label + 1) },
        {
          classes: ClassList.fromNames(["ground", ...map.labels.map((_, index) => `label ${index}`)]),
          things: [],
        },
      );
      const polygons = encodeCvatXml(full, { image: "a.png", shapes: "polygons" });
      expect(polygons.issues).toEqual([]);
      expect(polygons.xml).not.toContain("<mask");
      expect(facts(await decodeCvatXml(polygons.xml)), String(seed)).toEqual(facts(full));
    }
  });

  it("as polygons fills only unlabelled pixels in holes, and counts them", async () => {
    let filledPixels = 0;
    const { below } = dice(mulberry32(7));
    for (let seed = 0; seed < 80; seed++) {
      const data = Int32Array.from({ length: 120 }, () => Math.min(below(5), 2) - 1);
      const map = labelMapFrom(
        { width: 12, height: 10, data },
        { classes: ClassList.fromNames(["road", "car"]), things: [] },
      );
      const { xml, issues } = encodeCvatXml(map, { image: "a.png", shapes: "polygons" });
      const back = await decodeCvatXml(xml);
      const name = (from: LabelMap, pixel: number) => from.labels[from.data[pixel]!]?.className;
      const changed = [...map.data.keys()].filter((pixel) => name(map, pixel) !== name(back, pixel));
      expect(changed.every((pixel) => map.data[pixel] === -1)).toBe(true);
      const counts = issues.map(({ code, message }) => {
        expect(code).toBe("hole-filled");
        return Number(/^\d+/.exec(message)![0]);
      });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(changed.length);
      filledPixels += changed.length;
    }
    expect(filledPixels).toBeGreaterThan(0);
    const ring = labelMapFrom(
      { width: 3, height: 3, data: Int32Array.of(1, 1, 1, 1, -1, 1, 1, 1, 1) },
      { classes: ClassList.fromNames(["road", "car"]) },
    );
    expect(encodeCvatXml(ring, { image: "a", shapes: "polygons" }).issues).toEqual([
      {
        code: "hole-filled",
        message:
          '1 unlabelled pixel in holes of "car" gets its label, because polygons of CVAT have no holes; pass shapes: "masks" to keep them.',
      },
    ]);
  });

  it("can leave out points of polygons", async () => {
    const stairs = Int32Array.from({ length: 400 }, (_, at) => (at % 20 <= Math.floor(at / 20) ? 1 : 0));
    const map = labelMapFrom(
      { width: 20, height: 20, data: stairs },
      { classes: ClassList.fromNames(["road", "car"]) },
    );
    const sizes = [0, 1, 2].map(
      (simplify) => encodeCvatXml(map, { image: "a", shapes: "polygons", simplify }).xml.match(/;/g)!.length,
    );
    expect(sizes[1]).toBeLessThan(sizes[0]! / 4);
    expect(sizes[2]).toBeLessThanOrEqual(sizes[1]!);
  });

  it("keeps names with any character, and attributes that are a name with a value", async () => {
    const odd = 'a<b>&"c"\'\t\n\r d ☺ ]]>';
    const scene = drawAllLabels();
    const attributes = [
      { name: odd, value: odd },
      { name: "n", value: 5 },
      "free text",
      { name: "x", value: {} },
    ];
    const changed = {
      ...scene,
      data: scene.data,
      labels: scene.labels.map((label, place) =>
        place === 0 ? { ...label, className: odd, attributes } : label,
      ),
    };
    const { xml, issues } = encodeCvatXml(changed, { image: odd });
    const back = await decodeCvatXml(xml, { image: odd });
    expect(back.labels[0]).toMatchObject({
      className: odd,
      attributes: [
        { name: odd, value: odd },
        { name: "n", value: "5" },
      ],
    });
    expect(back.labels[1]!.attributes).toEqual([]);
    expect(issues).toEqual([
      {
        code: "attribute-not-written",
        message: "2 attributes are not written; CVAT has only names with a text or number each.",
      },
    ]);
    for (const bad of ["a\u0000", "\ud800", "\ufffe", "\u000b"]) {
      const labels = scene.labels.map((label) => ({ ...label, className: bad }));
      expect(() => encodeCvatXml({ ...changed, labels }, { image: "a" })).toThrow(
        caught("FORMAT_INVALID", "has a character that XML cannot hold"),
      );
    }
  });

  it("says that a group of objects becomes one", () => {
    const scene = drawAllLabels();
    const labels = scene.labels.map((label) => (label.name === "car" ? { ...label, isCrowd: true } : label));
    expect(encodeCvatXml({ ...scene, data: scene.data, labels }, { image: "a" }).issues).toEqual([
      {
        code: "group-split",
        message: '"car" is a group of objects that are not told apart; CVAT takes it for one object.',
      },
    ]);
  });

  it("refuses options that are none", () => {
    const map = drawScene(1);
    for (const options of [
      {},
      { image: "" },
      { image: "a", shapes: "boxes" },
      { image: "a", simplify: -1 },
      { image: "a", simplify: Number.NaN },
      { image: "a", things: [] },
    ]) {
      expect(() => encodeCvatXml(map, options as unknown as { image: string })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });
});

/** Reads CVAT's masks with Python's own XML parser, and paints them with NumPy. */
const PAINT = `
import xml.etree.ElementTree as ET
def paint(text):
    image = ET.fromstring(text).find("image")
    pixels = np.full((int(image.get("height")), int(image.get("width"))), -1)
    shapes = list(image)
    for place in sorted(range(len(shapes)), key=lambda place: int(shapes[place].get("z_order"))):
        shape = shapes[place]
        left, top, width, height = [int(shape.get(key)) for key in ["left", "top", "width", "height"]]
        runs = [int(run) for run in shape.get("rle").split(",")]
        inside = np.repeat(np.arange(len(runs)) % 2, runs).reshape(height, width) == 1
        pixels[top:top + height, left:left + width][inside] = place
    return pixels.ravel().tolist(), [shape.get("label") for shape in shapes]
`;

describe("NumPy", () => {
  itWithPython("paints the written masks to the same pixels", async () => {
    const maps = Array.from({ length: 60 }, (_, seed) => drawScene(seed));
    const files = maps.map((map) => encodeCvatXml(map, { image: "a.png" }).xml);
    const { printed } = runPython(
      `${PAINT}\nprint(json.dumps([paint(text) for text in json.load(open("files.json"))]))`,
      { "files.json": JSON.stringify(files) },
    );
    for (const [seed, map] of maps.entries()) {
      const [pixels, names] = printed[seed] as [number[], string[]];
      expect(pixels.map((place) => names[place] ?? null)).toEqual(facts(map).classes);
      expect(inOrder(pixels.map((place) => place + 1))).toEqual(facts(map).areas);
    }
  });

  itWithPython("makes masks in random orders that the reader draws to the same pixels", async () => {
    const { printed } = runPython(`${PAINT}
from itertools import groupby
random = np.random.default_rng(17)
files = []
for _ in range(60):
    width, height = random.integers(1, 30, 2)
    root = ET.Element("annotations")
    ET.SubElement(root, "version").text = "1.1"
    image = ET.SubElement(root, "image", id="0", name="a.jpg", width=str(width), height=str(height))
    for place in range(random.integers(1, 8)):
        left, top = random.integers(0, width), random.integers(0, height)
        w, h = random.integers(1, width - left + 1), random.integers(1, height - top + 1)
        inside = (random.random((h, w)) < random.random()).astype(int).ravel()
        runs = [len(list(group)) for _, group in groupby(inside)]
        if inside[0] == 1: runs.insert(0, 0)
        ET.SubElement(image, "mask", label=f"label {place}", rle=", ".join(map(str, runs)), left=str(left), top=str(top),
            width=str(w), height=str(h), z_order=str(random.integers(-2, 3)))
    text = ET.tostring(root, encoding="unicode")
    files.append([text, *paint(text)])
print(json.dumps(files))`);
    for (const [text, pixels] of printed as [string, number[]][]) {
      const map = await decodeCvatXml(text);
      expect([...map.data]).toEqual(pixels);
    }
  });
});

const things = ["car", "truck"];
const ids = ClassList.fromJSON({ ...sceneClasses.toJSON(), void: ["ego"] });

async function contentOf(
  files: Record<string, FileContent> | ReadonlyMap<string, Uint8Array>,
  options: object = {},
) {
  const set = await readCvatXmlSet(filesInMemory(files), options);
  const items: Record<string, [split: string | null, photo: string | null, map: LabelMap]> = {};
  for await (const { name, split, photo, map } of set) items[name] = [split, photo, await map()];
  return { set, items };
}

describe("a set of CVAT's XML", () => {
  const part = (name: string, subset: string) =>
    image(box("a", [0, 0, 1, 1]), 4, 3, `subset="${subset}"`).replace("a.jpg", name);

  it("has the photos, the parts and the names of its images", async () => {
    const images = part("x/1.jpg", "train") + part("2.png", "val") + part("3.jpg", "default");
    const files = {
      "export/annotations.xml": file(images),
      "export/images/train/x/1.jpg": "photo",
      "export/images/2.png": "photo",
    };
    const { set, items } = await contentOf(files);
    expect(Object.entries(items).map(([name, [split, photo]]) => [name, split, photo])).toEqual([
      ["2", "val", "export/images/2.png"],
      ["3", null, null],
      ["x/1", "train", "export/images/train/x/1.jpg"],
    ]);
    expect(set.reason).toBe("CVAT for images: export/annotations.xml (3 images).");
    expect(set.issues).toEqual([
      {
        code: "photo-missing",
        path: "export/annotations.xml",
        message: 'export/annotations.xml: the photos of 1 image are missing, first of "3".',
      },
    ]);
    expect(Object.keys((await contentOf(files, { split: "val" })).items)).toEqual(["2"]);
    expect((await contentOf({ "annotations.xml": file(images) })).set.issues).toEqual([]);
  });

  it("tells images of the same name in several subsets apart, and refuses them in one", async () => {
    const { items } = await contentOf({ "a.xml": file(part("1.jpg", "train") + part("1.jpg", "val")) });
    expect(Object.keys(items)).toEqual(["train/1", "val/1"]);
    const same = file(part("1.jpg", "train") + part("1.png", "train"));
    await expect(contentOf({ "a.xml": same })).rejects.toEqual(
      caught("FORMAT_INVALID", "have the same name"),
    );
  });

  it("refuses names that leave the folder, files without images, and a choice of files", async () => {
    for (const name of ["../a.jpg", "/a.jpg", "C:a.jpg", "a\\b.jpg"]) {
      await expect(contentOf({ "annotations.xml": file(part(name, "x")) }), name).rejects.toEqual(
        caught("FORMAT_INVALID", "may leave the folder"),
      );
    }
    await expect(contentOf({ "annotations.xml": file("") })).rejects.toEqual(
      caught("FORMAT_INVALID", "no mask is found; expected annotations.xml"),
    );
    await expect(contentOf({ "a.txt": "" })).rejects.toEqual(
      caught("FORMAT_INVALID", "there is no XML file"),
    );
    const two = {
      "a/annotations.xml": file(part("1.jpg", "x")),
      "b/annotations.xml": file(part("2.jpg", "x")),
    };
    await expect(contentOf(two)).rejects.toEqual(
      caught(
        "OPTION_INVALID",
        'there are 2 XML files, such as "a/annotations.xml", "b/annotations.xml"; say which',
      ),
    );
    const { items } = await contentOf(two, { annotations: "b/annotations.xml" });
    expect(Object.keys(items)).toEqual(["2"]);
    // Pascal VOC's boxes are beside it.
    const mixed = { "annotations.xml": file(part("1.jpg", "x")), "Annotations/1.xml": "<annotation/>" };
    expect(Object.keys((await contentOf(mixed)).items)).toEqual(["1"]);
  });

  it("names the file and the shape of an error, and the other images are read", async () => {
    const images = part("1.jpg", "x") + part("2.jpg", "x").replace('xtl="0"', 'xtl="?"');
    const set = await readCvatXmlSet(filesInMemory({ "annotations.xml": file(images) }));
    const items = [];
    for await (const item of set) items.push(item);
    expect((await items[0]!.map()).labels).toHaveLength(1);
    await expect(items[1]!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", 'annotations.xml, image[2]: CVAT for images: image[2]/box[1]/@xtl: is "?"'),
    );
  });

  it("is the same after it was written, but for the numbers of objects, and says what is lost", async () => {
    const scenes: ItemToWrite[] = [...Array(7).keys()].map((seed) => ({
      name: `street/${seed}`,
      map: drawScene(seed),
      split: ["train", "val"][seed % 2]!,
      photo: `p/${seed}.jpg`,
    }));
    const photos = filesInMemory(scenes.map(({ photo }) => [photo!, `photo ${photo}`]));
    for (const shapes of ["masks", "polygons"] as const) {
      const sink = memorySink();
      const options = { format: "cvat-xml", classes: ids, photos, shapes } as const;
      const { images, files, issues } = await writeSet(scenes, sink, options);
      expect([images, files]).toEqual([7, 8]);
      const { set, items } = await contentOf(sink.files, { things });
      expect((await set.classes()).classes.map(({ id, name }) => `${id} ${name}`)).toEqual([
        "1 road",
        "2 sky",
        "3 car",
        "4 truck",
      ]);
      let [groups, stuff] = [0, 0];
      for (const { name, map, split } of scenes) {
        const [foundSplit, photo, found] = items[name]!;
        expect([foundSplit, photo]).toEqual([split, `images/${split}/${name}.jpg`]);
        const scene = map as LabelMap;
        const className = (from: LabelMap, pixel: number) => {
          const id = ids.idOf(from.labels[from.data[pixel]!]?.className ?? "ego");
          return ids.classes.find((entry) => entry.id === id)?.name;
        };
        const pixels = [...scene.data.keys()].filter(
          (pixel) => shapes === "masks" || className(scene, pixel) !== undefined,
        );
        expect(pixels.map((pixel) => className(found, pixel))).toEqual(
          pixels.map((pixel) => className(scene, pixel)),
        );
        const object = (from: LabelMap, pixel: number) => {
          const label = from.labels[from.data[pixel]!];
          return things.includes(className(from, pixel) ?? "") ? label!.index + 1 : 0;
        };
        expect(inOrder(pixels.map((pixel) => object(found, pixel)))).toEqual(
          inOrder(pixels.map((pixel) => object(scene, pixel))),
        );
        const numbered = scene.labels.some(({ name, pixelCount }) => /car #/.test(name) && pixelCount > 0);
        for (const label of scene.labels.filter(({ pixelCount }) => pixelCount > 0)) {
          if (["road", "lane", "sky"].includes(label.name)) stuff++;
          if (label.name === "car") numbered ? groups++ : stuff++;
        }
      }
      const counts = Object.fromEntries(
        issues.map(({ code, message }) => [code, Number(/^\d+/.exec(message)![0])]),
      );
      expect(counts).toMatchObject({ "group-is-one-object": groups, "stuff-is-object": stuff });
    }
  });

  it("is written as a task without subsets if no item has a part, and is recognised", async () => {
    const sink = memorySink();
    await writeSet([{ name: "a", map: drawScene(3) }], sink, { format: "cvat-xml", classes: ids });
    const xml = new TextDecoder().decode(sink.files.get("annotations.xml"));
    expect(xml).toContain("<task>");
    expect(xml).not.toMatch(/subset/);
    expect(xml).toContain('<image id="0" name="a.png" width=');
    const set = await readSet(filesInMemory(sink.files));
    expect([set.format.name, set.count]).toEqual(["cvat-xml", 1]);
    await expect(
      writeSet(
        [
          { name: "a", map: drawScene(3) },
          { name: "a", map: drawScene(4) },
        ],
        memorySink(),
        {
          format: "cvat-xml",
          classes: ids,
        },
      ),
    ).rejects.toEqual(caught("FORMAT_INVALID", "already there"));
  });

  it("is recognised by its first bytes, and look-alikes are not", async () => {
    const found = async (files: Record<string, string>, contents = true) =>
      (await recognise(filesInMemory(files), { contents })).map(
        ({ format, confidence }) => `${format.name} ${confidence}`,
      );
    const own = file(image(""));
    expect(await found({ "x/annotations.xml": own })).toEqual(["cvat-xml certain"]);
    expect(
      await found({ "task 5.xml": `\ufeff<!-- by hand -->\n${own.slice(own.indexOf("<annotations"))}` }),
    ).toEqual(["cvat-xml certain"]);
    expect(await found({ "annotations.xml": own }, false)).toEqual(["cvat-xml likely"]);
    expect(await found({ "a.xml": "<annotations><image/></annotations>" })).toEqual(["cvat-xml likely"]);
    expect(await found({ "Annotations/1.xml": "<annotation><folder>VOC</folder></annotation>" })).toEqual([]);
    expect(await found({ "annotations.xml": "<annotationsets/>" })).toEqual([]);
    expect(await found({ "annotations.xml": "" })).toEqual([]);
    expect(await found({ "annotations.txt": own })).toEqual([]);
    expect(await found({ "1.xml": own }, false)).toEqual([]);
  });
});
