/** Reads a legend for editing, and writes it for CVAT. */
import type { LegendEntry, SegmentationResult } from "labelmap";
import { formatLabelmapTxt, parseColor } from "labelmap/legend";
import { readAny } from "../../../src/mask-legend.js";
import {
  type DocumentEntry,
  type DocumentInstance,
  emptyDocument,
  type LegendDocument,
} from "../edit/legend-document.js";
import type { Requests } from "./protocol.js";

export async function readLegendDocument({
  text,
  name,
  form,
  encoding,
}: Requests["legend"]["ask"]): Promise<LegendDocument> {
  const { legend, instances }: SegmentationResult = readAny({ text, name }, { encoding, form });
  if (encoding !== "colors") return { ...emptyDocument(true), entries: legend.entries.map(entryOfId) };
  const raw = parseJson(text);
  const isResult = typeof raw?.legend === "object" && raw.legend !== null;
  const { legend: _, instances: rawInstances, ...rest } = isResult ? raw : {};
  return {
    entries: legend.entries.map(({ rgb: _, ...entry }) => entry),
    // With the fields that the library ignores.
    instances:
      instances?.map((instance, place): DocumentInstance => {
        const own = (rawInstances as readonly object[] | undefined)?.[place];
        return { ...own, ...instance, color: canonicalColor(instance.color) };
      }) ?? null,
    rest,
    isOfIds: false,
  };
}

function entryOfId({ rgb, color, id, key, ...facts }: LegendEntry): DocumentEntry {
  return {
    ...facts,
    key,
    color: id === undefined ? `no id: ${key}` : String(id),
    ...(rgb >= 0 && { shownColor: color }),
  };
}

export async function labelmapTxtOf({ text, name }: Requests["labelmapTxt"]["ask"]): Promise<string> {
  return formatLabelmapTxt(readAny({ text, name }, { encoding: "colors" }).legend);
}

/** `undefined` if the text is a legend in another form. */
function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text.replace(/^\ufeff/, ""));
    return Array.isArray(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function canonicalColor(color: string): string {
  const rgb = parseColor(color);
  return rgb < 0 ? color : `#${rgb.toString(16).padStart(6, "0")}`;
}
