/**
 * For each export, the program that writes the same file, as the page shows it. The worker makes the same calls
 * (decoding/export-file.ts). The tests run the shown programs and compare the bytes.
 */
import { exportName } from "../decoding/export-name.js";
import type { ExportKind, KeptLabels, MissingClasses } from "../decoding/protocol.js";

export interface ExportCode {
  /** Name of the mask, without its ending. */
  readonly name: string;
  readonly mask: string;
  /** `null`: there is no result, so each colour is a label. */
  readonly result: string | null;
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
  const { mask, result, kept } = code;
  const program = programFor(exportName(code.name, kind));
  const files = [`const png = await readFile(${quote(mask)});`];
  if (result === null) {
    const lines = [...files, ...keptLine(kept), ...idLines(kept)];
    return kind === "npy-label"
      ? program(["decodeIds:ids", "encodeNpy:formats"], lines, "encodeNpy(map)")
      : program(["decodeIds:ids", "encodeAllRles:objects"], lines, "JSON.stringify(encodeAllRles(map))");
  }
  files.push(`const result = await readFile(${quote(result)}, "utf8");`);
  if (kind === "coco-rle") {
    const lines = [...files, ...keptLine(kept), ...rleLines(kept)];
    return program(["decodeMask", "encodeAllRles:objects"], lines, "JSON.stringify(rles)");
  }
  const encode = kind === "png-semantic" ? "encodeLabelPng" : "encodeNpy";
  const names = ["decodeMask", `${encode}:formats`];
  if (kind === "npy-label") {
    return kept === null
      ? program(names, files, `${encode}(await decodeMask(png, result))`)
      : program(names, [...files, ...partialMapLines(kept)], `${encode}(map)`);
  }
  const view = kind === "npy-panoptic" ? "panoptic" : "semantic";
  const viewOptions = [
    ...(code.missing === "error" ? [] : [`missing: ${quote(code.missing)}`]),
    ...(view === "semantic" && code.dtype !== "int32" ? [`dtype: ${quote(code.dtype)}`] : []),
  ];
  const lines = [...files, classLine(code)];
  const withClasses = ["ClassList", ...(code.classFile === null ? ["parseResult"] : []), ...names];
  if (kept === null) {
    const target = `{ ${[`map: "${view}"`, "classes", ...viewOptions].join(", ")} }`;
    lines.push(`const map = await decodeMask(png, result, { target: ${target} });`);
    return program(withClasses, lines, `${encode}(map)`);
  }
  lines.push(...partialMapLines(kept), "const { width, height } = map;");
  const given = viewOptions.length === 0 ? "" : `, { ${viewOptions.join(", ")} }`;
  lines.push(`const data = map.${view}(classes${given});`);
  return program(withClasses, lines, `${encode}({ width, height, data })`);
}

/** Lines that make the map of the ids. */
function idLines(kept: KeptLabels | null): string[] {
  const value = kept === null ? "ids[place]" : `${isKept(kept, "ids[place]")} ? ids[place] : -1`;
  return [
    `const { width, height, data, ids } = await decodeIds(png);`,
    `const map = { width, height, data: data.map((place) => ${value}) };`,
  ];
}

function rleLines(kept: KeptLabels | null): string[] {
  const filter = kept === null ? "" : `.filter(({ value }) => ${isKept(kept, "value")})`;
  return [
    `const map = await decodeMask(png, result, { target: { map: "runs" } });`,
    `const found = encodeAllRles(map)${filter};`,
    `const rles = found.map(({ value: label, rle: segmentation }) => {`,
    `  const { name, color, pixelCount: area, bbox } = map.labels[label];`,
    `  return { label, name, color, area, bbox, segmentation };`,
    `});`,
  ];
}

function partialMapLines(kept: KeptLabels): string[] {
  return [
    ...keptLine(kept),
    `const map = await decodeMask(png, result);`,
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

function classLine({ classFile, voidId }: ExportCode): string {
  if (classFile !== null)
    return `const classes = ClassList.fromJSON(await readFile(${quote(classFile)}, "utf8"));`;
  const options = voidId === 255 ? "" : `, { voidId: ${voidId}, ignoreId: ${voidId} }`;
  return `const classes = ClassList.fromResults([parseResult(result)]${options});`;
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
