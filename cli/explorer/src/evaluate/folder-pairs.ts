/** Finds the two folders of a data set that hold masks of the same images: the truth, and the output of a model. */
import { type Paired, pairByName } from "../../../src/compare/pair-by-name.js";
import type { MaskPair } from "../files/mask-pair.js";

export interface Folders {
  readonly reference: string;
  readonly other: string;
}

/** A mask with its name inside the folder. */
export interface InFolder {
  readonly name: string;
  readonly pair: MaskPair;
}

/** Folders of one folder that are tried. With more, they are those of places or dates, not of annotators. */
const MOST_TRIED = 40;
/** Names that annotations have, and the outputs of models do not. */
const TRUTH = /truth|gt|ground|label|annot|ref/i;

/** All folders that hold masks, themselves or in folders of theirs. */
export function foldersOf(pairs: readonly MaskPair[]): readonly string[] {
  const found = new Set<string>();
  for (const { name } of pairs) {
    for (let end = name.indexOf("/"); end >= 0; end = name.indexOf("/", end + 1))
      found.add(name.slice(0, end));
  }
  return [...found].sort();
}

/** The two folders beside each other that share most names, nearest to the top; `null` if none share any. */
export function suggestFolders(pairs: readonly MaskPair[]): Folders | null {
  const byParent = new Map<string, string[]>();
  for (const folder of foldersOf(pairs)) {
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    byParent.set(parent, [...(byParent.get(parent) ?? []), folder]);
  }
  const depthOf = (parent: string) => (parent === "" ? 0 : parent.split("/").length);
  const groups = [...byParent].sort(([a], [b]) => depthOf(a) - depthOf(b));
  let best: { readonly depth: number; readonly count: number; readonly folders: Folders } | null = null;
  for (const [parent, siblings] of groups) {
    const depth = depthOf(parent);
    if (best !== null && depth > best.depth) break;
    const sides = siblings.slice(0, MOST_TRIED).map((folder) => ({ folder, items: masksIn(folder, pairs) }));
    for (const [place, a] of sides.entries()) {
      for (const b of sides.slice(place + 1)) {
        const count = pairByName(a.items, b.items).pairs.length;
        if (count <= (best?.count ?? 0)) continue;
        const isSwapped = isTruth(b.folder) && !isTruth(a.folder);
        const [reference, other] = isSwapped ? [b.folder, a.folder] : [a.folder, b.folder];
        best = { depth, count, folders: { reference, other } };
      }
    }
  }
  return best?.folders ?? null;
}

function isTruth(folder: string): boolean {
  return TRUTH.test(folder.slice(folder.lastIndexOf("/") + 1));
}

export function pairFolders({ reference, other }: Folders, pairs: readonly MaskPair[]): Paired<InFolder> {
  return pairByName(masksIn(reference, pairs), masksIn(other, pairs));
}

function masksIn(folder: string, pairs: readonly MaskPair[]): InFolder[] {
  return pairs
    .filter(({ name }) => name.startsWith(`${folder}/`))
    .map((pair) => ({ name: pair.name.slice(folder.length + 1), pair }));
}
