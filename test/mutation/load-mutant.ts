/** Before each test file: the mutant is the module of this thread, so that a test's own `init` finds it there. */
import { init } from "../../src/all.js";

await init();
