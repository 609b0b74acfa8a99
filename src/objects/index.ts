export { runsOf } from "../runs-of.js";
