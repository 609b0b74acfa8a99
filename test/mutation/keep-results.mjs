/**
 * A reporter of Stryker: writes each result to out/mutation/ROOM.jsonl as soon as it is known. So a long run shows its
 * survivors while it goes on, and one that is stopped leaves what it has found.
 */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { relative } from "node:path";

const FOLDER = "out/mutation";
const PATH = `${FOLDER}/${process.env.MUTATED_ROOM}.jsonl`;

class KeepResults {
  onMutationTestingPlanReady() {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(PATH, "");
  }

  onMutantTested({ fileName, location, replacement, status }) {
    const file = relative(process.cwd(), fileName);
    appendFileSync(PATH, `${JSON.stringify({ file, location, replacement, status })}\n`);
  }
}

export const strykerPlugins = [{ kind: "Reporter", name: "keep-results", injectableClass: KeepResults }];

KeepResults.inject = [];
