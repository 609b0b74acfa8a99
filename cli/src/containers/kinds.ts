/** Recognises the container of a mask by its first bytes. The ending of its name counts for nothing but a warning. */

/** The containers whose masks are read. */
export type ContainerKind = "png" | "tiff" | "bmp" | "webp" | "gif" | "jpeg";

interface Container {
  /** What messages call it. */
  readonly title: string;
  /** The endings of its files, in lower case and with the dot. */
  readonly endings: readonly string[];
  /** Its first bytes, in hexadecimal. */
  readonly head: RegExp;
}

export const CONTAINERS: Readonly<Record<ContainerKind, Container>> = {
  png: { title: "PNG", endings: [".png"], head: /^89504e470d0a1a0a/ },
  // The order of the bytes, and then 42, or 43 for BigTIFF.
  tiff: { title: "TIFF", endings: [".tif", ".tiff"], head: /^49492[ab]00|^4d4d002[ab]/ },
  // "BM", and the sizes that the second header may have. A text that begins with BM is no BMP.
  bmp: { title: "BMP", endings: [".bmp", ".dib"], head: /^424d.{24}(?:0c|28|34|38|40|6c|7c)000000/ },
  webp: { title: "WebP", endings: [".webp"], head: /^52494646.{8}57454250/ },
  gif: { title: "GIF", endings: [".gif"], head: /^474946383[79]61/ },
  jpeg: { title: "JPEG", endings: [".jpg", ".jpeg", ".jfif"], head: /^ffd8ff/ },
};

/** The most bytes that recognition needs. */
export const HEAD_BYTES = 18;

/** @returns null if the bytes are of none of the containers. */
export function kindOfBytes(bytes: Uint8Array): ContainerKind | null {
  const hex = [...bytes.subarray(0, HEAD_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return find(({ head }) => head.test(hex));
}

/** @returns null if no container has the ending. */
export function kindOfName(name: string): ContainerKind | null {
  const ending = /\.[^./]+$/.exec(name.toLowerCase())?.[0] ?? "";
  return find(({ endings }) => endings.includes(ending));
}

function find(isIt: (container: Container) => boolean): ContainerKind | null {
  const found = Object.entries(CONTAINERS).find(([, container]) => isIt(container));
  return found === undefined ? null : (found[0] as ContainerKind);
}
