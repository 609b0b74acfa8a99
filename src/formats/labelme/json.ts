/** What a JSON file of LabelMe holds (labelme 5, `LabelFile.save` and `ShapeDict` in labelme/_label_file.py at 00385ce). */

/** The format's name in messages. */
export const FORMAT = "LabelMe";

/** A shape that somebody drew. */
export interface LabelMeShape {
  /** The name of the class. */
  readonly label: string;
  /** `[x, y]` in pixels; (0, 0) is the image's top left corner. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Shapes of a label with the same number are one object. `null`: the shape is an object of its own. */
  readonly group_id: number | null;
  readonly description: string;
  readonly shape_type: string;
  readonly flags: Readonly<Record<string, boolean>>;
  /** Of a shape of the type `mask`: a PNG in base64, from the first point up to and including the second. */
  readonly mask: string | null;
}

/** The file of one image. */
export interface LabelMeFile {
  readonly version: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly shapes: readonly LabelMeShape[];
  /** The path of the photograph, from the folder of this file. */
  readonly imagePath: string;
  /** The bytes of the photograph in base64, or `null`. LabelMe then reads `imagePath`. */
  readonly imageData: string | null;
  readonly imageHeight: number;
  readonly imageWidth: number;
}
