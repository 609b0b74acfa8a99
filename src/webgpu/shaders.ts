/**
 * The shaders. Each invocation finds the run under its pixel by a binary search among the runs of the row's band. A row
 * has few runs (11 on average in a street scene of 4K), so that is three or four steps. The pixels next to it are mostly in
 * the same run, and need no search.
 *
 *   plan    what the output is, and tables: a band for each row, a column for each column, bits for each rank
 *   runs    the number of each band's first run, then the end of each run, then the rank of each run: the arrays as the
 *           decoder made them, so that the CPU copies them without a look at each run
 *
 * Elements of 8 and 16 bits are packed into words, and rows are not padded, so a word may have pixels of two rows, or of two
 * maps of a batch. An invocation writes four elements: one, two or four words. Words that are not all its own are read
 * first. That is no race, since each word belongs to one invocation, and the maps of a batch are painted one after the
 * other.
 */

/** The threads of a workgroup, and the elements that each writes. */
export const WORKGROUP = 256;
export const GROUP = 4;
/** In the table of bands: the row is painted by another dispatch, that has its runs. */
export const NO_BAND = 0xffff_ffff;

/** The numbers at the start of a plan. */
export const PLAN_FIELDS = [
  "width",
  "height",
  /** Elements of this map, C×H×W. */
  "elements",
  /** Which element of this map is the first of the bound window, modulo 2^32. */
  "base",
  /** The first group of four elements of the window, and the number of groups. */
  "firstGroup",
  "groups",
  /** The number of words in the window. */
  "words",
  "channels",
  /** Where the ends and the ranks of the runs start in `runs`, less the number of its first run, modulo 2^32. */
  "endsStart",
  "ranksStart",
  /** Where the table of columns starts, or 0: then they are `firstColumn + x * columnStep`. */
  "columnsStart",
  "firstColumn",
  "columnStep",
  /** Where the entry of the rank 0 is. The rank of unlabelled pixels is -1, whose entry is before it. */
  "tableStart",
  /** The bits of 1, for one-hot tensors. */
  "one",
  /** For `measure`: the pixel behind the last, the prediction's place and the distance of its channels, and its table. */
  "end",
  "origin",
  "stride",
  "classes",
  "predictionStart",
  "predictionCount",
] as const;
export type PlanField = (typeof PLAN_FIELDS)[number];

/** What all shaders have. */
export const COMMON = `
struct Plan { ${PLAN_FIELDS.map((name) => `${name}: u32,`).join(" ")} data: array<u32> }
@group(0) @binding(0) var<storage, read> plan: Plan;
@group(0) @binding(1) var<storage, read> runs: array<u32>;
struct Run { band: u32, start: u32, end: u32, rank: u32 }
fn endOf(run: u32) -> u32 { return runs[plan.endsStart + run]; }
fn find(band: u32, column: u32) -> Run {
  let first = runs[band];
  var low = first;
  var high = runs[band + 1] - 1;
  while (low < high) {
    let middle = low + (high - low) / 2;
    if (endOf(middle) > column) { high = middle; } else { low = middle + 1; }
  }
  var start = 0u;
  if (low > first) { start = endOf(low - 1); }
  return Run(band, start, endOf(low), runs[plan.ranksStart + low]);
}
fn columnOf(x: u32) -> u32 {
  if (plan.columnsStart == 0) { return plan.firstColumn + x * plan.columnStep; }
  return plan.data[plan.columnsStart + x];
}
fn runAt(last: Run, band: u32, column: u32) -> Run {
  if (last.band == band && column >= last.start && column < last.end) { return last; }
  return find(band, column);
}
const NO_BAND = ${NO_BAND}u;
`;

/**
 * Writes elements to a buffer. If `ALIGNED`, each channel of a one-hot tensor starts at a group of its own, and an invocation
 * writes its four pixels in all channels; otherwise it writes four elements of any channels.
 */
export const PAINT_BUFFER = `${COMMON}
override PER_WORD: u32 = 1;
override ONE_HOT: bool = false;
override ALIGNED: bool = false;
@group(0) @binding(2) var<storage, read_write> output: array<u32>;
@compute @workgroup_size(${WORKGROUP})
fn paint(@builtin(global_invocation_id) place: vec3u, @builtin(num_workgroups) size: vec3u) {
  let id = place.y * size.x * ${WORKGROUP} + place.x;
  if (id >= plan.groups) { return; }
  let first = (plan.firstGroup + id) * ${GROUP};
  let plane = plan.width * plan.height;
  let limit = select(plan.elements, plane, ALIGNED);
  var entries: array<u32, ${GROUP}>;
  var channels: array<u32, ${GROUP}>;
  var isOwn: array<bool, ${GROUP}>;
  var run = Run(NO_BAND, 0, 0, 0);
  for (var k = 0u; k < ${GROUP}; k++) {
    let element = first + k + plan.base;
    if (element >= limit) { continue; }
    let pixel = element % plane;
    let band = plan.data[pixel / plan.width];
    if (band == NO_BAND) { continue; }
    run = runAt(run, band, columnOf(pixel % plan.width));
    entries[k] = plan.data[plan.tableStart + run.rank];
    channels[k] = element / plane;
    isOwn[k] = true;
  }
  let bits = 32 / PER_WORD;
  let mask = 0xffffffffu >> (32 - bits);
  for (var channel = 0u; channel < select(1u, plan.channels, ALIGNED); channel++) {
    for (var j = 0u; j < ${GROUP} / PER_WORD; j++) {
      var word = 0u;
      var own = 0u;
      for (var i = 0u; i < PER_WORD; i++) {
        let k = j * PER_WORD + i;
        if (!isOwn[k]) { continue; }
        var value = entries[k];
        if (ONE_HOT) { value = select(0u, plan.one, value == channels[k] + channel); }
        word |= value << (i * bits);
        own |= mask << (i * bits);
      }
      let place = first / PER_WORD + j + channel * (plane / PER_WORD);
      if (own == 0 || place >= plan.words) { continue; }
      if (own != 0xffffffff) { word |= output[place] & ~own; }
      output[place] = word;
    }
  }
}
`;

/**
 * Draws one triangle over a whole texture of integers. Graphics cards draw in blocks of 2×2 texels, and may run the shader
 * for a place behind the last row or column, whose result they drop.
 */
export const PAINT_TEXTURE = `${COMMON}
@vertex fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1) * 4 - 1, f32(index >> 1) * 4 - 1, 0, 1);
}
@fragment fn texel(@builtin(position) place: vec4f) -> @location(0) u32 {
  let texel = min(vec2u(place.xy), vec2u(plan.width - 1, plan.height - 1));
  let band = plan.data[texel.y];
  if (band == NO_BAND) { discard; }
  return plan.data[plan.tableStart + find(band, columnOf(texel.x)).rank];
}
`;
