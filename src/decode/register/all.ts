/** All parts, for programs that are loaded from a disk. */

import "../../maps/unzeroed-memory.js";
import "./geometry.js";
import "./ids.js";
import "./legend.js";
import "./maps.js";
import "./snap.js";
import "./stream.js";
import "./upng.js";
import "./zero-copy.js";
