/**
 * The optional packages, loaded when they are first used: whoever has no cluster need not install them.
 */
import { BatchError } from "../batch/batch-error.js";

const INSTALL = {
  bullmq: "npm install bullmq ioredis",
  ioredis: "npm install bullmq ioredis",
  "@aws-sdk/client-s3": "npm install @aws-sdk/client-s3",
} as const;

/**
 * @param load imports the package by its name in full, so that bundlers and types see it.
 * @throws {BatchError} PEER_MISSING
 */
export async function loadPeer<T>(name: keyof typeof INSTALL, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    const message = isMissing
      ? `the package ${name} is needed and not installed; ${INSTALL[name]}`
      : `the package ${name} cannot be loaded; ${INSTALL[name]} may mend it`;
    throw new BatchError("PEER_MISSING", message, { cause });
  }
}
