/** Other users of a machine see the arguments of every process: what is secret comes from the environment or a file. */
import { UsageError } from "./usage-error.js";

/** @throws {UsageError}: the address that a flag gave has a password */
export function refusePassword(address: string | undefined, variable: string): void {
  if (address !== undefined && URL.canParse(address) && new URL(address).password !== "") {
    throw new UsageError(
      `a password does not belong in an argument; put the address into the variable ${variable}`,
    );
  }
}
