/**
 * Numbers the objects of a video so that each keeps its numbers in all frames. The numbers follow the order in which the
 * objects first appear: frame by frame, and within a frame in the order of the legend.
 */
import { NUMBERED_NAME } from "../legend/legend.js";
import type { Identity } from "../legend/result.js";

/** What an entry of a frame's legend is within the video. */
export interface FrameLabel {
  /** `car # 2` with the number that the object has in all frames. For stuff, the legend's text. */
  readonly name: string;
  readonly className: string;
  /** The object's number within its class: the second car of the video is 2 in all frames. 0 is stuff. */
  readonly instanceNumber: number;
  /** The object's number within the video, over all classes: 1, 2, 3, … 0 is stuff. */
  readonly instanceId: number;
  /** `null` if no annotation says. */
  readonly trackId: string | null;
  /** The track's id. If there is none, the id of the annotation or instance. */
  readonly sourceId: string | null;
  readonly attributes: readonly unknown[];
}

/** The fields of an annotation that a label takes over. */
interface Annotated {
  readonly _id: string | null;
  readonly track_id: string | null;
  readonly attributes: readonly unknown[];
}

export class TrackNumbers {
  readonly #objects = new Map<string, Pick<FrameLabel, "instanceNumber" | "instanceId">>();
  readonly #countOfClass = new Map<string, number>();
  readonly #classOfTrack = new Map<string, string>();

  /** The label of a legend's entry. The first call for an object numbers it. */
  label(name: string, identity: Identity, annotation: Annotated | undefined): FrameLabel {
    const { className, instanceNumber, sourceId, attributes } = identity;
    const trackId = annotation?.track_id ?? null;
    const facts = {
      className,
      trackId,
      sourceId: trackId ?? annotation?._id ?? sourceId,
      attributes: annotation?.attributes ?? attributes,
    };
    // A region of a class that nobody counts: `road`, or the `car` beside `car # 1`.
    if (instanceNumber === 0) return { name, instanceNumber: 0, instanceId: 0, ...facts };
    const baseName = NUMBERED_NAME.exec(name)?.[1] ?? name;
    // Without a track, the legend's text is all that says which object it is.
    const object =
      trackId === null ? ["name", className, baseName, instanceNumber] : ["track", className, trackId];
    const numbers = this.#numbersOf(JSON.stringify(object), className);
    return { name: `${baseName} # ${numbers.instanceNumber}`, ...numbers, ...facts };
  }

  /** Whether the track was first seen with another class. */
  isSecondClass(trackId: string, className: string): boolean {
    const first = this.#classOfTrack.get(trackId);
    if (first === undefined) this.#classOfTrack.set(trackId, className);
    return first !== undefined && first !== className;
  }

  #numbersOf(object: string, className: string) {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const instanceNumber = (this.#countOfClass.get(className) ?? 0) + 1;
    this.#countOfClass.set(className, instanceNumber);
    const numbers = { instanceNumber, instanceId: this.#objects.size + 1 };
    this.#objects.set(object, numbers);
    return numbers;
  }
}
