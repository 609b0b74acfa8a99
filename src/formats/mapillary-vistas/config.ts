/** The configuration of Mapillary Vistas: its `labels` are the classes, in the order of their ids. */

import { kindOf, quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import type { NamedId } from "../shared/named-ids.js";

/**
 * The classes of `config_v2.0.json`, `config_v1.2.json` or `config.json`. A class is called by its `name`, such as
 * `object--vehicle--car`, and its group is what comes before the last `--`.
 *
 * @param path what messages call the file
 * @throws {FormatError} FORMAT_INVALID: no list of labels, or a label without a name, with a name that another one has, or
 *   with a colour that is not three integers from 0 to 255.
 */
export function vistasClasses(config: unknown, path: string): NamedId[] {
  const labels = arrayAt(objectAt(config, "the file", path).labels, "labels", path);
  if (labels.length === 0)
    throw new FormatError("FORMAT_INVALID", path, "labels: is empty; list the classes.");
  const placeOfName = new Map<string, number>();
  return labels.map((label, id): NamedId => {
    const where = `labels[${id}]`;
    const { name, instances, color } = objectAt(label, where, path);
    if (typeof name !== "string" || name === "")
      throw invalid(path, `${where}.name: is ${kindOf(name)}; make it a name.`);
    const other = placeOfName.get(name);
    if (other !== undefined) {
      throw invalid(
        path,
        `${where}.name: is ${quote(name)} like labels[${other}]; give each class a name of its own.`,
      );
    }
    placeOfName.set(name, id);
    return {
      ...{ id, name, isVoid: isVoid(name) },
      ...groupOf(name),
      ...(typeof instances === "boolean" && { isThing: instances }),
      ...(color !== undefined && { color: hexOf(color, `${where}.color`, path) }),
    };
  });
}

/** What comes before the last `--` of a name. */
export function groupOf(name: string): { readonly supercategory?: string } {
  const end = name.lastIndexOf("--");
  return end > 0 ? { supercategory: name.slice(0, end) } : {};
}

const isVoid = (name: string) => /^(?:void--)?unlabell?ed$/i.test(name);

function hexOf(color: unknown, where: string, path: string): string {
  const samples = arrayAt(color, where, path).map((value, place) =>
    integerAt(value, `${where}[${place}]`, path, 0, 255),
  );
  if (samples.length !== 3)
    throw invalid(path, `${where}: has ${samples.length} numbers; give red, green and blue.`);
  return `#${samples.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

const invalid = (path: string, problem: string) => new FormatError("FORMAT_INVALID", path, problem);
