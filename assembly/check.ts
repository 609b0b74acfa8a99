/**
 * Stops the module where an invariant does not hold. It is compiled into the target `checked` only, which the fuzzer and
 * test/checked.test.ts run: an overrun inside the module's memory would else go unseen as long as nothing reads there.
 */
export function check(holds: bool): void {
  if (!ASC_NO_ASSERT && !holds) unreachable();
}
