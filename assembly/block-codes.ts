/**
 * The two codes of a compressed block, for literals and lengths and for distances: the fixed ones (RFC 1951, 3.2.6), or
 * those that the block's header describes by their code lengths (3.2.7). Both become decoding tables (huffman.ts).
 */
import { bits, refill, takeBits } from "./bits";
import {
  Alphabet,
  buildTable,
  CODE_LENGTH_BITS,
  codeLengthTable,
  DISTANCE_BITS,
  distanceTable,
  LITERAL_BITS,
  literalTable,
  pairCodes,
} from "./huffman";
import { Status } from "./status";

const CODE_LENGTH_MASK: u64 = (1 << CODE_LENGTH_BITS) - 1;

/** The lengths of the code-length code come in this order (3.2.7). */
const CODE_LENGTH_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const codeLengths = memory.data(320);

/** Whether the tables are those of the fixed codes. Small masks have nothing else, and building takes longer than decoding. */
let areFixed: bool = false;

/** 3.2.6. */
export function buildFixedCodes(): Status {
  if (areFixed) return Status.DONE;
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  buildTable(codeLengths, 288, literalTable, LITERAL_BITS, Alphabet.LITERALS);
  memory.fill(codeLengths, 5, 32);
  buildTable(codeLengths, 32, distanceTable, DISTANCE_BITS, Alphabet.DISTANCES);
  pairCodes();
  areFixed = true;
  return Status.DONE;
}

/** 3.2.7. */
export function readDynamicCodes(): Status {
  areFixed = false;
  const literals = takeBits(5) + 257;
  const distances = takeBits(5) + 1;
  const lengths = takeBits(4) + 4;
  if (literals > 286 || distances > 30) return Status.TOO_MANY_CODES;
  memory.fill(codeLengths, 0, 19);
  for (let index: u32 = 0; index < lengths; index++) {
    store<u8>(codeLengths + load<u8>(CODE_LENGTH_ORDER + index), <u8>takeBits(3));
  }
  if (!buildTable(codeLengths, 19, codeLengthTable, CODE_LENGTH_BITS, Alphabet.CODE_LENGTHS)) {
    return Status.BAD_CODE_LENGTH_CODE;
  }
  const status = readCodeLengths(literals + distances);
  if (status !== Status.DONE) return status;
  if (load<u8>(codeLengths + 256) === 0) return Status.NO_END_OF_BLOCK_CODE;
  if (!buildTable(codeLengths, literals, literalTable, LITERAL_BITS, Alphabet.LITERALS)) {
    return Status.BAD_LITERAL_CODE;
  }
  if (!buildTable(codeLengths + literals, distances, distanceTable, DISTANCE_BITS, Alphabet.DISTANCES)) {
    return Status.BAD_DISTANCE_CODE;
  }
  pairCodes();
  return Status.DONE;
}

/** Reads `count` code lengths, run-length coded: symbol 16 repeats the length before, 17 and 18 repeat zeros. */
function readCodeLengths(count: u32): Status {
  let done: u32 = 0;
  while (done < count) {
    refill();
    const entry = load<u32>(codeLengthTable + ((<usize>(bits & CODE_LENGTH_MASK)) << 2));
    takeBits(entry & 63);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(codeLengths + done++, <u8>symbol);
      continue;
    }
    let times: u32;
    let length: u8 = 0;
    if (symbol === 16) {
      if (done === 0) return Status.BAD_CODE_LENGTH_REPEAT;
      length = load<u8>(codeLengths + done - 1);
      times = 3 + takeBits(2);
    } else {
      times = symbol === 17 ? 3 + takeBits(3) : 11 + takeBits(7);
    }
    if (done + times > count) return Status.BAD_CODE_LENGTH_REPEAT;
    memory.fill(codeLengths + done, length, times);
    done += times;
  }
  return Status.DONE;
}
