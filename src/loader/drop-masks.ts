/** Takes masks out of what was decoded, because their photos have failed. */

import type { MaskInfo } from "../decode/described.js";
import type { RunsMap, TargetMap } from "../decode/targets.js";
import type { PlainBatch } from "./lent-map.js";
import { isTransferable } from "./platform.js";

type Decoded = TargetMap | RunsMap | PlainBatch;

/**
 * @param isKept whether the mask at a place of a batch stays. Of a single map, the place is 0.
 * @param memory receives what is not needed any more.
 * @returns `null`: no mask is left.
 */
export function dropMasks(
  maps: readonly Decoded[],
  isKept: readonly boolean[],
  memory: ArrayBuffer[],
): readonly Decoded[] | null {
  if (isKept.every(Boolean)) return maps;
  const count = isKept.filter(Boolean).length;
  const left = count === 0 ? null : maps.map((map) => shortened(map as PlainBatch, isKept, count));
  for (const map of maps) {
    if (map.map !== "runs" && isTransferable(map.data.buffer)) memory.push(map.data.buffer);
  }
  return left;
}

/** The masks that are kept, in a new array: in the old one, the others would show behind them. */
function shortened(batch: PlainBatch, isKept: readonly boolean[], count: number): PlainBatch {
  const { data, width, height } = batch;
  const pixels = width * height;
  let place = 0;
  isKept.forEach((isWanted, index) => {
    if (isWanted) data.copyWithin(place++ * pixels, index * pixels, (index + 1) * pixels);
  });
  return {
    ...batch,
    shape: [count, height, width],
    data: data.slice(0, count * pixels),
    infos: batch.infos.filter((_: MaskInfo, index: number) => isKept[index]),
  } as PlainBatch;
}
