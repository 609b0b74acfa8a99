/** Draws maps into a texture of integers. It is a render pass, since compute shaders cannot write these formats. */

import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import { bindGroup, checkLimit, pipelineOf, submit } from "./device.js";
import type { TextureFormat } from "./element-types.js";
import { type LocatedPainting, withRuns } from "./located-painting.js";
import type { CheckedOptions } from "./paint-options.js";
import { planOf } from "./plan.js";
import { PAINT_TEXTURE } from "./shaders.js";
import { bufferOf } from "./upload.js";
import { TEXTURE_USAGE } from "./usage.js";

/** One array layer for each map. */
export async function paintTexture(
  device: GPUDevice,
  paintings: readonly LocatedPainting[],
  options: CheckedOptions,
  format: TextureFormat,
): Promise<GPUTexture> {
  const { usage = 0, into } = options;
  const { width, height } = paintings[0]!.area;
  const layers = paintings.length;
  const what = `A texture of ${width}×${height}`;
  checkLimit(device, "maxTextureDimension2D", Math.max(width, height), what);
  checkLimit(device, "maxTextureArrayLayers", layers, `${what} with ${layers} layers`);
  if (into !== undefined) checkTexture(into, format, width, height, layers);
  const pipeline = await texturePipeline(device, format);

  return submit(
    device,
    `a texture of ${width}×${height}`,
    () =>
      withRuns(device, paintings, (uploaded, own) => {
        const { RENDER_ATTACHMENT, TEXTURE_BINDING, COPY_SRC, COPY_DST } = TEXTURE_USAGE;
        const output =
          (into as GPUTexture | undefined) ??
          device.createTexture({
            ...{ label: "labelmap", format, size: [width, height, layers] },
            usage: RENDER_ATTACHMENT | TEXTURE_BINDING | COPY_SRC | COPY_DST | usage,
          });
        const encoder = device.createCommandEncoder();
        uploaded.forEach(({ area, table, buffers }, layer) => {
          const view = output.createView({
            dimension: "2d",
            baseArrayLayer: layer,
            arrayLayerCount: 1,
            mipLevelCount: 1,
          });
          buffers.parts.forEach((part, place) => {
            const plan = bufferOf(device, planOf(area, part, [table.entries], {}));
            own.push(plan);
            const loadOp = place === 0 ? "clear" : "load";
            const pass = encoder.beginRenderPass({ colorAttachments: [{ view, loadOp, storeOp: "store" }] });
            pass.setPipeline(pipeline);
            pass.setBindGroup(0, bindGroup(device, pipeline, [plan, part.buffer]));
            pass.draw(3);
            pass.end();
          });
        });
        device.queue.submit([encoder.finish()]);
        return output;
      }),
    options,
  );
}

function texturePipeline(device: GPUDevice, format: TextureFormat): Promise<GPURenderPipeline> {
  return pipelineOf(device, format, () => {
    const module = device.createShaderModule({ code: PAINT_TEXTURE });
    return device.createRenderPipelineAsync({
      layout: "auto",
      vertex: { module, entryPoint: "corner" },
      fragment: { module, entryPoint: "texel", targets: [{ format }] },
    });
  });
}

/** @throws {DecodeError} OPTION_INVALID: no texture that can be drawn to; OUTPUT_SIZE. */
function checkTexture(
  into: unknown,
  format: TextureFormat,
  width: number,
  height: number,
  layers: number,
): void {
  const texture = (into ?? {}) as Partial<GPUTexture>;
  if (texture.format !== format || !(Number(texture.usage) & TEXTURE_USAGE.RENDER_ATTACHMENT)) {
    throw invalid(`\`into\` must be a GPUTexture of the format ${format} with the usage RENDER_ATTACHMENT.`);
  }
  const sizes = [
    `${texture.width}×${texture.height}×${texture.depthOrArrayLayers}`,
    `${width}×${height}×${layers}`,
  ];
  if (sizes[0] === sizes[1]) return;
  throw new DecodeError("OUTPUT_SIZE", `\`into\` has ${sizes[0]} texels; the output has ${sizes[1]}.`);
}
