/**
 * The class names in a `data.yaml` of Ultralytics. Only the key `names` is read, in the three forms that Ultralytics and
 * its users write, and not YAML in general:
 *
 *   names: [car, "traffic light"]      names:            names:
 *                                        - car             0: car
 *                                        - bus             1: bus
 */
import { kindOf } from "../../checks/describe.js";
import { DecodeError, FormatError } from "../../errors.js";
import { type Entry, entriesAt, FORMAT, keysOf, linesOf } from "./yaml.js";

/**
 * The names in the order of their indices.
 *
 * @param yaml the text of `data.yaml`
 * @throws {FormatError} FORMAT_INVALID: there is no key `names`, or an index is missing or occurs twice. FORMAT_UNSUPPORTED:
 *   the names are written in another form.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function yoloNames(yaml: string): string[] {
  if (typeof yaml !== "string") {
    throw new DecodeError("OPTION_INVALID", `the text is ${kindOf(yaml)}; give a string.`);
  }
  const lines = linesOf(yaml);
  const start = keysOf(lines).get("names");
  if (start === undefined) throw invalid("there is no key names at the start of a line.");
  return inOrder(entriesAt(lines, start));
}

function inOrder(entries: readonly Entry[]): string[] {
  const names: (string | undefined)[] = [];
  entries.forEach(([index, name], place) => {
    const at = index ?? place;
    if (at >= entries.length) throw invalid(`names: an index below ${at} is missing.`);
    if (names[at] !== undefined) throw invalid(`names: the index ${at} occurs twice.`);
    names[at] = name;
  });
  return names as string[];
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
