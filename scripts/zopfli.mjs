/**
 * Compresses what it reads from stdin to a zlib stream (RFC 1950) with Zopfli. It is a process of its own, because the
 * package catches every error of the process that imports it.
 */
import { buffer } from "node:stream/consumers";
import zopfli from "@gfx/zopfli";

process.stdout.write(await zopfli.zlibAsync(await buffer(process.stdin), { numiterations: 50 }));
