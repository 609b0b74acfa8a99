/**
 * Counts pixels by reference class and predicted class. Each invocation takes four pixels. A workgroup adds up its own counts
 * first if they fit its memory, so that few additions go to the memory that all share.
 */
import { COMMON, GROUP, WORKGROUP } from "./shaders.js";

/** Counts of up to 31 × 33 pairs are added up by each workgroup first: 4 KiB. */
export const MOST_LOCAL = 1024;

/**
 * The table of ranks gives the reference's class, or C for void. The prediction is ids, whose table gives the class, C for
 * void, or C + 1 for an unknown id; or logits, of which the first of the largest channels is the id. Logits are compared as integers
 * that are in the same order, since a shader may take tiny floats for 0, and may assume that none is NaN. `counts` has (C + 1) × (C
 * + 2) numbers, and then the first unknown id that was found, plus 1.
 */
export const MEASURE = `${COMMON}
override KIND: u32 = 0;
override LOCAL: bool = true;
@group(0) @binding(2) var<storage, read> prediction: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
var<workgroup> own: array<atomic<u32>, ${MOST_LOCAL}>;
fn elementAt(place: u32) -> u32 {
  if (KIND == 1) { return (prediction[place / 4] >> (place % 4 * 8)) & 0xff; }
  if (KIND == 2 || KIND == 4) { return (prediction[place / 2] >> (place % 2 * 16)) & 0xffff; }
  return prediction[place];
}
fn numberAt(place: u32) -> i32 {
  let bits = elementAt(place) << select(0u, 16u, KIND == 4);
  let magnitude = i32(bits & 0x7fffffff);
  if (magnitude > select(0x7f800000, 0x7c000000, KIND == 4)) { return 0x7fffffff; }
  return select(magnitude, -magnitude, bits > 0x7fffffff);
}
fn idAt(pixel: u32) -> u32 {
  let place = pixel - plan.base + plan.origin;
  if (KIND == 5) { return select(prediction[2 * place], 0xffffffff, prediction[2 * place + 1] != 0); }
  if (KIND < 3) { return elementAt(place); }
  var best = numberAt(place);
  var id = 0u;
  for (var channel = 1u; channel < plan.channels; channel++) {
    let number = numberAt(place + channel * plan.stride);
    if (number > best) { best = number; id = channel; }
  }
  return id;
}
@compute @workgroup_size(${WORKGROUP})
fn measure(@builtin(global_invocation_id) place: vec3u, @builtin(num_workgroups) size: vec3u, @builtin(local_invocation_index) local: u32) {
  let columns = plan.classes + 2;
  let length = (plan.classes + 1) * columns;
  let id = place.y * size.x * ${WORKGROUP} + place.x;
  if (id < plan.groups) {
    var run = Run(NO_BAND, 0, 0, 0);
    for (var k = 0u; k < ${GROUP}; k++) {
      let pixel = plan.base + id * ${GROUP} + k;
      if (pixel >= plan.end) { break; }
      let band = plan.data[pixel / plan.width];
      if (band == NO_BAND) { continue; }
      run = runAt(run, band, columnOf(pixel % plan.width));
      let expected = plan.data[plan.tableStart + run.rank];
      let predicted = idAt(pixel);
      var found = plan.classes + 1;
      if (predicted < plan.predictionCount) { found = plan.data[plan.predictionStart + predicted]; }
      if (found > plan.classes) { atomicMax(&counts[length], predicted + 1); }
      let place = expected * columns + found;
      if (LOCAL) { atomicAdd(&own[place], 1); } else { atomicAdd(&counts[place], 1); }
    }
  }
  if (!LOCAL) { return; }
  workgroupBarrier();
  for (var place = local; place < length; place += ${WORKGROUP}) {
    let pixels = atomicLoad(&own[place]);
    if (pixels > 0) { atomicAdd(&counts[place], pixels); }
  }
}
`;
