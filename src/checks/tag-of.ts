/** The name of a platform's class: `Response`. Unlike `instanceof`, it is the same for objects of another realm. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
