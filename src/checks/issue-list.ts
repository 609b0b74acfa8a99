/** Issues without end would take gigabytes: a result may have a million instances, and each may have several defects. */
import type { Issue } from "../errors.js";

const MOST_LISTED = 100;

/** Keeps the first hundred issues, and counts the others by code. */
export class IssueList {
  private readonly listed: Issue[] = [];
  private readonly omitted = new Map<string, number>();

  /** @param issues what other lists have returned. */
  constructor(...issues: readonly Issue[]) {
    for (const issue of issues) {
      if (issue.omitted === undefined) this.add(issue.code, () => issue);
      else for (const [code, count] of Object.entries(issue.omitted)) this.omit(code, count);
    }
  }

  /** @param describe is called only if the issue is listed. */
  add(code: string, describe: () => Issue): void {
    if (this.listed.length < MOST_LISTED) this.listed.push(describe());
    else this.omit(code, 1);
  }

  /** The first hundred issues. If there are more, a last issue says how many of which code. */
  toArray(): readonly Issue[] {
    if (this.omitted.size === 0) return this.listed;
    const counts = [...this.omitted].map(([code, count]) => `${count} × ${code}`).join(", ");
    const message = `Only ${MOST_LISTED} issues are listed. There are also ${counts}. Correct the listed issues to see the others.`;
    return [...this.listed, { code: "more-issues", message, omitted: Object.fromEntries(this.omitted) }];
  }

  private omit(code: string, count: number): void {
    this.omitted.set(code, (this.omitted.get(code) ?? 0) + count);
  }
}
