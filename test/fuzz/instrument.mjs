/**
 * Makes a WebAssembly module count its branches, so that a fuzzer sees which code an input has reached.
 *
 *   … condition │ if           →   … condition │ i32.const site │ call cover │ if
 *
 * Before each `if`, `br_if` and `select` of the binary, the condition is passed through a function that is added at the
 * end. The function counts site and outcome and returns the condition. The counters are in memory that the compiler
 * leaves free (--memoryBase). The format: WebAssembly Core Specification, 5 (Binary Format).
 */

/** Counters start here. Each site has two, of one byte each: one for false and one for true. */
export const COUNTERS_START = 1024;
/** Static data starts here. The memory below is ours. */
export const MEMORY_BASE = 65536;

const TYPE_SECTION = 1;
const FUNCTION_SECTION = 3;
const CODE_SECTION = 10;
const IMPORT_SECTION = 2;

const OP = { if: 0x04, brIf: 0x0d, select: 0x1b, i32Const: 0x41, call: 0x10 };

/**
 * @param {Uint8Array} wasm compiled with MEMORY_BASE; it may import functions only
 * @returns {{ wasm: Uint8Array, counters: number }} `counters`: the number of bytes from COUNTERS_START on
 */
export function instrument(wasm) {
  const sections = readSections(wasm);
  const types = readVector(sections, TYPE_SECTION);
  const functions = readVector(sections, FUNCTION_SECTION);
  const code = readVector(sections, CODE_SECTION);
  // Function numbers start with the imported functions, and our module imports nothing else.
  const cover = readVector(sections, IMPORT_SECTION).count + functions.count;
  let sites = 0;

  const bodies = [...unsigned(code.count + 1)];
  const reader = new Reader(code.content);
  for (let index = 0; index < code.count; index++) {
    const size = reader.unsigned();
    const body = instrumentBody(reader.take(size), cover, () => sites++);
    bodies.push(...unsigned(body.length), ...body);
  }
  const coverBody = bodyOfCover();
  bodies.push(...unsigned(coverBody.length), ...coverBody);
  if (COUNTERS_START + sites * 2 > MEMORY_BASE)
    throw new Error(`no room for the counters of ${sites} branches; raise MEMORY_BASE`);

  const replaced = new Map([
    // The type (i32, i32) -> i32, and a function of that type.
    [TYPE_SECTION, [...unsigned(types.count + 1), ...types.content, 0x60, 2, 0x7f, 0x7f, 1, 0x7f]],
    [FUNCTION_SECTION, [...unsigned(functions.count + 1), ...functions.content, ...unsigned(types.count)]],
    [CODE_SECTION, bodies],
  ]);
  const out = [...wasm.subarray(0, 8)];
  for (const { id, content } of sections) {
    // Names and other custom sections are left out.
    if (id === 0) continue;
    const bytes = replaced.get(id) ?? content;
    out.push(id, ...unsigned(bytes.length));
    for (const byte of bytes) out.push(byte);
  }
  return { wasm: Uint8Array.from(out), counters: sites * 2 };
}

/** Counts site and outcome, up to 255, and returns the condition. */
function bodyOfCover() {
  const [condition, place, count] = [0, 1, 2];
  const counters = unsigned(COUNTERS_START);
  return [
    ...[1, 1, 0x7f],
    // place = 2 * site + (condition != 0)
    ...[0x20, place, 0x41, 1, 0x74, 0x20, condition, 0x41, 0, 0x47, 0x6a, 0x22, place],
    // memory[place] = count + (count != 255)
    ...[0x20, place, 0x2d, 0, ...counters, 0x22, count, 0x20, count, 0x41, ...[0xff, 1], 0x47, 0x6a],
    ...[0x3a, 0, ...counters],
    ...[0x20, condition, 0x0b],
  ];
}

function instrumentBody(body, cover, nextSite) {
  const reader = new Reader(body);
  for (let groups = reader.unsigned(); groups > 0; groups--) {
    reader.unsigned();
    reader.take(1);
  }
  const out = [...body.subarray(0, reader.offset)];
  while (reader.offset < body.length) {
    const start = reader.offset;
    const op = reader.take(1)[0];
    if (op === OP.if || op === OP.brIf || op === OP.select) {
      out.push(OP.i32Const, ...signed(nextSite()), OP.call, ...unsigned(cover));
    }
    skipImmediates(reader, op);
    for (let offset = start; offset < reader.offset; offset++) out.push(body[offset]);
  }
  return out;
}

/** Skips what follows an opcode (5.4). */
function skipImmediates(reader, op) {
  if ((op >= 0x02 && op <= 0x04) || op === 0x0c || op === 0x0d || op === 0x10) reader.unsigned();
  else if (op >= 0x20 && op <= 0x24) reader.unsigned();
  else if (op >= 0x28 && op <= 0x3e) skipMemoryArgument(reader);
  else if (op === 0x3f || op === 0x40) reader.take(1);
  else if (op === 0x41 || op === 0x42) reader.unsigned();
  else if (op === 0x43) reader.take(4);
  else if (op === 0x44) reader.take(8);
  else if (op === 0x0e) for (let count = reader.unsigned(); count >= 0; count--) reader.unsigned();
  else if (op === 0x11) reader.take(2);
  else if (op === 0xfc) skipBulk(reader, reader.unsigned());
  else if (op === 0xfd) skipVector(reader, reader.unsigned());
  else if (op === 0x1c || (op > 0x24 && op < 0x28) || op > 0xc4) throw new Error(`unknown opcode ${op}`);
}

function skipMemoryArgument(reader) {
  reader.unsigned();
  reader.unsigned();
}

function skipBulk(reader, op) {
  if (op === 10) reader.take(2);
  else if (op === 11) reader.take(1);
  else if (op > 7) throw new Error(`unknown opcode 0xfc ${op}`);
}

function skipVector(reader, op) {
  if (op <= 11 || op === 92 || op === 93) skipMemoryArgument(reader);
  else if (op === 12 || op === 13) reader.take(16);
  else if (op >= 21 && op <= 34) reader.take(1);
  else if (op >= 84 && op <= 91) {
    skipMemoryArgument(reader);
    reader.take(1);
  }
}

function readSections(wasm) {
  const reader = new Reader(wasm);
  reader.take(8);
  const sections = [];
  while (reader.offset < wasm.length) {
    const id = reader.take(1)[0];
    sections.push({ id, content: reader.take(reader.unsigned()) });
  }
  return sections;
}

/** Reads a section that is a vector: the number of elements, and their bytes. */
function readVector(sections, wanted) {
  const { content } = sections.find(({ id }) => id === wanted);
  const reader = new Reader(content);
  const count = reader.unsigned();
  return { count, content: content.subarray(reader.offset) };
}

class Reader {
  offset = 0;
  #bytes;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  take(count) {
    this.offset += count;
    return this.#bytes.subarray(this.offset - count, this.offset);
  }
  /** LEB128; the value is right up to 2^31. */
  unsigned() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.offset++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

function unsigned(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** Signed LEB128 of a number that is not negative: bit 6 of the last byte is its sign. */
function signed(value) {
  const bytes = [];
  for (; value > 63; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}
