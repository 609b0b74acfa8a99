/**
 * `labelmap/objects`: areas, boxes, run-length codes, outlines and connected components of a map's values, and label maps
 * of polygons. Re-exports only.
 */
export { runsOf } from "../maps/runs-of.js";
export { type Components, type ComponentsOptions, connectedComponents } from "./connected-components.js";
export { type MeasureOptions, measureObjects, type ObjectMeasures } from "./measure.js";
export {
  type AllOutlinesOptions,
  allOutlines,
  type OutlineOptions,
  outlines,
  type Polygon,
  type Ring,
  type ValueOutlines,
} from "./outlines.js";
export { type RasterizeOptions, rasterize } from "./rasterize/rasterize.js";
export type { Points, PolygonWithHoles, Shape, ShapeInfo } from "./rasterize/shapes.js";
export {
  decodeRle,
  type ReadRleOptions,
  type RlesToMapOptions,
  rleArea,
  rleBox,
  rlesToMap,
} from "./read-rle.js";
export {
  type AllRlesOptions,
  encodeAllRles,
  encodeRle,
  type Rle,
  type RleOf,
  type RleOptions,
  type ValueRle,
} from "./rle.js";
