/** The numbers of a class's objects: no two objects have the same. */
export class FreeNumbers {
  readonly #used = new Set<number>();
  /** All numbers below are used. */
  #next = 1;

  /** @returns the number itself, or the next free one if an object has it already, or if it is below 1 */
  take(wanted: number): number {
    let number = wanted;
    if (number < 1 || this.#used.has(number)) {
      while (this.#used.has(this.#next)) this.#next++;
      number = this.#next;
    }
    this.#used.add(number);
    return number;
  }
}
