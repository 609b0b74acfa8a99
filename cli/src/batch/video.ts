/**
 * A video of the vendor as tasks: one for each frame. A frame's files are named after the video's job and the frame, such as
 * `video-00001_frame-00001`, because the frames of two videos may have equal ids.
 *
 * An object has the same number in all frames. The numbers come from the video's result, which is read once, so frames can
 * be downloaded and decoded in any order.
 */

import type { ClassBy } from "labelmap";
import { isVideoResult, parseVideoResult, type VideoFrame } from "labelmap/playment";
import type { Task } from "./sources.js";

/** The name of a frame's files. */
export function frameName(video: string, frame: string): string {
  return `${video}_${frame}`;
}

/**
 * @param text the video's result
 * @throws what `parseVideoResult` throws
 */
export function framesOf(text: string, { job, project, photo }: Task, classBy: ClassBy): Task[] {
  return parseVideoResult(text, { classBy }).frames.map((frame) => {
    const name = frameName(job, frame.id);
    return {
      job: name,
      ...(project === undefined ? {} : { project }),
      // The name of a photo has the job's id where that of a frame has the frame's name.
      ...(photo === undefined ? {} : { photo: photo.replaceAll(job, () => name) }),
      video: job,
      frame,
    };
  });
}

/** The result of one frame, in the vendor's form for images: its legend, its instances and its URL. */
export function resultOfFrame({ id, url, result }: VideoFrame): string {
  const { legend, instances } = result;
  return JSON.stringify({
    frame_id: id,
    legend: Object.fromEntries(legend.entries.map(({ key, name }) => [key, name])),
    ...(instances === null ? {} : { instances }),
    ...(url === null ? {} : { url: withoutQuery(url) }),
  });
}

/** The result of a video without the signatures of its URLs: with them, anyone who reads the file could open the masks. */
export function withoutSignatures(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "string" && /^https?:/i.test(value) ? withoutQuery(value) : value,
  );
}

export function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, "");
}

/** The legend of each frame of a kept video, as the text of a result; the text itself if it is no video's. */
export function resultsIn(text: string): readonly string[] {
  // Results of images are many, and are not parsed twice.
  if (!text.includes("frame_id")) return [text];
  try {
    if (!isVideoResult(JSON.parse(text))) return [text];
    return parseVideoResult(text).frames.map(resultOfFrame);
  } catch {
    // The job fails later, and says why.
    return [];
  }
}
