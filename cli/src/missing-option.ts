import { Option } from "commander";

/** `--missing`, for commands that bring data sets to one class list. */
export function missingOption(): Option {
  return new Option(
    "--missing <what>",
    "what to do with a class that is not in the list (default: error)",
  ).choices(["error", "void"]);
}
