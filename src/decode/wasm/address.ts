/** Pointers of the module as addresses. */

/** The module returns pointers as signed numbers, but the output of very wide rows can lie above 2 GiB. */
export function address(pointer: number): number {
  return pointer >>> 0;
}
