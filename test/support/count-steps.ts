/** Counts what a computation does with collections, so that a test can say how the work grows whatever the machine. */

const IN_ONE_STEP = {
  Map: [Map.prototype, ["get", "has", "set", "delete"]],
  Set: [Set.prototype, ["add", "has", "delete"]],
  "Map iterator": [Object.getPrototypeOf(new Map().keys()), ["next"]],
  "Set iterator": [Object.getPrototypeOf(new Set().keys()), ["next"]],
  "Array iterator": [Object.getPrototypeOf([].values()), ["next"]],
} as const;
const IN_A_STEP_AN_ITEM = [
  ...["every", "filter", "find", "findIndex", "flatMap", "forEach", "includes", "indexOf"],
  ...["lastIndexOf", "map", "reduce", "slice", "some", "splice"],
];

/** @returns how many items of maps, sets and arrays `action` has looked at, without those of sorting. */
export function countSteps(action: () => void): number {
  let steps = 0;
  const restore: (() => void)[] = [];
  const watch = (prototype: object, name: string, stepsOf: (self: unknown) => number) => {
    const methods = prototype as Record<string, (...values: unknown[]) => unknown>;
    const method = methods[name]!;
    methods[name] = function (this: unknown, ...values: unknown[]) {
      steps += stepsOf(this);
      return Reflect.apply(method, this, values);
    };
    restore.push(() => {
      methods[name] = method;
    });
  };
  for (const [prototype, names] of Object.values(IN_ONE_STEP)) {
    for (const name of names) watch(prototype, name, () => 1);
  }
  for (const name of IN_A_STEP_AN_ITEM) watch(Array.prototype, name, (self) => (self as unknown[]).length);
  try {
    action();
  } finally {
    for (const undo of restore.reverse()) undo();
  }
  return steps;
}
