/** The part of upng-js that this library and its guides use; the package has no types of its own. */
declare module "upng-js" {
  interface UpngImage {
    width: number;
    height: number;
    data: Uint8Array;
  }
  const upng: {
    decode(file: ArrayBuffer): UpngImage;
    toRGBA8(image: UpngImage): ArrayBuffer[];
    /** CRC-32 of a stretch of bytes, as a signed number. */
    readonly crc: { crc(bytes: Uint8Array, offset: number, length: number): number };
  };
  export default upng;
}
