/** FNV-1a of 32 bits, over integers instead of bytes. It runs in Node and in pages. */
export function hashOf(integers) {
  let hash = 0x811c9dc5;
  for (let place = 0; place < integers.length; place++) hash = Math.imul(hash ^ integers[place], 0x01000193);
  return hash >>> 0;
}
