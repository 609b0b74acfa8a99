/** The file about a video beside the outputs of its frames. */

import type { Task } from "./sources.js";

/** An object of a video: what its numbers in the outputs stand for. */
interface VideoObject {
  readonly instance: number;
  readonly class: string;
  /** Its number within the class. */
  readonly number: number;
  readonly track: string | null;
}

/** The file that says which frames a video has, in their order, and which objects. */
export function describeVideo(job: string, frames: readonly Task[]): string {
  const objects = new Map<number, VideoObject>();
  for (const { frame } of frames) {
    for (const { instanceId, instanceNumber, className, trackId } of frame!.labels) {
      if (instanceId === 0 || objects.has(instanceId)) continue;
      objects.set(instanceId, {
        instance: instanceId,
        class: className,
        number: instanceNumber,
        track: trackId,
      });
    }
  }
  const listed = frames.map(({ job: name, frame }) => ({ name, frame: frame!.id }));
  const sorted = [...objects.values()].sort((a, b) => a.instance - b.instance);
  return `${JSON.stringify({ job, frames: listed, objects: sorted }, null, 1)}\n`;
}
