/** The small programs that WebGL runs. They compute the same as canvas-renderer.ts; change both together. */
import { BRIGHTNESS_UNIT } from "./photo-pixels.js";

/** Labels are stored in layers of at most 2^TILE_BITS pixels a side. */
export const TILE_BITS = 11;
/** The runs to draw are stored in a texture of 2^RUN_BITS a row. */
export const RUN_BITS = 11;

/** One triangle over the whole screen. */
export const VERTEX_SHADER = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1, 0, 1);
}`;

/** The differences between programs, so that each does only what is needed. */
export interface Variant {
  readonly taps: 1 | 2 | 4;
  readonly hasPhoto: boolean;
  readonly hasOutline: boolean;
  /** Whether only the outlines of labels are drawn. */
  readonly hasEdges: boolean;
}

export function fragmentShader({ taps, hasPhoto, hasOutline, hasEdges }: Variant): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision highp usampler2D;

const int TAPS = ${taps};
uniform usampler2DArray labels;
uniform usampler2D palette;
uniform usampler2D photo;
uniform ivec2 size, tiles, photoSize;
uniform ivec2 base, first, middle;
uniform int screenHeight, shift, pixelStep, tapStep;
uniform int filledTiles, uploadedPhotoRows, outlined, lineWidth, edgeWidth, brightness;
uniform ivec3 background, checkerColor;
uniform int checkerSide;
uniform bool hasGrid;
out vec4 result;

// -1 around the image, and if the tile is not there yet.
int labelAt(ivec2 place) {
  if (uint(place.x) >= uint(size.x) || uint(place.y) >= uint(size.y)) return -1;
  ivec2 tile = place >> ${TILE_BITS};
  int layer = tile.y * tiles.x + tile.x;
  if (layer >= filledTiles) return -1;
  return int(texelFetch(labels, ivec3(place & ${2 ** TILE_BITS - 1}, layer), 0).r);
}

// What is under the labels.
ivec3 underAt(ivec2 place) {
  ${hasPhoto ? PHOTO : ""}
  return background;
}

ivec3 colorAt(ivec2 place, ivec3 checker) {
  int label = labelAt(place);
  if (label < 0) return background;
  ivec4 color = ivec4(texelFetch(palette, ivec2(label & 255, label >> 8), 0));
  ${hasPhoto ? OVER_PHOTO : "if (color.a == 0) return checker;"}
  return color.rgb;
}

// Between outlines.
ivec3 fillAt(ivec2 place, ivec3 checker) {
  return ${hasEdges ? "labelAt(place) < 0 ? background : underAt(place)" : "colorAt(place, checker)"};
}

ivec2 middleOf(ivec2 pixel) {
  return base + ((middle + pixel * pixelStep) >> shift);
}

bool isOutlined(ivec2 pixel) {
  return labelAt(middleOf(pixel)) == outlined;
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  pixel.y = screenHeight - 1 - pixel.y;

  ${hasOutline ? OUTLINE : ""}
  ${hasEdges ? EDGES : ""}

  ivec2 square = pixel / checkerSide;
  ivec3 checker = ((square.x + square.y) & 1) == 0 ? background : checkerColor;
  ivec2 corner = first + pixel * pixelStep;
  ${taps === 1 ? ONE_TAP : MANY_TAPS}
  result = vec4(vec3(color) / 255.0, 1);
}`;
}

/**
 * Draws a run as a rectangle into a layer of the map, in two triangles: corners 0 1 2 and 2 1 3. Its sides are whole numbers
 * of pixels, which are exact in a layer of 2^TILE_BITS. It starts behind the run before it. If that run does not end further
 * left, it is of other rows, and this run starts at 0.
 */
