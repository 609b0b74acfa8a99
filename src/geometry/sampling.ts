export type Sampling = "nearest-exact" | "nearest";
export function sourcePlaces(
  sourceLength: number,
  targetLength: number,
  sampling: Sampling = "nearest-exact",
): Uint32Array {
  const places = new Uint32Array(targetLength);
  for (let place = 0; place < targetLength; place++) {
    const exact =
      sampling === "nearest-exact"
        ? Math.floor(((2 * place + 1) * sourceLength) / (2 * targetLength))
        : Math.floor((place * sourceLength) / targetLength);
    places[place] = Math.min(exact, sourceLength - 1);
  }
  return places;
}
