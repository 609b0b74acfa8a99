import type { Issue } from "labelmap";

/** How many issues there are. A long list ends with the number of those that it leaves out. */
export function issueCount(issues: readonly Issue[]): number {
  return issues.reduce((sum, { omitted }) => {
    return (
      sum + (omitted === undefined ? 1 : Object.values(omitted).reduce((total, count) => total + count, 0))
    );
  }, 0);
}
