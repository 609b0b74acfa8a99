/**
 * Starts an S3-compatible server, s3rver, on a free loopback port, with its own bucket and folder.
 *
 * It runs in its own process, because it needs DES for the tokens of long lists, and OpenSSL 3 does not load DES by
 * default.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../..", import.meta.url);
const PROGRAM = `
  import S3rver from "s3rver";
  const [directory, name] = process.argv.slice(1);
  const options = { address: "127.0.0.1", port: 0, silent: true, directory, vhostBuckets: false };
  const { port } = await new S3rver({ ...options, configureBuckets: [{ name }] }).run();
  console.log(port);`;

export async function startS3(bucket) {
  const directory = mkdtempSync(join(tmpdir(), "labelmap-s3-"));
  const args = ["--openssl-legacy-provider", "--input-type=module", "--eval", PROGRAM, directory, bucket];
  const server = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    server.stdout.once("data", (text) => resolve(Number(text)));
    server.once("exit", () => reject(new Error("s3rver did not start")));
  });
  return {
    directory,
    /** The environment variables that the official client reads. */
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
    },
    stop: async () => {
      const exit = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await exit;
      rmSync(directory, { recursive: true });
    },
  };
}
