/** Flags of the WebGPU specification, which TypeScript's own types lack. */

export const BUFFER_USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128 } as const;
export const TEXTURE_USAGE = { COPY_SRC: 1, COPY_DST: 2, TEXTURE_BINDING: 4, RENDER_ATTACHMENT: 16 } as const;
/** The mode of `mapAsync` to read. */
export const MAP_READ = 1;
