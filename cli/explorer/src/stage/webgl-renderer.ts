/**
 * Draws with WebGL2. Labels are an integer texture (label-textures.ts), and the shader looks up each pixel's colour in the
 * palette's texture. To recolour or hide a label, only the palette is uploaded.
 */
import type { Camera } from "./camera.js";
import { compile, type Program } from "./compile.js";
import type { LabelImage } from "./label-image.js";
import { bindNewTexture, compileRunProgram, fitsTextures, LABELS, LabelTexture } from "./label-textures.js";
import { CHECKER_SIDE, type Color, checkerColor, mixPalette } from "./mixed-palette.js";
import { brightnessUnits, drawPhoto, PHOTO_LIMIT } from "./photo-pixels.js";
import type { DrawOptions, NeedsDraw, Renderer } from "./renderer.js";
import { type Sampling, sample } from "./sampling.js";
import { fragmentShader, type Variant, VERTEX_SHADER } from "./shaders.js";

/** The pixels of a photo that one frame uploads: 4 MiB. */
const PHOTO_PIXELS = 2 ** 20;

/** The texture units of the others. */
const PALETTE = 1;
const PHOTO = 2;

/** A lost context that is not restored by then is given up. A browser may refuse a page that has lost several. */
const RESTORED_MILLISECONDS = 3000;

/**
 * @param onLost called if the browser takes WebGL2 away for good; then nothing is drawn any more
 * @throws {Error} if WebGL2 is missing, or does not compile the shaders
 */
export function createWebGLRenderer(needsDraw: NeedsDraw, onLost: () => void = () => {}): Renderer {
  return new WebGLRenderer(needsDraw, onLost);
}

