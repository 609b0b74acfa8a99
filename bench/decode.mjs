/** How long each contender takes for a mask, in each loop. Labels are compared with the expected ones before. */
import { findContenders, startContender } from "./children.mjs";
import { ALLOCATING, contendersOf, isYardstick, LOOPS, OWN, REUSED, STEADY } from "./contenders.mjs";
import { measure, roundAll } from "./measure.mjs";

/**
 * @typedef {Record<string, import("./measure.mjs").Times>} ByContender
 * @typedef {{ mask: string, title: string, width: number, height: number, labels: number, bytes: number, isReal: boolean,
 *   steady: ByContender, allocating: ByContender, leftOut: Record<string, string> }} Measured
 *   `labels`: of the legend; `leftOut`: contenders that are wrong on this mask, or cannot read it
 */

/**
 * @param {boolean} full with the slower peers
 * @returns {{ benchMask: (mask: object, only?: object) => Promise<Measured>, versions: Record<string, string>,
 *   leftOut: Record<string, string> }} `versions` of those that are no npm packages, filled by `benchMask`; `leftOut`:
 *   contenders that are not installed
 */
export function prepareContenders(full, rounds) {
  const names = contendersOf(full);
  const { commands, leftOut } = findContenders([...new Set(Object.values(names).flat())]);
  const versions = {};

  /** `only` names the contenders of each loop, if not all take part. */
  async function benchMask(mask, only = names) {
    const { name, title, width, height, png, colors, isReal } = mask;
    const cannot = {};
    const measured = {};
    const children = [];
    for (const loop of LOOPS) {
      for (const contender of only[loop].filter((each) => each in commands)) {
        const child = await startContender([...commands[contender], loop], mask);
        children.push(child);
        if (child.version === "cannot") cannot[contender] = "cannot";
        else if (!isYardstick(contender) && !mask.isRight(child.labels)) cannot[contender] = "wrong";
        else measured[`${loop}: ${contender}`] = child.time;
        if (!/^(ready|cannot)$/.test(child.version)) versions[contender] = child.version;
      }
    }
    const times = await measure(measured, rounds);
    for (const child of children) child.close();
    const of = (loop) =>
      Object.fromEntries(
        only[loop]
          .filter((contender) => `${loop}: ${contender}` in times)
          .map((contender) => [contender, roundAll(times[`${loop}: ${contender}`])]),
      );
    const [steady, allocating] = [of(STEADY), of(ALLOCATING)];
    if (!allocating[OWN] || !steady[REUSED]) throw new Error(`${title}: our own labels are wrong`);
    return {
      ...{ mask: name, title, width, height, labels: colors.length, bytes: png.length, isReal },
      ...{ steady, allocating, leftOut: cannot },
    };
  }
  return { benchMask, versions, leftOut };
}
