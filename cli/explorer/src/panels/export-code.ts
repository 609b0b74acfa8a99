/**
 * For each export, the program that writes the same file, as the page shows it. The worker makes the same calls
 * (decoding/export-file.ts). The tests run the shown programs and compare the bytes.
 */

import type { EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import { exportName } from "../decoding/export-name.js";
import type { DecodedMask, ExportKind, KeptLabels, MissingClasses } from "../decoding/protocol.js";

export interface ExportCode {
  /** Name of the mask, without its ending. */
  readonly name: string;
  readonly mask: string;
  /** The file of the legend, or the name of a palette. `null`: there is none. */
  readonly result: string | null;
  /** What the labels are; see `DecodedMask`. */
  readonly labels: DecodedMask["kind"];
  readonly encoding: EncodingName;
  /** The form of the legend. */
  readonly form: LegendForm | null;
  /** Whether the form must be said. */
  readonly isFormGiven: boolean;
  /** File of the class list. `null`: the mask's own classes. */
  readonly classFile: string | null;
  readonly missing: MissingClasses;
  readonly dtype: "uint8" | "uint16" | "int32";
  /** Of the class list that is made if there is no file. */
  readonly voidId: number;
  /** `null`: all labels. */
  readonly kept: KeptLabels | null;
}

export function exportCode(kind: ExportKind, code: ExportCode): string {
  const { mask, kept } = code;
  const program = programFor(exportName(code.name, kind));
  const png = `const png = await readFile(${quote(mask)});`;
  if (code.labels !== "labels") {
    const lines = [png, ...keptLine(kept), ...numberLines(code)];
    const decoder = code.labels === "colours" ? "decodeIds:ids" : "decodeMask";
    return kind === "npy-label"
      ? program([decoder, "encodeNpy:formats"], lines, "encodeNpy(map)")
      : program([decoder, "encodeAllRles:objects"], lines, "JSON.stringify(encodeAllRles(map))");
  }
  const files = [png, ...legendLines(code)];
  const readers = code.isFormGiven && code.result !== null ? [`${readerOf(code)}:legend`] : [];
  if (kind === "coco-rle") {
    const lines = [...files, ...keptLine(kept), ...rleLines(code)];
    return program(["decodeMask", "encodeAllRles:objects", ...readers], lines, "JSON.stringify(rles)");
  }
  const encode = kind === "png-semantic" ? "encodeLabelPng" : "encodeNpy";
  const names = ["decodeMask", `${encode}:formats`, ...readers];
  if (kind === "npy-label") {
    return kept === null
      ? program(names, files, `${encode}(await ${decodeCall(code)})`)
      : program(names, [...files, ...partialMapLines(code, kept)], `${encode}(map)`);
  }
  const view = kind === "npy-panoptic" ? "panoptic" : "semantic";
  const viewOptions = [
    ...(code.missing === "error" ? [] : [`missing: ${quote(code.missing)}`]),
    ...(view === "semantic" && code.dtype !== "int32" ? [`dtype: ${quote(code.dtype)}`] : []),
  ];
  const lines = [...files, ...classLines(code)];
  const withClasses = ["ClassList", ...(isOfVendor(code) ? ["parseResult"] : []), ...names];
  if (kept === null) {
    const target = `{ ${[`map: "${view}"`, "classes", ...viewOptions].join(", ")} }`;
    lines.push(`const map = await ${decodeCall(code, `target: ${target}`)};`);
    return program(withClasses, lines, `${encode}(map)`);
  }
  lines.push(...partialMapLines(code, kept), "const { width, height } = map;");
  const given = viewOptions.length === 0 ? "" : `, { ${viewOptions.join(", ")} }`;
  lines.push(`const data = map.${view}(classes${given});`);
  return program(withClasses, lines, `${encode}({ width, height, data })`);
}

/** The line that reads the legend. */
function legendLines(code: ExportCode): string[] {
  const { result, form, isFormGiven } = code;
  if (result === null) return [];
  const text = form === "palette name" ? quote(result) : `await readFile(${quote(result)}, "utf8")`;
  return [
    isFormGiven
      ? `const result = ${readerOf(code)}(${text}, { form: ${quote(form!)} });`
      : `const result = ${text};`,
  ];
}

/** The function of `labelmap/legend` that reads a legend in a given form. */
function readerOf({ encoding }: ExportCode): string {
  return encoding === "colors" ? "readLegend" : "legendOfIds";
}

function decodeCall({ result, encoding }: ExportCode, option?: string): string {
  const options = [
    ...(encoding === "colors" ? [] : [`encoding: ${quote(encoding)}`]),
    ...(option ? [option] : []),
  ];
  const given = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  return `decodeMask(png, ${result === null ? "null" : "result"}${given})`;
}

/** Lines that make the map of the numbers. */
function numberLines(code: ExportCode): string[] {
  const { kept, labels } = code;
  const value = kept === null ? "ids[place]" : `${isKept(kept, "ids[place]")} ? ids[place] : -1`;
  if (labels === "colours") {
    return [
      `const { width, height, data, ids } = await decodeIds(png);`,
      `const map = { width, height, data: data.map((place) => ${value}) };`,
    ];
  }
  return [
    `const { width, height, data, labels } = await ${decodeCall(code)};`,
    `const ids = labels.map(({ classId }) => classId);`,
    `const map = { width, height, data: data.map((place) => (place < 0 ? -1 : ${value})) };`,
  ];
}

function rleLines(code: ExportCode): string[] {
  const { kept } = code;
  const filter = kept === null ? "" : `.filter(({ value }) => ${isKept(kept, "value")})`;
  return [
    `const map = await ${decodeCall(code, 'target: { map: "runs" }')};`,
    `const found = encodeAllRles(map)${filter};`,
    `const rles = found.map(({ value: label, rle: segmentation }) => {`,
    `  const { name, color, pixelCount: area, bbox } = map.labels[label];`,
    `  return { label, name, color, area, bbox, segmentation };`,
    `});`,
  ];
}

function partialMapLines(code: ExportCode, kept: KeptLabels): string[] {
  return [
    ...keptLine(kept),
    `const map = await ${decodeCall(code)};`,
    `map.data.forEach((label, pixel) => {`,
    `  if (${kept.isListKept ? "!kept" : "leftOut"}.has(label)) map.data[pixel] = -1;`,
    `});`,
  ];
}

function keptLine(kept: KeptLabels | null): string[] {
  if (kept === null) return [];
  return [`const ${kept.isListKept ? "kept" : "leftOut"} = new Set([${kept.list.join(", ")}]);`];
}

function isKept(kept: KeptLabels, value: string): string {
  return `${kept.isListKept ? "kept" : "!leftOut"}.has(${value})`;
}

/** Whether the mask's own classes are those of the vendor's result. */
function isOfVendor({ classFile, encoding, form, isFormGiven }: ExportCode): boolean {
  const isResult = form === "colors to names" && encoding === "colors" && !isFormGiven;
  return classFile === null && isResult;
}

function classLines(code: ExportCode): string[] {
  const { classFile, voidId } = code;
  if (classFile !== null) {
    return [`const classes = ClassList.fromJSON(await readFile(${quote(classFile)}, "utf8"));`];
  }
  const options = voidId === 255 ? "" : `, { voidId: ${voidId}, ignoreId: ${voidId} }`;
  if (isOfVendor(code)) return [`const classes = ClassList.fromResults([parseResult(result)]${options});`];
  return [
    `const { labels } = await ${decodeCall(code, 'target: { map: "runs" }')};`,
    `const names = new Set(labels.map(({ className }) => className));`,
    `const classes = ClassList.fromNames([...names].sort()${options});`,
  ];
}

const programFor =
  (fileName: string) => (names: readonly string[], lines: readonly string[], file: string) => {
    const write = `await writeFile(${quote(fileName)}, ${file});`;
    return [
      `import { readFile, writeFile } from "node:fs/promises";`,
      ...importsOf(names),
      "",
      ...lines,
      write,
    ].join("\n");
  };

/** @param names `name:entry` for imports from `labelmap/entry`, `name` for imports from `labelmap`. */
function importsOf(names: readonly string[]): string[] {
  const ofEntry = new Map<string, string[]>();
  for (const [name, entry] of names.map((item) => item.split(":"))) {
    const specifier = entry === undefined ? "labelmap" : `labelmap/${entry}`;
    ofEntry.set(specifier, [...(ofEntry.get(specifier) ?? []), name!]);
  }
  return [...ofEntry].map(([entry, imported]) => `import { ${imported.join(", ")} } from "${entry}";`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
