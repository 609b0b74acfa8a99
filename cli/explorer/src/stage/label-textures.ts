/**
 * A label map as a texture of integers, in layers of at most 2048² pixels, which every WebGL2 supports. Of a map of runs,
 * only the runs are uploaded, and the graphics processor draws each of them as a rectangle into the layers. A map of
 * pixels is uploaded as it is. Each frame fills one layer, so that a large map does not keep the page from being moved.
 */
import { compile, type Program } from "./compile.js";
import { type LabelImage, type PixelImage, type RunImage, valueCountOf } from "./label-image.js";
import { RUN_BITS, RUN_FRAGMENT_SHADER, RUN_VERTEX_SHADER, TILE_BITS } from "./shaders.js";

/** The texture units that the map stays bound to, and its runs while it is filled. */
export const LABELS = 0;
const RUNS = 3;
const TILE_SIDE = 2 ** TILE_BITS;

/** The part of the map that a layer has. */
interface Tile {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Integer textures work only without filtering. */
export function bindNewTexture(gl: WebGL2RenderingContext, unit: number, target: GLenum): WebGLTexture {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(target, texture);
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}

/** Whether textures of this graphics card can be large enough. Of a lost card, none can. */
export function fitsTextures(gl: WebGL2RenderingContext, image: LabelImage): boolean {
  const layers = tilesOf(image.width) * tilesOf(image.height);
  const runs = "words" in image ? image.words.length : 0;
  return (
    layers <= (gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) as number) &&
    runs < TEXELS_A_ROW * (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number)
  );
}

function tilesOf(side: number): number {
  return Math.ceil(side / TILE_SIDE);
}

export class LabelTexture {
  /** How many tiles are beside and below each other. */
  readonly columns: number;
  readonly rows: number;
  /** How many layers are filled. */
  filled = 0;
  private readonly texture: WebGLTexture;
  private readonly filler: Filler;

  /** @param runProgram from `compileRunProgram`; all maps share it */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    readonly image: LabelImage,
    runProgram: () => Program,
  ) {
    this.columns = tilesOf(image.width);
    this.rows = tilesOf(image.height);
    this.texture = bindNewTexture(gl, LABELS, gl.TEXTURE_2D_ARRAY);
    const format = valueCountOf(image) === 256 ? gl.R8UI : gl.R16UI;
    const [width, height] = [Math.min(image.width, TILE_SIDE), Math.min(image.height, TILE_SIDE)];
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, format, width, height, this.columns * this.rows);
    this.filler =
      "words" in image ? new RunPainter(gl, image, this.texture, runProgram) : new PixelUpload(gl, image);
  }

  /** @returns whether a layer was empty */
  fillNext(): boolean {
    const { image } = this;
    if (this.filled === this.columns * this.rows) return false;
    const layer = this.filled++;
    const x = (layer % this.columns) * TILE_SIDE;
    const y = Math.floor(layer / this.columns) * TILE_SIDE;
    const [width, height] = [Math.min(TILE_SIDE, image.width - x), Math.min(TILE_SIDE, image.height - y)];
    this.filler.fill({ layer, x, y, width, height });
    if (this.filled === this.columns * this.rows) this.filler.dispose();
    return true;
  }

  dispose() {
    this.filler.dispose();
    this.gl.deleteTexture(this.texture);
  }
}

interface Filler {
  fill(tile: Tile): void;
  /** Frees what it needs only to fill. */
  dispose(): void;
}

class PixelUpload implements Filler {
  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly image: PixelImage,
  ) {}

  fill({ layer, x, y, width, height }: Tile) {
    const { gl, image } = this;
    gl.activeTexture(gl.TEXTURE0 + LABELS);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, image.width);
    const type = image.data instanceof Uint8Array ? gl.UNSIGNED_BYTE : gl.UNSIGNED_SHORT;
    const from = image.data.subarray(y * image.width + x);
    const place = [0, 0, layer, width, height, 1] as const;
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, ...place, gl.RED_INTEGER, type, from);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
  }

  dispose() {}
}

/** The run before each run tells where it starts; before the first run of a tile is this. */
const NO_RUN = 0xffff_ffff;
const TEXELS_A_ROW = 2 ** RUN_BITS;
const CORNERS = 6;

export function compileRunProgram(gl: WebGL2RenderingContext): Program {
  return compile(gl, RUN_VERTEX_SHADER, RUN_FRAGMENT_SHADER);
}

class RunPainter implements Filler {
  private readonly framebuffer: WebGLFramebuffer;
  private readonly runs: WebGLTexture;
  private count = 0;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly image: RunImage,
    private readonly texture: WebGLTexture,
    private readonly runProgram: () => Program,
  ) {
    this.framebuffer = gl.createFramebuffer();
    this.runs = bindNewTexture(gl, RUNS, gl.TEXTURE_2D);
  }

  fill({ layer, x, y, height }: Tile) {
    const { gl } = this;
    const program = this.runProgram();
    // Tiles beside each other have the same rows, and so the same runs.
    if (x === 0) this.upload(y, y + height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, this.texture, 0, layer);
    gl.viewport(0, 0, TILE_SIDE, TILE_SIDE);
    gl.scissor(0, 0, TILE_SIDE, TILE_SIDE);
    gl.useProgram(program.handle);
    gl.uniform1i(program.uniforms("runs"), RUNS);
    gl.uniform1i(program.uniforms("left"), x);
    gl.drawArrays(gl.TRIANGLES, 0, CORNERS * this.count);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  dispose() {
    const { gl } = this;
    gl.deleteTexture(this.runs);
    gl.deleteFramebuffer(this.framebuffer);
  }

  /**
   * Uploads the runs of these rows. A texel is a run and the rows that have it, counted from `top`: the first one, and the
   * one after the last.
   */
  private upload(top: number, bottom: number) {
    const { gl } = this;
    const { words } = this.image;
    const first = words[2 * top]!;
    this.count = words[2 * bottom - 1]! + 1 - first;
    const height = Math.ceil((1 + this.count) / TEXELS_A_ROW);
    const texels = new Uint32Array(2 * TEXELS_A_ROW * height);
    texels[0] = NO_RUN;
    let at = 2;
    for (let y = top; y < bottom; ) {
      const bandTop = y;
      const [start, last] = [words[2 * y]!, words[2 * y + 1]!];
      while (y < bottom && words[2 * y] === start) y++;
      for (let run = start; run <= last; run++) {
        texels[at++] = words[run]!;
        texels[at++] = ((bandTop - top) << 16) | (y - top);
      }
    }
    const size = [TEXELS_A_ROW, height, 0] as const;
    gl.activeTexture(gl.TEXTURE0 + RUNS);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG32UI, ...size, gl.RG_INTEGER, gl.UNSIGNED_INT, texels);
  }
}
