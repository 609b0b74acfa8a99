/**
 * Stops the module if an invariant does not hold. Only the target `checked` contains it, which the fuzzer and
 * test/decode/checked.test.ts run. Without it, a write to a wrong place in the module's memory could go unnoticed.
 */
export function check(holds: bool): void {
  if (!ASC_NO_ASSERT && !holds) unreachable();
}
