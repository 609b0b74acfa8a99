/** A worker of the loader that knows functions for steps. */
import { addStep } from "../../dist/loader/loader-worker.js";
import { addSteps } from "./step-functions.mjs";

addSteps(addStep);
