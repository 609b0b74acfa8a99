/** The library names up to so many ids that the legend lacks. If it names all of these, there may be more. */
export const MOST_NAMED_IDS = 16;