class WebGLRenderer implements Renderer {
  readonly name = "WebGL2";
  readonly tapsWhileMoving = 2;
  readonly canvas = document.createElement("canvas");
  private readonly gl: WebGL2RenderingContext;
  private programs = new Map<string, Program>();
  private labels: LabelTexture | null = null;
  private photo: PhotoTexture | null = null;
  private palette = new Uint8Array(4);
  private mixedFor = "";
  private image: LabelImage | null = null;
  private bitmap: ImageBitmap | null = null;
  private onReady: (() => void) | undefined;
  private lostTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly needsDraw: NeedsDraw,
    private readonly onLost: () => void,
  ) {
    const gl = this.canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      // Rows that are not drawn stay visible.
      preserveDrawingBuffer: true,
    });
    if (!gl) throw new Error("This browser does not support WebGL2.");
    this.gl = gl;
    this.start();
    // Compile errors must be found before the canvas is shown.
    this.program({ taps: 1, hasPhoto: false, hasOutline: false, hasEdges: false });
    const { signal } = this.ending;
    this.canvas.addEventListener("webglcontextlost", (event) => this.lose(event), { signal });
    this.canvas.addEventListener("webglcontextrestored", () => this.restore(), { signal });
  }

  canShow(image: LabelImage) {
    return fitsTextures(this.gl, image);
  }

  setImage(image: LabelImage | null, onReady?: () => void) {
    this.image = image;
    this.onReady = onReady;
    this.labels?.dispose();
    this.labels = this.textureOf(image);
  }

  setPalette(palette: Uint8Array) {
    this.palette = new Uint8Array(palette);
    this.mixedFor = "";
  }

  setPhoto(photo: ImageBitmap | null) {
    this.bitmap = photo;
    this.photo?.dispose();
    this.photo = photo && new PhotoTexture(this.gl, photo);
    this.mixedFor = "";
  }

  draw(camera: Camera, options: DrawOptions) {
    const { gl, canvas } = this;
    if (gl.isContextLost()) return;
    this.uploadNext();
    this.mix(options.opacity, options.background);

    const [top, bottom] = options.rows;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.scissor(0, canvas.height - bottom, canvas.width, bottom - top);
    if (this.labels === null) {
      const [red, green, blue] = options.background;
      gl.clearColor(red / 255, green / 255, blue / 255, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      return;
    }
    const sampling = sample(camera, canvas, options);
    const hasOutline = options.outlined >= 0;
    const hasEdges = options.edgeWidth > 0;
    const { taps } = sampling;
    const program = this.program({ taps, hasPhoto: this.photo !== null, hasOutline, hasEdges });
    gl.useProgram(program.handle);
    this.setUniforms(program, this.labels, sampling, options);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  finish() {
    // `gl.finish` returns at once if another process draws, as in Chromium. Reading a pixel waits for the drawing.
    const { gl } = this;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  dispose() {
    this.ending.abort();
    clearTimeout(this.lostTimer);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private start() {
    const { gl } = this;
    this.programs = new Map();
    this.mixedFor = "";
    gl.enable(gl.SCISSOR_TEST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    bindNewTexture(gl, PALETTE, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8UI, 256, 256);
  }

  private lose(event: Event) {
    // Otherwise it would never be restored.
    event.preventDefault();
    this.lostTimer = setTimeout(this.onLost, RESTORED_MILLISECONDS);
  }

  /** Everything in the lost context is gone and must be created again. */
  private restore() {
    clearTimeout(this.lostTimer);
    this.start();
    this.labels = this.textureOf(this.image);
    this.photo = this.bitmap && new PhotoTexture(this.gl, this.bitmap);
    this.needsDraw();
  }

  private uploadNext() {
    if (this.labels?.fillNext() || this.photo?.uploadNext()) {
      // Rows that were drawn before do not have the new part.
      this.needsDraw();
    } else if (this.onReady && this.labels) {
      const { onReady } = this;
      this.onReady = undefined;
      onReady();
    }
  }

  private mix(opacity: number, background: Color) {
    const mixedFor = `${opacity} ${background}`;
    if (mixedFor === this.mixedFor) return;
    this.mixedFor = mixedFor;
    const { gl } = this;
    const mixed = mixPalette(this.palette, opacity, this.photo ? null : background);
    const count = mixed.length / 4;
    const width = Math.min(count, 256);
    const height = Math.ceil(count / 256);
    gl.activeTexture(gl.TEXTURE0 + PALETTE);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE, mixed);
  }

  private setUniforms(program: Program, labels: LabelTexture, sampling: Sampling, options: DrawOptions) {
    const { gl, canvas, photo } = this;
    const { x, y } = sampling;
    const at = program.uniforms;
    gl.uniform1i(at("labels"), LABELS);
    gl.uniform1i(at("palette"), PALETTE);
    gl.uniform1i(at("photo"), PHOTO);
    gl.uniform2i(at("size"), labels.image.width, labels.image.height);
    gl.uniform2i(at("tiles"), labels.columns, labels.rows);
    gl.uniform1i(at("filledTiles"), labels.filled);
    gl.uniform2i(at("photoSize"), photo?.width ?? 0, photo?.height ?? 0);
    gl.uniform1i(at("uploadedPhotoRows"), photo?.uploadedRows ?? 0);
    gl.uniform2i(at("base"), x.base, y.base);
    gl.uniform2i(at("first"), x.first, y.first);
    gl.uniform2i(at("middle"), x.middle, y.middle);
    gl.uniform1i(at("screenHeight"), canvas.height);
    gl.uniform1i(at("shift"), sampling.shift);
    gl.uniform1i(at("pixelStep"), sampling.pixelStep);
    gl.uniform1i(at("tapStep"), sampling.tapStep);
    gl.uniform1i(at("outlined"), options.outlined);
    gl.uniform1i(at("lineWidth"), options.lineWidth);
    gl.uniform1i(at("edgeWidth"), options.edgeWidth);
    gl.uniform1i(at("brightness"), brightnessUnits(options.brightness));
    gl.uniform3i(at("background"), ...options.background);
    gl.uniform3i(at("checkerColor"), ...checkerColor(options.background));
    gl.uniform1i(at("checkerSide"), CHECKER_SIDE * options.lineWidth);
    gl.uniform1i(at("hasGrid"), Number(sampling.hasGrid));
  }

  /** Compiles a program when it is first needed. */
  private program(variant: Variant): Program {
    return this.keptProgram(JSON.stringify(variant), () =>
      compile(this.gl, VERTEX_SHADER, fragmentShader(variant)),
    );
  }

  private textureOf(image: LabelImage | null): LabelTexture | null {
    const runProgram = () => this.keptProgram("runs", () => compileRunProgram(this.gl));
    return image && new LabelTexture(this.gl, image, runProgram);
  }

  private keptProgram(key: string, compiled: () => Program): Program {
    const program = this.programs.get(key) ?? compiled();
    this.programs.set(key, program);
    return program;
  }
}

/** A photo's bytes, uploaded some rows per frame. */
class PhotoTexture {
  readonly width: number;
  readonly height: number;
  uploadedRows = 0;
  private readonly texture: WebGLTexture;
  private pixels: OffscreenCanvasRenderingContext2D | null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    photo: ImageBitmap,
  ) {
    const limit = Math.min(PHOTO_LIMIT, gl.getParameter(gl.MAX_TEXTURE_SIZE) as number);
    this.pixels = drawPhoto(photo, limit);
    this.width = this.pixels.canvas.width;
    this.height = this.pixels.canvas.height;
    this.texture = bindNewTexture(gl, PHOTO, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8UI, this.width, this.height);
  }

  /** @returns whether there was something to upload */
  uploadNext(): boolean {
    if (this.pixels === null) return false;
    const { gl, width } = this;
    const y = this.uploadedRows;
    const height = Math.min(this.height - y, Math.max(1, Math.floor(PHOTO_PIXELS / width)));
    const { data } = this.pixels.getImageData(0, y, width, height);
    const bytes = new Uint8Array(data.buffer);
    gl.activeTexture(gl.TEXTURE0 + PHOTO);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, y, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE, bytes);
    this.uploadedRows += height;
    if (this.uploadedRows === this.height) this.pixels = null;
    return true;
  }

  dispose() {
    this.gl.deleteTexture(this.texture);
  }
}
