/**
 * For each export the program that makes the same file, as it is shown. The worker runs the same calls
 * (decoding/export-file.ts), and the tests run what is shown here and compare the bytes.
 */
import type { ExportKind } from "../decoding/protocol.js";

export interface ExportCode {
  readonly mask: string;
  /** `null`: there is no result, and each colour is a label. */
  readonly result: string | null;
  /** File of the class list; `null`: the mask's own classes. */
  readonly classFile: string | null;
  readonly dtype: "uint8" | "uint16" | "int32";
  /** Of the class list that is made where there is no file. */
  readonly voidId: number;
}

export function exportCode(kind: ExportKind, code: ExportCode): string {
  const { mask, result } = code;
  const png = `const png = await readFile(${quote(mask)});`;
  if (result === null) {
    return kind === "npy-label"
      ? program(["decodeIds:ids", "encodeNpy:export"], [png], "encodeNpy(await decodeIds(png))")
      : program(
          ["decodeIds:ids", "encodeAllRles:objects"],
          [png],
          "JSON.stringify(encodeAllRles(await decodeIds(png)))",
        );
  }
  const files = [png, `const result = await readFile(${quote(result)}, "utf8");`];
  if (kind === "npy-label") {
    return program(["decodeMask", "encodeNpy:export"], files, "encodeNpy(await decodeMask(png, result))");
  }
  if (kind === "coco-rle") {
    return program(["decodeMask", "encodeAllRles:objects"], [...files, ...RLES], "JSON.stringify(rles)");
  }
  const lines = [...files, classLine(code)];
  const map = kind === "npy-panoptic" ? "panoptic" : "semantic";
  const dtype = map === "semantic" && code.dtype !== "int32" ? `, dtype: ${quote(code.dtype)}` : "";
  lines.push(`const map = await decodeMask(png, result, { target: { map: "${map}", classes${dtype} } });`);
  const encode = kind === "png-semantic" ? "encodeLabelPng" : "encodeNpy";
  return program(["ClassList", "decodeMask", `${encode}:export`], lines, `${encode}(map)`);
}

const RLES = [
  `const map = await decodeMask(png, result, { target: { map: "runs" } });`,
  `const rles = encodeAllRles(map).map(({ value: label, rle: segmentation }) => {`,
  `  const { value, color, pixelCount: area, bbox } = map.labels[label];`,
  `  return { label, value, color, area, bbox, segmentation };`,
  `});`,
];

function classLine({ classFile, voidId }: ExportCode): string {
  if (classFile !== null)
    return `const classes = ClassList.fromJSON(await readFile(${quote(classFile)}, "utf8"));`;
  const options = voidId === 255 ? "" : `, { voidId: ${voidId}, ignoreId: ${voidId} }`;
  return `const classes = ClassList.fromResults([JSON.parse(result)]${options});`;
}

/** @param names `name:entry` for what is imported of `labelmap/entry`, `name` for what is of `labelmap`. */
function program(names: readonly string[], lines: readonly string[], file: string): string {
  const ofEntry = new Map<string, string[]>();
  for (const [name, entry] of names.map((item) => item.split(":"))) {
    const specifier = entry === undefined ? "labelmap" : `labelmap/${entry}`;
    ofEntry.set(specifier, [...(ofEntry.get(specifier) ?? []), name!]);
  }
  const imports = [...ofEntry].map(
    ([entry, imported]) => `import { ${imported.join(", ")} } from "${entry}";`,
  );
  return [
    `import { readFile } from "node:fs/promises";`,
    ...imports,
    "",
    ...lines,
    `const file = ${file};`,
  ].join("\n");
}

function quote(text: string): string {
  return JSON.stringify(text);
}
