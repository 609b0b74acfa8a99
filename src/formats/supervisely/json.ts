/**
 * What Supervisely's JSON files hold: an annotation per image and a `meta.json` per project. The names are those of
 * Supervisely's SDK for Python, 6.73 (supervisely/annotation/label.py, supervisely/geometry).
 */

/** The format's name in messages. */
export const FORMAT = "Supervisely";

/** A figure of an object. */
export interface SuperviselyObject {
  /** The name of the class, which `meta.json` describes. */
  readonly classTitle: string;
  readonly description: string;
  readonly tags: readonly object[];
  readonly geometryType: "bitmap" | "polygon";
  /** Figures of a class with the same key are one object. */
  readonly instance?: string;
  /** Of a bitmap: a PNG, deflated by zlib, in base64; and the pixel of the image where its top left pixel is. */
  readonly bitmap?: { readonly origin: readonly [x: number, y: number]; readonly data: string };
  /** Of a polygon: the outline and its holes. A point is the centre of a pixel, and is a pixel of the ring's area. */
  readonly points?: {
    readonly exterior: readonly (readonly [x: number, y: number])[];
    readonly interior: readonly (readonly (readonly [x: number, y: number])[])[];
  };
}

/** The file of one image: `ann/IMAGE.json`. */
export interface SuperviselyAnnotation {
  readonly description: string;
  readonly tags: readonly object[];
  readonly size: { readonly height: number; readonly width: number };
  readonly objects: readonly SuperviselyObject[];
}

/** The file of a project: `meta.json`. */
export interface SuperviselyMeta {
  readonly classes: readonly {
    readonly title: string;
    /** The type of all figures of the class. */
    readonly shape: string;
    /** `#RRGGBB` */
    readonly color: string;
    readonly geometry_config: object;
    readonly hotkey: string;
  }[];
  readonly tags: readonly object[];
  readonly projectType: "images";
}
