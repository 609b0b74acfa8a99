/** Text of unknown origin made safe for a terminal: class names of a legend may hold escape sequences. */

/**
 * Control characters (C0, DEL, C1: with 0x9b, too, sequences start), line separators, and the marks that turn the
 * direction of text, so that a name could read as another. Joiners stay: Indic scripts and emoji need them.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * `text` with its unsafe characters written as in JSON, `\u001b`; JSON text thus stays the same JSON.
 *
 * @param kept characters that may stay: a newline where the text is more than a line.
 */
export function printable(text: string, kept = ""): string {
  return text.replace(UNSAFE, (character) =>
    kept.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
