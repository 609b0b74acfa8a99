/**
 * The quick judge, a process of its own, since a changed module may never come back:
 *
 *   node test/mutation/judge.mjs CASES MODULE
 *
 * Decodes the cases with the module and ends with 0 if each gives what is expected, or with 1 at the first that does not.
 */
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { decodeMaskSync, init } from "../../dist/all.js";
import { decodeIds } from "../../dist/decode/decode-ids.js";
import { outcomeOf } from "./cases.mjs";

const [casesFile, moduleFile] = process.argv.slice(2);
const cases = deserialize(readFileSync(casesFile));
process.exit((await findDifference()) ? 1 : 0);

async function findDifference() {
  try {
    await init({ wasm: readFileSync(moduleFile) });
    for (const each of cases) {
      const outcome = await outcomeOf({ decodeMaskSync, decodeIds }, each);
      if (outcome !== each.expected) return say(`${each.call}: ${each.name}`);
    }
    return false;
  } catch (error) {
    return say(`${error}`);
  }
}

function say(what) {
  console.log(what);
  return true;
}
