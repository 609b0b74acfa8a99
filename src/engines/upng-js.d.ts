/** The part of upng-js that this library uses; the package has no types of its own. */
declare module "upng-js" {
  interface UpngImage {
    data: Uint8Array;
  }
  const upng: {
    decode(file: ArrayBuffer): UpngImage;
    toRGBA8(image: UpngImage): ArrayBuffer[];
    encode(frames: ArrayBuffer[], width: number, height: number, colors: number): ArrayBuffer;
  };
  export default upng;
}
