/** Functions for the loader's steps, known in the tests' threads. */

/** @param {typeof import("../../src/loader/index.js").addStep} addStep */
export function addSteps(addStep) {
  addStep("add", ({ data }, { options, target }) => {
    for (let pixel = 0; pixel < data.length; pixel++) data[pixel] += options + target;
  });
  addStep("draw a random number", ({ data }, { random }) => void data.fill(Math.floor(random() * 2 ** 30)));
  addStep("throw", ({ data }, { name }) => {
    data.fill(77);
    if (name === "mask 1") throw new TypeError("see https://example.org/?key=secret");
  });
  addStep("return", ({ data }) => data);
  addStep("replace", (map) => {
    map.data = map.data.map((value) => value + 1);
  });
  addStep("transfer", ({ data }, { name }) => {
    if (name === "mask 1") structuredClone(data, { transfer: [data.buffer] });
  });
}
