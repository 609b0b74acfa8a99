/** Other users of a machine can see the arguments of every process, so secrets come from the environment or a file. */
import { UsageError } from "./usage-error.js";

/** @throws {UsageError}: the address given by a flag contains a password */
export function refusePassword(address: string | undefined, variable: string): void {
  if (address !== undefined && URL.canParse(address) && new URL(address).password !== "") {
    throw new UsageError(
      `do not put a password in an argument, where other users can see it; set the variable ${variable} to the address instead`,
    );
  }
}
