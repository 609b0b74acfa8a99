/**
 * The views, the choice of the mask, the buttons that open files, and the colours of the page. In a narrow window, what is
 * seldom needed is in a menu, so that there is one row.
 */
import { signal } from "@preact/signals";
import { walkedPairs } from "../dataset/filter.js";
import { canEvaluate } from "../evaluate/load-evaluation.js";
import { FilePickers } from "../files/file-pickers.js";
import { dismissInfos } from "../notices.js";
import { openNeighbour } from "../open-files.js";
import { openMask } from "../open-mask.js";
import { busyWith, opened, pairs, type View, view } from "../state.js";
import { type Theme, theme } from "../theme.js";
import { areKeysListed } from "./key-list.js";

/** In the order in which the toolbar shows them. */
const VIEWS: readonly { readonly view: View; readonly title: string }[] = [
  { view: "one", title: "Mask" },
  { view: "compare", title: "Compare" },
  { view: "dataset", title: "Data set" },
  { view: "evaluate", title: "Evaluate" },
];

const MENU = "toolbar-menu";
const isMenuOpen = signal(false);

export function Toolbar() {
  return (
    <header class="toolbar">
      <p class="brand">
        label<b>map</b>
      </p>
      {pairs.value.length > 0 && (
        <nav class="segments" aria-label="Views">
          {VIEWS.filter(({ view: name }) => name !== "evaluate" || canEvaluate()).map(
            ({ view: name, title }) => (
              <button
                key={name}
                type="button"
                aria-current={view.value === name ? "page" : undefined}
                onClick={() => {
                  view.value = name;
                  // They were about what the other view shows.
                  dismissInfos();
                }}
              >
                {title}
              </button>
            ),
          )}
        </nav>
      )}
      {pairs.value.length > 1 && view.value === "one" && <MaskPicker />}
      <p class="status" role="status">
        {busyWith.value !== null && `Opening ${busyWith.value} …`}
      </p>
      <Menu />
    </header>
  );
}

/** In a wide window the button is not there, and the menu is a part of the row. */
function Menu() {
  const close = () => {
    isMenuOpen.value = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isMenuOpen.value) return;
    event.stopPropagation();
    close();
    document.getElementById(`${MENU}-button`)!.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the menu from any of its controls.
    <div class="menu" onKeyDown={onKeyDown}>
      <button
        type="button"
        id={`${MENU}-button`}
        class="button icon menu-button"
        aria-label="More"
        aria-expanded={isMenuOpen.value}
        aria-controls={MENU}
        onClick={() => {
          isMenuOpen.value = !isMenuOpen.value;
        }}
      >
        ⋯
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the clicks are those of the buttons in it. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above; a button's key is a click, too. */}
      <div
        id={MENU}
        class={isMenuOpen.value ? "menu-items is-open" : "menu-items"}
        onClick={({ target }) => (target as Element).closest("button") !== null && close()}
      >
        {pairs.value.length > 0 && <FilePickers />}
        <ThemeSwitch />
        <button
          type="button"
          class="button keys-button"
          aria-label="Keys"
          title="List the keys (?)"
          onClick={() => {
            areKeysListed.value = true;
          }}
        >
          ?
        </button>
      </div>
    </div>
  );
}

function MaskPicker() {
  const shown = opened.value?.pair;
  // As the data set is sorted and filtered.
  const masks = walkedPairs.value;
  const place = shown === undefined ? -1 : masks.indexOf(shown);
  return (
    <div class="mask-picker">
      <button
        type="button"
        class="button icon"
        aria-label="Previous mask"
        title="Previous mask (K)"
        disabled={place <= 0}
        onClick={() => openNeighbour(-1)}
      >
        ‹
      </button>
      <select
        aria-label="Mask"
        value={place}
        onChange={({ currentTarget }) => openMask(masks[Number(currentTarget.value)]!)}
      >
        {place < 0 && shown !== undefined && <option value={-1}>{shown.name}</option>}
        {masks.map(({ name }, index) => (
          <option key={index} value={index}>
            {name}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="button icon"
        aria-label="Next mask"
        title="Next mask (J)"
        disabled={place + 1 >= masks.length}
        onClick={() => openNeighbour(1)}
      >
        ›
      </button>
    </div>
  );
}

const THEMES: readonly { readonly value: Theme; readonly title: string }[] = [
  { value: "system", title: "Colours: system" },
  { value: "light", title: "Colours: light" },
  { value: "dark", title: "Colours: dark" },
];

function ThemeSwitch() {
  return (
    <select
      aria-label="Page colours"
      value={theme.value}
      onChange={({ currentTarget }) => {
        theme.value = currentTarget.value as Theme;
      }}
    >
      {THEMES.map(({ value, title }) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
}
