/** What the doctor finds: a code that stays the same, how bad it is, what is wrong, and what to do. */

import type { ClassList } from "labelmap";
import type { DatasetReportJSON } from "labelmap/dataset";
import type { DataSet } from "labelmap/formats";
import type { SetSummary } from "../inspect-set/summary.js";
import type { Failure, SeenImage } from "../inspect-set/walk.js";
import type { SourceFlags } from "../sources/open-set.js";
import type { Commands } from "./commands.js";

/** `error`: images or the set cannot be read. `warning`: they can, but something is wrong. `note`: it may be meant. */
export type Severity = "error" | "warning" | "note";

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** How many images, classes, or other things it is about. */
  readonly count: number;
  /** The names of the first hundred. */
  readonly names: readonly string[];
  /** A command that helps; null if there is none. */
  readonly command: string | null;
}

/** A finding as a check makes it. What is left out comes from the check's declaration. */
export type Found = Pick<Finding, "message" | "count" | "names"> &
  Partial<Pick<Finding, "code" | "severity" | "remedy" | "command">>;

/** What is known of a set before its first image. */
export interface Opened {
  readonly set: DataSet;
  readonly flags: SourceFlags;
  /** All files of the source. */
  readonly paths: ReadonlySet<string>;
  /** Reads the first bytes of a file. */
  readonly readHead: (path: string, bytes: number) => Promise<Uint8Array>;
  /** Reads a file of UTF-8. */
  readonly readText: (path: string) => Promise<string>;
  /** Whether costly checks look at every mask. */
  readonly isThorough: boolean;
}

/** What is known of a set after its last image. */
export interface Examined {
  readonly summary: SetSummary;
  readonly report: DatasetReportJSON;
  /** `null` if the legends cannot be used. */
  readonly classes: ClassList | null;
  /** Why the classes are not known. */
  readonly problem: Pick<Failure, "code" | "message"> | null;
  readonly commands: Commands;
}

/** Looks at one image after the other, and says at the end what it found. */
export interface Collector {
  see?(image: SeenImage): void | Promise<void>;
  finish(all: Examined): readonly Found[] | Promise<readonly Found[]>;
}

/** A check, as `CHECKS` lists it. */
export interface Check {
  /** Stable, in lower case. */
  readonly code: string;
  readonly severity: Severity;
  /** What it finds, in a few words. */
  readonly finds: string;
  readonly remedy: string;
  readonly start: (opened: Opened) => Collector;
}

const MOST_NAMES = 100;

/** Counts names, and keeps the first hundred. */
export class NameList {
  readonly names: string[] = [];
  count = 0;

  add(name: string): void {
    this.count++;
    if (this.names.length < MOST_NAMES) this.names.push(name);
  }

  /** `a, b, c and 4 more`. */
  toString(): string {
    return listed(this.names, this.count);
  }
}

/** The first three, and how many there are beside them. */
export function listed(names: readonly string[], count: number = names.length): string {
  const shown = names.slice(0, 3);
  return `${shown.join(", ")}${count > shown.length ? ` and ${count - shown.length} more` : ""}`;
}
