/** What docs/environments.md says of a Node process that imports `labelmap` and `labelmap/browser`. */
import { expect, it } from "vitest";
import { runNode } from "../support/run-node.js";

it("has two sets of error classes, and equal codes", () => {
  const program = `
    import * as node from "labelmap";
    import * as browser from "labelmap/browser";
    const errors = await Promise.all(
      [node, browser].map(({ decodeMask }) => decodeMask(new Uint8Array(9), { legend: {} }).catch((error) => error)),
    );
    const isOf = ({ LabelMapError }) => errors.map((error) => error instanceof LabelMapError);
    console.log(JSON.stringify([isOf(node), isOf(browser), errors.map(({ code }) => code)]));`;
  const printed = runNode(["--input-type=module", "--eval", program], {});
  expect(JSON.parse(printed)).toEqual([
    [true, false],
    [false, true],
    ["PNG_SIGNATURE", "PNG_SIGNATURE"],
  ]);
});
