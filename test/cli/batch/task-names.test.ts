/** Tasks whose files would have the same names are found before any file is made. */
import { expect, it } from "vitest";
import type { Task } from "../../../cli/src/batch/sources.js";
import { TaskNames } from "../../../cli/src/batch/task-names.js";

const frameOf = (video: string, id: string) =>
  ({ job: `${video}_${id}`, video, frame: { id } }) as unknown as Task;

it("takes a frame twice for the same frame, and never for a job or the frame of another video", () => {
  const names = new TaskNames();
  expect(names.add(frameOf("a", "b_c"))).toBeUndefined();
  expect(names.add(frameOf("a", "b_c"))).toBe("known");
  expect(() => names.add(frameOf("a_b", "c"))).toThrow(
    'frame "c" of video "a_b" and frame "b_c" of video "a" would have the same files; use a separate output directory',
  );
  expect(() => names.add({ job: "a_b_c" })).toThrow('job "a_b_c" and frame "b_c" of video "a" would have');
  expect(names.add({ job: "d_e" })).toBeUndefined();
  expect(names.add({ job: "d_e" })).toBe("known");
  expect(() => names.add(frameOf("d", "e"))).toThrow('frame "e" of video "d" and job "d_e" would have');
});
