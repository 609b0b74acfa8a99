/** All parts, for programs that are loaded from a disk. */

import "./geometry.js";
import "./ids.js";
import "./legend.js";
import "./snap.js";
import "./upng.js";
