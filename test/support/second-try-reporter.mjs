/** Lists the tests that passed only on the second attempt, so that a retry hides nothing. */
export default class SecondTryReporter {
  #names = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky) this.#names.push(`${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd() {
    for (const name of this.#names) console.log(`passed on the second attempt: ${name}`);
  }
}
