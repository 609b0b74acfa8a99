/** Writes zip files, good and bad (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16): the caller chooses what they claim. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array | string;
  /** 0: stored, 8: deflated (default), and others. */
  readonly method?: number;
  /** The packed bytes, if they are not those of the content. */
  readonly packed?: Uint8Array;
  /** Bit 0: encrypted. Bit 11: the name is UTF-8 (default). */
  readonly flags?: number;
  /** The size that the zip file claims. */
  readonly size?: number;
  readonly crc?: number;
  /** Unix's mode, such as 0o120777 of a link. */
  readonly mode?: number;
}

export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const files: Buffer[] = [];
  const listed: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", method = 8, flags = 0x800, mode = 0o100644, ...rest } of entries) {
    const bytes = Buffer.from(content);
    const {
      packed = method === 8 ? deflateRawSync(bytes) : bytes,
      size = bytes.length,
      crc = crc32(bytes),
    } = rest;
    const title = Buffer.from(name as string);
    // Version, flags, method, time, date, CRC, packed size, size, length of the name, length of the extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(title.length, 22);
    const rear = Buffer.alloc(14);
    rear.writeUInt32LE(mode * 0x10000, 6);
    rear.writeUInt32LE(offset, 10);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, title, packed]);
    // The attributes are Unix's.
    listed.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.of(20, 3), common, rear, title]));
    files.push(file);
    offset += file.length;
  }
  const list = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...files, list, end]));
}
