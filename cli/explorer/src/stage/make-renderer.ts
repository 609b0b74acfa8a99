/**
 * Chooses WebGL2 if a graphics processor runs it, and a plain canvas otherwise. WebGL2 in software takes several times as
 * long as the plain canvas, which looks up each pixel once and has no shader to emulate.
 */
import { createCanvasRenderer } from "./canvas-renderer.js";
import type { NeedsDraw, Renderer } from "./renderer.js";
import { createWebGLRenderer } from "./webgl-renderer.js";

export type RendererName = Renderer["name"];

/** Names of software renderers: those of Chromium, Mesa, Windows and Apple. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/**
 * @param onLost called if the browser takes WebGL2 away for good; then another renderer must be made
 * @param wanted the renderer to use, even if another one is faster
 */
export function makeRenderer(needsDraw: NeedsDraw, onLost: () => void, wanted?: RendererName): Renderer {
  if (wanted === "canvas") return createCanvasRenderer();
  try {
    if (wanted !== "WebGL2" && SOFTWARE.test(graphicsProcessor())) return createCanvasRenderer();
    return createWebGLRenderer(needsDraw, onLost);
  } catch (error) {
    if (wanted) throw error;
    return createCanvasRenderer();
  }
}

/** The name of the device that runs WebGL, as far as the browser says. */
function graphicsProcessor(): string {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "";
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}
