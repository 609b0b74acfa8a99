/** Numbers as people read them. */
const numbers = new Intl.NumberFormat("en");

export function formatCount(count: number): string {
  return numbers.format(count);
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A part that exists is never "0 %", however small, and a part that is not the whole is never "100 %". */
export function formatShare(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.01) return "< 0.01 %";
  return part < whole && percent >= 99.995 ? "> 99.99 %" : `${percent.toFixed(2)} %`;
}

/** A name in a title or a message. U+2068 and U+2069 keep its direction from affecting the words around it. */
export function nameInText(name: string): string {
  return `\u2068${name}\u2069`;
}

export function formatMilliseconds(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
}

/** Undefined if the browser's clock is too coarse to tell. */
export function formatSpeed(pixels: number, milliseconds: number): string | undefined {
  const megapixels = pixels / milliseconds / 1000;
  if (!Number.isFinite(megapixels)) return undefined;
  return megapixels < 1 ? "< 1 megapixel per second" : `${megapixels.toFixed(0)} megapixels per second`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const isMebibytes = bytes >= 1024 ** 2;
  return `${(bytes / (isMebibytes ? 1024 ** 2 : 1024)).toFixed(1)} ${isMebibytes ? "MiB" : "KiB"}`;
}

export function formatBox(bbox: readonly [x: number, y: number, width: number, height: number]): string {
  return `${bbox[0]}, ${bbox[1]} · ${bbox[2]} × ${bbox[3]}`;
}
