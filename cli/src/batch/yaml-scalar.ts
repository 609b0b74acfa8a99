/**
 * A text as a double-quoted scalar of YAML, which every YAML reader gives back unchanged.
 *
 * JSON's escapes are YAML's escapes too. But YAML 1.1, which PyYAML reads, allows fewer characters than JSON (section 4.1.1
 * "Character Set" of the YAML 1.1 specification): no C1 control characters, no U+FFFE and U+FFFF. U+0085, U+2028 and U+2029
 * are line breaks there, and a byte order mark is dropped. JSON.stringify and the package `yaml` (2.9) write them as they
 * are, and PyYAML refuses the file or changes the text. So they are escaped here.
 */
export function yamlScalar(text: string): string {
  return JSON.stringify(text).replace(NOT_AS_IS, escapeOf);
}

/** All but the printable characters of YAML 1.1. Half of a UTF-16 pair is already escaped by `JSON.stringify`. */
const NOT_AS_IS = /[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
