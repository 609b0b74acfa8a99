/**
 * The other way to paint runs, which `labelmap/webgpu` does not use: a workgroup takes 1,024 pixels of a row. One binary
 * search finds the first run. Each run writes its number where it starts, and a prefix maximum carries the numbers to the pixels
 * behind. It paints int32 labels of a whole mask, so that its work can be compared with the search for each pixel.
 */
export const SCAN = `
struct Plan { width: u32, height: u32, data: array<u32> }
@group(0) @binding(0) var<storage, read> plan: Plan;
@group(0) @binding(1) var<storage, read> runs: array<u32>;
@group(0) @binding(2) var<storage, read_write> output: array<u32>;
var<workgroup> marks: array<atomic<u32>, 1024>;
var<workgroup> tops: array<u32, 256>;
fn endOf(run: u32) -> u32 { return (runs[run] >> 16) + 1; }
@compute @workgroup_size(256)
fn scan(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let y = workgroup.y;
  let left = workgroup.x * 1024;
  let right = min(left + 1024, plan.width);
  let band = plan.data[y];
  let bandEnd = runs[band + 1];
  var low = runs[band];
  var high = bandEnd - 1;
  while (low < high) {
    let middle = low + (high - low) / 2;
    if (endOf(middle) > left) { high = middle; } else { low = middle + 1; }
  }
  for (var run = low + local; run + 1 < bandEnd; run += 256) {
    let start = endOf(run);
    if (start >= right) { break; }
    atomicStore(&marks[start - left], run + 1 - low);
  }
  workgroupBarrier();
  var values: array<u32, 4>;
  var top = 0u;
  for (var k = 0u; k < 4; k++) {
    top = max(top, atomicLoad(&marks[local * 4 + k]));
    values[k] = top;
  }
  tops[local] = top;
  workgroupBarrier();
  for (var step = 1u; step < 256; step *= 2) {
    var other = 0u;
    if (local >= step) { other = tops[local - step]; }
    workgroupBarrier();
    tops[local] = max(tops[local], other);
    workgroupBarrier();
  }
  var before = 0u;
  if (local > 0) { before = tops[local - 1]; }
  for (var k = 0u; k < 4; k++) {
    let x = left + local * 4 + k;
    if (x < right) { output[y * plan.width + x] = (runs[low + max(values[k], before)] & 0xffff) - 1; }
  }
}
`;

/** Paints labels with it. @returns the buffer, and the buffers to destroy */
export async function makeScan(device, runs) {
  const module = device.createShaderModule({ code: SCAN });
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const { width, height, bandTops, bandRuns, runEnds, values } = runs;
  const head = bandRuns.length;
  const words = new Uint32Array(head + runEnds.length);
  words.set(bandRuns.map((run) => run + head));
  runEnds.forEach((end, run) => {
    words[head + run] = ((end - 1) << 16) | (values[run] + 1);
  });
  const plan = new Uint32Array(2 + height);
  plan.set([width, height]);
  for (let band = 0; band + 1 < head; band++) plan.fill(band, 2 + bandTops[band], 2 + bandTops[band + 1]);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffers = [plan, words].map((content) => {
    const buffer = device.createBuffer({ size: content.byteLength, usage });
    device.queue.writeBuffer(buffer, 0, content);
    return buffer;
  });
  const output = device.createBuffer({
    size: width * height * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [...buffers, output].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const paint = () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(Math.ceil(width / 1024), height);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  return { paint, output, buffers: [...buffers, output] };
}
