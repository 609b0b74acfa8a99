/** Tests of permissions, which do not hold for root: they go on as another user. */
import { chmodSync, chownSync } from "node:fs";
import { afterEach } from "vitest";

/** The user of the test itself, who may be root. */
const ownId = process.geteuid!();
const NOBODY = 65_534;

let closed: string | undefined;
afterEach(() => {
  process.seteuid!(ownId);
  if (closed !== undefined) chmodSync(closed, 0o700);
  closed = undefined;
});

/** Sets the mode of a folder until the test ends, so that the folder can be deleted then. */
export function setMode(folder: string, mode: number): void {
  closed = folder;
  chmodSync(folder, mode);
}

/** From now on this test is a user who is not root, and owns the folder. */
export function ownAsUser(folder: string): void {
  if (ownId !== 0) return;
  chownSync(folder, NOBODY, NOBODY);
  process.seteuid!(NOBODY);
}
