/**
 * The columns of a Parquet file for Hugging Face's `datasets`, twice: as Parquet describes them, and as `datasets` does in the
 * metadata `huggingface` (`Features.from_arrow_schema` of datasets/features/features.py). `datasets.Image` is a struct of
 * `bytes` and `path`.
 */

import type { ParquetWriter } from "hyparquet-writer";
import type { ClassList } from "labelmap";

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Class ids above have no names in the features. The list has a name for each id from 0, so it would be too long. */
const MOST_CLASS_LABELS = 2 ** 12;

/** The name of each id from 0 on, or null if there are ids below 0 or very large ones. */
export function classLabels({ classes }: ClassList): string[] | null {
  const ids = classes.map(({ id }) => id);
  if (ids.some((id) => id < 0 || id >= MOST_CLASS_LABELS)) return null;
  const nameOf = new Map(classes.map(({ id, name }) => [id, name]));
  const used = new Set(nameOf.values());
  return Array.from({ length: Math.max(-1, ...ids) + 1 }, (_, id) => {
    let name = nameOf.get(id) ?? `unused ${id}`;
    // Names must be unique.
    while (!nameOf.has(id) && used.has(name)) name = `${name}_`;
    used.add(name);
    return name;
  });
}

/** What a mask is: a PNG of class ids, or the ids themselves. */
export type MaskColumn = "png" | "ids";

/** The value of the metadata `huggingface`. */
export function featuresOf(hasPhotos: boolean, labels: readonly string[] | null, masks: MaskColumn): string {
  const value = (dtype: string) => ({ dtype, _type: "Value" });
  const image = { _type: "Image" };
  const features = {
    name: value("string"),
    ...(hasPhotos && { image }),
    mask: masks === "png" ? image : { feature: value("int32"), _type: "Sequence" },
    width: value("int32"),
    height: value("int32"),
    classes: {
      // Newer versions of `datasets` call it List, and read both.
      feature: labels === null ? value("int64") : { names: labels, _type: "ClassLabel" },
      _type: "Sequence",
    },
  };
  return JSON.stringify({ info: { features } });
}

/** The columns as Parquet has them (parquet-format, "LogicalTypes.md"). */
export function schemaOf(hasPhotos: boolean, masks: MaskColumn): SchemaElement[] {
  const text = (name: string): SchemaElement => ({
    ...{ name, type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
    repetition_type: "OPTIONAL",
  });
  const image = (name: string): SchemaElement[] => [
    { name, num_children: 2, repetition_type: "OPTIONAL" },
    { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
    text("path"),
  ];
  const listOf = (name: string, type: "INT32" | "INT64"): SchemaElement[] => [
    {
      ...{ name, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
      repetition_type: "OPTIONAL",
    },
    { name: "list", num_children: 1, repetition_type: "REPEATED" },
    { name: "element", type, repetition_type: "OPTIONAL" },
  ];
  const columns: SchemaElement[][] = [
    [text("name")],
    ...(hasPhotos ? [image("image")] : []),
    masks === "png" ? image("mask") : listOf("mask", "INT32"),
    [{ name: "width", type: "INT32", repetition_type: "OPTIONAL" }],
    [{ name: "height", type: "INT32", repetition_type: "OPTIONAL" }],
    listOf("classes", "INT64"),
  ];
  return [{ name: "schema", num_children: columns.length }, ...columns.flat()];
}
