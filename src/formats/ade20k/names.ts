/** The names of ADE20K's classes: in the JSON or text beside each image, and in `objectInfo150.txt` of the challenge. */

import { quote } from "../../checks/describe.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import type { NamedId } from "../shared/named-ids.js";

/**
 * The names of class ids in an image's JSON, which the data set has since 2021: an object's `name_ndx` is the class id in
 * the PNG, and `name` its synonyms: `car, auto, automobile, machine, motorcar`. Parts of objects are left out.
 *
 * @param path what messages call the file
 * @throws {FormatError} FORMAT_INVALID: not the JSON of ADE20K, or an id has two names.
 */
export function namesInJson(json: unknown, path: string): ReadonlyMap<number, string> {
  const annotation = objectAt(objectAt(json, "the file", path).annotation, "annotation", path);
  const names = new Map<number, string>();
  arrayAt(annotation.object, "annotation.object", path).forEach((item, place) => {
    const where = `annotation.object[${place}]`;
    const { name, name_ndx: id, parts } = objectAt(item, where, path);
    const { part_level: level } = objectAt(parts, `${where}.parts`, path);
    if ((typeof level === "number" || typeof level === "string") && Number(level) > 0) return;
    if (typeof name !== "string" || name === "")
      throw invalid(path, `${where}.name: is no text; name the class.`);
    const classId = integerAt(id, `${where}.name_ndx`, path);
    const known = names.get(classId) ?? name;
    if (known !== name)
      throw invalid(path, `${where}: ${classId} is ${quote(name)}, but ${quote(known)} before.`);
    names.set(classId, name);
  });
  return names;
}

/** The name of each whole object in an image's `_atr.txt`, which the data set had until 2016, in the order of the objects. */
export function namesInText(text: string, path: string): readonly string[] {
  const objects = text.split(/\r?\n/).flatMap((line, place) => {
    if (line.trim() === "") return [];
    // Number of the object # level of the part, 0 for objects # occluded # class # name as annotated # "attributes"
    const fields = line.split("#").map((field) => field.trim());
    const [number, level, , name] = fields;
    if (fields.length < 5 || !/^\d+$/.test(number!) || !/^\d+$/.test(level!) || !name) {
      throw invalid(
        path,
        `line ${place + 1}: is ${quote(line)}; write number # level # occluded # class # name # attributes.`,
      );
    }
    return level === "0" ? [{ number: Number(number), name }] : [];
  });
  return objects.sort((a, b) => a.number - b.number).map(({ name }) => name);
}

/**
 * The names of class ids, from the names of the objects. The n-th object of the text has the n-th number in the PNG, as
 * `loadAde20K` pairs them. This fails if an object has no pixel. Then no name is sure.
 */
export function namesOfObjects(
  map: LabelMap,
  objects: readonly string[],
  path: string,
): { readonly names: ReadonlyMap<number, string>; readonly issues: readonly Issue[] } {
  const numbers = [...new Set(map.labels.map(({ instanceNumber }) => instanceNumber))]
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
  const nameOfNumber = new Map(numbers.map((number, place) => [number, objects[place]!]));
  const names = new Map<number, string>();
  let isSure = numbers.length === objects.length;
  for (const { classId, instanceNumber } of map.labels) {
    if (!isSure || instanceNumber === 0) continue;
    const name = nameOfNumber.get(instanceNumber)!;
    isSure = (names.get(classId as number) ?? name) === name;
    names.set(classId as number, name);
  }
  if (isSure) return { names, issues: [] };
  const message = `${path}: names ${objects.length} objects, which do not fit the ${numbers.length} of the PNG, so the classes are called by their ids.`;
  return { names: new Map(), issues: [{ code: "names-unclear", message, path }] };
}

/**
 * The classes of `objectInfo150.txt`, a table with the columns `Idx` and `Name`, and perhaps `Stuff`. A name is the first of
 * its synonyms, unless another class has it.
 *
 * @throws {FormatError} FORMAT_INVALID: a column is missing, or a line has no id or no name.
 */
export function classesInTable(text: string, path: string): NamedId[] {
  const [head = "", ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const columns = head.split("\t").map((column) => column.trim().toLowerCase());
  const [idAt, nameAt, stuffAt] = ["idx", "name", "stuff"].map((column) => columns.indexOf(column)) as [
    number,
    number,
    number,
  ];
  if (idAt < 0 || nameAt < 0)
    throw invalid(path, "line 1: lacks the columns Idx and Name, separated by tabs.");
  const taken = new Set<string>();
  const classes = lines.map((line, place): NamedId => {
    const fields = line.split("\t").map((field) => field.trim());
    const [id, synonyms] = [fields[idAt] ?? "", fields[nameAt] ?? ""];
    if (!/^\d{1,9}$/.test(id) || synonyms === "") {
      throw invalid(path, `line ${place + 2}: is ${quote(line)}; write an id and a name.`);
    }
    const first = synonyms.split(/[,;]/)[0]!.trim();
    const name = first === "" || taken.has(first) ? synonyms : first;
    taken.add(name);
    const stuff = fields[stuffAt];
    return { id: Number(id), name, ...((stuff === "0" || stuff === "1") && { isThing: stuff === "0" }) };
  });
  return classes.sort((a, b) => a.id - b.id);
}

const invalid = (path: string, problem: string) => new FormatError("FORMAT_INVALID", path, problem);
