/** Finds a Python that has NumPy, for the test that numpy.load reads our files. */
import { spawnSync } from "node:child_process";

/** Debian's first: what is on the path may be another Python, without Debian's packages. */
const COMMANDS = ["/usr/bin/python3", "python3", "python"];

/** @returns {string | undefined} a command */
export function findPythonWithNumpy() {
  return COMMANDS.find((command) => spawnSync(command, ["-c", "import numpy"]).status === 0);
}
