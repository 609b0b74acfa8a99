/** The encoding and the form are a part of an output's options, so that another encoding is another output. */
import { planOutput } from "labelmap-cli/batch";
import { expect, it } from "vitest";
import { parsePlan } from "../../../cli/src/batch/output-plan.js";

const idOf = (options: object) => planOutput({ format: "npy", ...options } as never).id;

it("has another id for each encoding and form, and the same id without them", () => {
  const options = [
    {},
    { encoding: "colors" },
    { encoding: "grey" },
    { encoding: { channels: "grey", divisor: 1000 } },
    { encoding: { channels: "grey", divisor: 256 } },
    { form: "ids to names" },
    { snap: { to: "neighbours" } },
    { snap: { to: "neighbours", maxDistance: 5 } },
    { snap: { maxDistance: 5 } },
  ];
  expect(new Set(options.map(idOf)).size).toBe(options.length);
  expect(idOf({ encoding: undefined, form: undefined })).toBe(idOf({}));
  // Outputs that were made before there were encodings stay up to date.
  expect(idOf({})).toBe("e0e82bee14ce998a");
});

it("travels to the workers of a cluster as a part of the plan", () => {
  const plan = planOutput({ format: "png", encoding: "kitti", form: "list of objects" });
  expect(parsePlan(JSON.stringify(plan), plan.id)).toEqual(plan);
  expect([plan.decode.encoding, plan.form]).toEqual(["kitti", "list of objects"]);
  const forged = { ...plan, decode: { ...plan.decode, encoding: "grey" } };
  expect(parsePlan(JSON.stringify(forged), plan.id)).toBeUndefined();
});

it.each([
  [{ encoding: "gray" }, /encoding must be one of colors, palette-index, grey/],
  [{ encoding: { channels: "x" } }, /channels/],
  [{ form: "csv" }, /form must be one of COCO categories/],
  [{ encoding: "grey", snap: { maxDistance: 3 } }, /snap is for colours/],
])("refuses %j", (options, expected) => {
  expect(() => planOutput({ format: "npy", ...options } as never)).toThrowError(
    expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(expected) }),
  );
});
