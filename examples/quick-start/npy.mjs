/** A label map to a `.npy` file, version 1.0 (NumPy Enhancement Proposal 1, numpy.lib.format). */

/**
 * @param {Int32Array} data row-major, `height * width`
 * @returns {Uint8Array} the file: little-endian int32 of shape (height, width)
 */
export function encodeNpy(data, height, width) {
  const description = `{'descr': '<i4', 'fortran_order': False, 'shape': (${height}, ${width}), }`;
  const prefixBytes = 10;
  // The data starts at a multiple of 64 bytes; the header ends in a line feed.
  const headerBytes = Math.ceil((prefixBytes + description.length + 1) / 64) * 64;
  const file = new Uint8Array(headerBytes + data.length * 4);
  const view = new DataView(file.buffer);
  const header = `${description.padEnd(headerBytes - prefixBytes - 1)}\n`;
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, headerBytes - prefixBytes, true);
  file.set(new TextEncoder().encode(header), prefixBytes);
  for (let index = 0; index < data.length; index++) view.setInt32(headerBytes + index * 4, data[index], true);
  return file;
}
