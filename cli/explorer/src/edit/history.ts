/** The steps of edits, which can be undone and redone. Plain data. */

export interface Step<State> {
  /** What was done, for people: `Rename car # 1`. */
  readonly title: string;
  /** What it led to. */
  readonly state: State;
}

export interface History<State> {
  /** Before the first step. */
  readonly first: State;
  readonly steps: readonly Step<State>[];
  /** How many of the steps are done. Those after them can be redone. */
  readonly done: number;
}

export function begin<State>(first: State): History<State> {
  return { first, steps: [], done: 0 };
}

export function present<State>({ first, steps, done }: History<State>): State {
  return done === 0 ? first : steps[done - 1]!.state;
}

/** Steps that were undone can no longer be redone. A step that changes nothing is not added. */
export function add<State>(history: History<State>, title: string, state: State): History<State> {
  if (state === present(history)) return history;
  const steps = [...history.steps.slice(0, history.done), { title, state }];
  return { ...history, steps, done: steps.length };
}

export function undone<State>(history: History<State>): History<State> {
  return history.done === 0 ? history : { ...history, done: history.done - 1 };
}

export function redone<State>(history: History<State>): History<State> {
  return history.done === history.steps.length ? history : { ...history, done: history.done + 1 };
}

/** The step that `undone` takes back; `undefined` if there is none. */
export function lastStep<State>({ steps, done }: History<State>): Step<State> | undefined {
  return steps[done - 1];
}

/** The step that `redone` brings back; `undefined` if there is none. */
export function nextStep<State>({ steps, done }: History<State>): Step<State> | undefined {
  return steps[done];
}
