/** The views, the choice of the mask, the buttons that open files, and the colours of the page. */
import { walkedPairs } from "../dataset/filter.js";
import { FilePickers } from "../files/file-pickers.js";
import { dismissInfos } from "../notices.js";
import { openFirst } from "../open-files.js";
import { openMask } from "../open-mask.js";
import { busyWith, opened, pairs, type View, view } from "../state.js";
import { type Theme, theme } from "../theme.js";

/** In the order in which the toolbar shows them. */
const VIEWS: readonly { readonly view: View; readonly title: string }[] = [
  { view: "one", title: "Mask" },
  { view: "compare", title: "Compare" },
  { view: "dataset", title: "Data set" },
];

export function Toolbar() {
  return (
    <header class="toolbar">
      <p class="brand">
        label<b>map</b>
      </p>
      {pairs.value.length > 0 && (
        <nav class="segments" aria-label="Views">
          {VIEWS.map(({ view: name, title }) => (
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
          ))}
        </nav>
      )}
      {pairs.value.length > 1 && view.value === "one" && <MaskPicker />}
      <p class="status" role="status">
        {busyWith.value !== null && `Opening ${busyWith.value} …`}
      </p>
      {pairs.value.length > 0 && <FilePickers />}
      <ThemeSwitch />
    </header>
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
        disabled={place <= 0}
        onClick={() => openFirst(masks.slice(0, place).reverse())}
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
        disabled={place + 1 >= masks.length}
        onClick={() => openFirst(masks.slice(place + 1))}
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