export const RUN_VERTEX_SHADER = `#version 300 es
precision highp int;
precision highp usampler2D;
uniform usampler2D runs;
uniform int left;
flat out uint label;

uvec2 runAt(int at) {
  return texelFetch(runs, ivec2(at & ${2 ** RUN_BITS - 1}, at >> ${RUN_BITS}), 0).rg;
}

void main() {
  int corner = gl_VertexID % 6;
  corner = corner < 3 ? corner : corner == 3 ? 2 : corner == 4 ? 1 : 3;
  int before = int(runAt(gl_VertexID / 6).r >> 16);
  uvec2 run = runAt(gl_VertexID / 6 + 1);
  int last = int(run.r >> 16);
  int x = (corner & 1) == 1 ? last + 1 : before < last ? before + 1 : 0;
  uint y = corner < 2 ? run.g >> 16 : run.g & 0xffffu;
  vec2 place = vec2(clamp(x - left, 0, ${2 ** TILE_BITS}), y);
  gl_Position = vec4(place / ${2 ** TILE_BITS / 2}.0 - 1.0, 0, 1);
  label = run.r & 0xffffu;
}`;

export const RUN_FRAGMENT_SHADER = `#version 300 es
precision highp int;
flat in uint label;
out uint result;
void main() {
  result = label;
}`;

const PHOTO = `
  ivec2 there = photoSize == size ? place : ivec2((uvec2(place * 2 + 1) * uvec2(photoSize)) / uvec2(size * 2));
  if (there.y < uploadedPhotoRows) {
    ivec3 color = ivec3(texelFetch(photo, there, 0).rgb);
    return min((color * brightness + ${BRIGHTNESS_UNIT / 2}) / ${BRIGHTNESS_UNIT}, 255);
  }`;

const OVER_PHOTO = `
  ivec3 under = underAt(place);
  ivec3 sum = under * (255 - color.a) + color.rgb * color.a + 128;
  return (sum + (sum >> 8)) >> 8;`;

/** White inside the label's edge and black outside: one of the two is visible on any colour. */
const OUTLINE = `
  bool isInside = isOutlined(pixel);
  if (isOutlined(pixel - ivec2(lineWidth, 0)) != isInside || isOutlined(pixel + ivec2(lineWidth, 0)) != isInside ||
      isOutlined(pixel - ivec2(0, lineWidth)) != isInside || isOutlined(pixel + ivec2(0, lineWidth)) != isInside) {
    result = isInside ? vec4(1) : vec4(0, 0, 0, 1);
    return;
  }`;

/** Each label's own colour along its edge: between two labels, both have a line. */
const EDGES = `
  int here = labelAt(middleOf(pixel));
  if (here >= 0 &&
      (labelAt(middleOf(pixel - ivec2(edgeWidth, 0))) != here || labelAt(middleOf(pixel + ivec2(edgeWidth, 0))) != here ||
       labelAt(middleOf(pixel - ivec2(0, edgeWidth))) != here || labelAt(middleOf(pixel + ivec2(0, edgeWidth))) != here)) {
    result = vec4(vec3(colorAt(middleOf(pixel), background)) / 255.0, 1);
    return;
  }`;

/** The grid's lines are between the pixels of the image, lighter on dark colours and darker on light ones. */
const ONE_TAP = `
  ivec2 place = base + (corner >> shift);
  ivec3 color = fillAt(place, checker);
  if (hasGrid && uint(place.x) < uint(size.x) && uint(place.y) < uint(size.y)) {
    ivec2 before = base + ((corner - pixelStep) >> shift);
    if (before.x != place.x || before.y != place.y) {
      int line = color.r * 2 + color.g * 5 + color.b < 1024 ? 255 : 0;
      color = (color * 3 + line + 2) >> 2;
    }
  }`;

const MANY_TAPS = `
  ivec3 color = ivec3(TAPS * TAPS / 2);
  for (int y = 0; y < TAPS; y++) {
    for (int x = 0; x < TAPS; x++) {
      color += fillAt(base + ((corner + ivec2(x, y) * tapStep) >> shift), checker);
    }
  }
  color /= TAPS * TAPS;`;
