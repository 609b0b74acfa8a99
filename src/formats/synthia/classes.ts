/**
 * The class ids of SYNTHIA's two releases, as their README files list them, with names in lower case. 0 is void. Ids up to
 * 11, and 15, mean the same in both; 12 does not.
 */

import type { NamedId } from "../shared/named-ids.js";

/** Which release a data set is of. */
export type SynthiaVersion = "rand-cityscapes" | "sequences";

/** README of SYNTHIA-RAND-CITYSCAPES, 26 June 2016. Wall and lanemarking have the same colour there. */
const RAND_CITYSCAPES = [
  ["#4682b4", "sky"],
  ["#464646", "building"],
  ["#804080", "road"],
  ["#f423e8", "sidewalk"],
  ["#404080", "fence"],
  ["#6b8e23", "vegetation"],
  ["#999999", "pole"],
  ["#00008e", "car"],
  ["#dcdc00", "traffic sign"],
  ["#dc143c", "pedestrian"],
  ["#770b20", "bicycle"],
  ["#0000e6", "motorcycle"],
  ["#faaaa0", "parking-slot"],
  ["#804040", "road-work"],
  ["#faaa1e", "traffic light"],
  ["#98fb98", "terrain"],
  ["#ff0000", "rider"],
  ["#000046", "truck"],
  ["#003c64", "bus"],
  ["#005064", "train"],
  ["#66669c", "wall"],
  ["#66669c", "lanemarking"],
] as const;

/** README of SYNTHIA-SEQS-04-DAWN, 26 June 2016. 13 and 14 are reserved there. */
const SEQUENCES = [
  ["#808080", "sky"],
  ["#800000", "building"],
  ["#804080", "road"],
  ["#0000c0", "sidewalk"],
  ["#404080", "fence"],
  ["#808000", "vegetation"],
  ["#c0c080", "pole"],
  ["#400080", "car"],
  ["#c08080", "traffic sign"],
  ["#404000", "pedestrian"],
  ["#0080c0", "bicycle"],
  ["#00ac00", "lanemarking"],
  undefined,
  undefined,
  ["#008080", "traffic light"],
] as const;

export const SYNTHIA_IDS: Readonly<Record<SynthiaVersion, readonly NamedId[]>> = {
  "rand-cityscapes": idsOf(RAND_CITYSCAPES),
  sequences: idsOf(SEQUENCES),
};

function idsOf(rows: readonly (readonly [color: string, name: string] | undefined)[]): readonly NamedId[] {
  return rows.flatMap((row, place) =>
    row === undefined ? [] : { id: place + 1, color: row[0], name: row[1] },
  );
}
