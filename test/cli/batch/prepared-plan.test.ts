/** A thread reads a legend once, and gives no mask the legend of another. */
import { planOutput } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { PreparedPlan } from "../../../cli/src/batch/prepared-plan.js";

const legendOf = (place: number) =>
  JSON.stringify({
    legend: { "#000000": "road", [`#${(place + 1).toString(16).padStart(6, "0")}`]: `car # ${place}` },
  });
const prepare = () => new PreparedPlan(planOutput({ format: "npy" }));

describe("the legends of a plan", () => {
  it("are read once as long as they stay the same, letter by letter", () => {
    const { read } = prepare();
    const first = read({ name: "a.json", text: legendOf(1) });
    expect(read({ name: "b.json", text: legendOf(1) })).toBe(first);
    expect(read({ name: "b.json", text: `${legendOf(1)} ` })).not.toBe(first);
  });

  it("are each mask's own, however many there are and in whatever order they come", () => {
    const { read } = prepare();
    for (let turn = 0; turn < 200; turn++) {
      const place = (turn * 7) % 40;
      const legend = read({ name: "a.json", text: legendOf(place) });
      expect(legend.legend.entries.map(({ name }) => name)).toEqual(["road", `car # ${place}`]);
    }
  });

  it("are not kept if they cannot be read: each error has the name of its own file", () => {
    const prepared = prepare();
    const read = (name: string) => () => prepared.read({ name, text: "{" });
    for (const name of ["a.json", "b.json"]) expect(read(name)).toThrow(new RegExp(`^${name}`));
  });
});
