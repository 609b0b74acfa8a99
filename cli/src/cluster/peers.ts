/**
 * Loads the optional packages when they are first used, so that you need not install them if you have no cluster.
 */
import { BatchError } from "../batch/batch-error.js";

const INSTALL = {
  bullmq: "npm install bullmq ioredis",
  ioredis: "npm install bullmq ioredis",
  "@aws-sdk/client-s3": "npm install @aws-sdk/client-s3",
} as const;

/**
 * @param load imports the package by its literal name, so that bundlers and types see it.
 * @throws {BatchError} PEER_MISSING
 */
export async function loadPeer<T>(name: keyof typeof INSTALL, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    const message = isMissing
      ? `the package ${name} is not installed; install it beside labelmap-cli: ${INSTALL[name]}`
      : `the package ${name} cannot be loaded; try installing it again: ${INSTALL[name]}`;
    throw new BatchError("PEER_MISSING", message, { cause });
  }
}
