/** Ctrl-C came where the command cannot say by itself what was done so far: it ends, and that is nobody's fault. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor() {
    super("stopped early; the same call goes on");
  }
}
