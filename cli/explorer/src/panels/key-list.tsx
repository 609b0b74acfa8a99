/** All keys, in a dialog. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import "./key-list.css";

export const areKeysListed = signal(false);

type Key = readonly [keys: readonly string[], meaning: string];

const GROUPS: readonly { readonly title: string; readonly keys: readonly Key[] }[] = [
  {
    title: "Anywhere",
    keys: [
      [["?"], "list the keys"],
      [["J"], "next mask"],
      [["K"], "previous mask"],
      [["N"], "next defect: the largest unknown colour first; in a comparison, the next difference"],
      [["Shift N"], "the previous one"],
      [["M"], "measure a distance, with Shift a box; again or Esc ends it"],
      [["E"], "edit the isolated labels in the legend"],
      [["Ctrl", "Z"], "undo the last edit of the legend, with Shift redo it"],
      [["O"], "outlines only, or filled"],
      [["L"], "legend on the image, or none"],
      [["Esc"], "isolate none; hidden labels stay hidden"],
    ],
  },
  {
    title: "Image",
    keys: [
      [["←", "↑", "→", "↓"], "move, with Shift in large steps"],
      [["+", "−"], "zoom"],
      [["0"], "the whole mask"],
      [["1"], "one screen pixel for each pixel"],
      [["F"], "fly to what is isolated"],
      [["Enter"], "isolate the label in the middle, with Shift add it; measure from or to its pixel"],
    ],
  },
  {
    title: "Labels",
    keys: [
      [["↑", "↓"], "choose"],
      [["Enter"], "isolate, with Shift add"],
      [["Space"], "hide or show"],
      [["F"], "find"],
    ],
  },
  {
    title: "Confusion matrix, pictures",
    keys: [
      [["←", "↑", "→", "↓"], "choose"],
      [["Enter"], "isolate the pixels, open the mask"],
      [["F"], "find the pixels"],
    ],
  },
  {
    title: "Pointer",
    keys: [
      [["Click"], "isolate a label"],
      [["Ctrl", "Click"], "add a label"],
      [["Shift", "Click"], "add a label; in the list, all in between"],
      [["Wheel"], "zoom"],
    ],
  },
];

export function KeyList() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (areKeysListed.value) dialog.current!.showModal();
    else dialog.current!.close();
  }, [areKeysListed.value]);
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-labelledby="keys-title"
      onClose={() => {
        areKeysListed.value = false;
      }}
    >
      <form method="dialog" class="keys-head">
        <h1 id="keys-title">Keys</h1>
        <button type="submit" class="button">
          Close
        </button>
      </form>
      <div class="keys-groups">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {keys.map(([names, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
