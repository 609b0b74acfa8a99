/** A diagnosis as text for people. The last line says what to run next. */

import { counted } from "labelmap/checks";
import { factsOf } from "../inspect-set/describe-set.js";
import { printable } from "../printable.js";
import type { Diagnosis } from "./diagnose.js";
import type { Finding } from "./finding.js";

export function describeDiagnosis(diagnosis: Diagnosis): string {
  const { source, format, candidates, summary, findings, files, near, next } = diagnosis;
  // Of a known format, only look-alikes that could be read as sets are of interest.
  const others = candidates.filter(
    (candidate) => format === null || (candidate.format !== format.name && candidate.lacks === undefined),
  );
  const head = [
    `${source}: ${format === null ? "the format is not known" : format.reason || format.title}`,
    ...(format !== null && format.reason !== "" && summary !== null ? factsOf(summary) : []),
    ...others.map(
      ({ format: name, confidence, reason }) =>
        `  ${format === null ? "" : "also "}${confidence} ${name}: ${reason}`,
    ),
  ];
  const sections = [
    lines(head),
    lines(
      files.map(({ ending, count, first, content }) => {
        return `  ${kindName(ending, count)}, first ${first}: ${content}`;
      }),
    ),
    near.length === 0
      ? ""
      : lines([
          "Formats that come close:",
          ...near.map(({ format: name, misses }) => `  ${name}: ${misses}`),
        ]),
    lines(findings.flatMap(describeFinding)),
    findings.length === 0 ? "Nothing is wrong." : "",
    `Next: ${printable(next.text)}`,
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => printable(text)).join("\n");
}

function kindName(ending: string, count: number): string {
  return ending === "" ? `${counted(count, "file")} without an ending` : counted(count, `${ending} file`);
}

function describeFinding({ code, severity, message, remedy }: Finding): string[] {
  const end = /[.!?]$/.test(message) ? "" : ".";
  return [`${severity}  ${code}: ${message}${end}`, `    ${remedy}`];
}
