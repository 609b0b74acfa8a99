/** Finds a Python that has the given modules, for tests that compare with them. */
import { spawnSync } from "node:child_process";

/** Debian's first, since a Python in PATH may be another one, without Debian's packages. */
const COMMANDS = ["/usr/bin/python3", "python3", "python"];

/**
 * @param {string[]} modules
 * @returns {string | undefined} a command
 */
export function findPythonWith(...modules) {
  return COMMANDS.find((command) => spawnSync(command, ["-c", `import ${modules.join(", ")}`]).status === 0);
}

/** @returns {string | undefined} a command */
export const findPythonWithNumpy = () => findPythonWith("numpy");
