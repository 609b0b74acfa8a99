/** On a machine that sharp has no build for, only the containers that need it cannot be read. */
import { LabelMapError } from "labelmap";
import { expect, it, vi } from "vitest";
import { toPng } from "../../../cli/src/containers/index.js";
import { resizedPhotos } from "../../../cli/src/convert/resized-photos.js";
import { encodePng } from "../../support/encode-png.mjs";
import { writeBmp } from "../../support/write-bmp.js";
import { writeTiff } from "../../support/write-tiff.js";

vi.mock("sharp", () => {
  throw new Error("Could not load the sharp module");
});

it("says what to install, and reads PNG and BMP all the same", async () => {
  const page = { width: 1, height: 1, bits: 8, pixels: Uint8Array.of(7) } as const;
  const error = await toPng(writeTiff([page]), "a.tif").then(
    () => expect.fail("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabelMapError);
  expect(error).toMatchObject({
    code: "PEER_MISSING",
    message: expect.stringContaining("npm install sharp"),
  });
  const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [7] });
  expect((await toPng(png, "a.png")).png).toBe(png);
  const bmp = writeBmp({ width: 1, height: 1, bits: 24, stored: Uint8Array.of(1, 2, 3, 0) });
  expect((await toPng(bmp, "a.bmp")).issues).toEqual([]);
});

it("says what to do about photos that are resized, before any is read", async () => {
  const source = { list: () => expect.fail("it was listed"), read: () => expect.fail("it was read") };
  await expect(resizedPhotos(source as never, { width: 1, height: 1 })).rejects.toMatchObject({
    code: "PEER_MISSING",
    message:
      "photos that are resized need the package sharp, which cannot be loaded; install it beside labelmap-cli (npm install sharp), or leave out --photos, and resize the photos yourself.",
  });
});
