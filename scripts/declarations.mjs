/**
 * Declarations that TypeScript 5.4 reads too. Since 5.7, typed arrays say what buffer they have: `Uint8Array<ArrayBuffer>`.
 * Before, they have no such parameter. `of` of each array's constructor returns the one or the other.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Rewrites all declarations in a folder. */
export function makePortable(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const portable = text
      .replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<$1Constructor["of"]>')
      .replace(/\b(\w+Array)<ArrayBufferLike>/g, "$1");
    if (portable !== text) writeFileSync(file, portable);
  }
}

/** A declaration as people read it, with the arrays written as in the source. */
export function readable(declaration) {
  return declaration.replace(/ReturnType<(\w+Array)Constructor\["of"\]>/g, "$1<ArrayBuffer>");
}
