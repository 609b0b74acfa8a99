/** What a page bundles that only decodes masks: its size is the size of the core. */
import { decodeMask } from "labelmap";

globalThis.decodeMask = decodeMask;
