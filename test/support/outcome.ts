/** What a call returns or throws, as plain data that can be compared. A map's legend is left out, since it has functions. */
export async function outcome(call: () => unknown): Promise<unknown> {
  try {
    const map = (await call()) as Record<string, unknown>;
    return { ...map, legend: undefined };
  } catch (error) {
    const { name, code, message, offset } = error as Record<string, unknown>;
    return { name, code, message, offset };
  }
}
