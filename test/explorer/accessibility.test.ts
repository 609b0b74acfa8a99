/**
 * Every view, tab and dialog of the built page: what axe finds, in both colours, in windows of 390 to 1920 pixels, with
 * fingers and with a mouse; and that the Tab key reaches every control, where it can be seen. Nothing scrolls sideways.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import {
  drop,
  dropFixture,
  dropSet,
  type Explorer,
  errorsOf,
  expectNoFaults,
  fixtureFiles,
  framesPass,
  infosOf,
  shown,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

/** Has a colour that its legend lacks, and a legend key that is not a colour. */
const DEFECTIVE = "brush-720p-rgba-alpha";
const STREET = "street-500-rgb-interlaced";
const BROKEN = { name: "x-broken.png", bytes: new Uint8Array(4) };

/** Colours do not depend on the size, so that dark ones are tried in the least window and in the usual one. */
const DARK_WIDTHS: readonly number[] = [390, 1280];
const WINDOWS = {
  fingers: { sizes: [[390, 844]], options: { hasTouch: true, isMobile: true } },
  "a mouse": {
    sizes: [
      [768, 1024],
      [1280, 800],
      [1920, 1080],
    ],
    options: {},
  },
} as const;

/** Each with what a user does to see it. */
const SEEN: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  "the first view": (page) => page.getByRole("button", { name: "Open a sample" }).waitFor(),
  "the labels, one isolated and one hidden": async (page) => {
    await openSample(page);
    await page.getByLabel("Show sky").uncheck();
    await page.getByRole("row", { name: "building" }).click();
    await page.locator(".label-card").waitFor();
  },
  "the labels by class, and the display": async (page) => {
    await openSample(page);
    await page.getByLabel("Colour by").selectOption("class");
    await page.getByRole("button", { name: "By class" }).click();
    await page.getByRole("button", { name: "Open car", exact: true }).click();
    await page.getByRole("button", { name: "Display" }).click();
    await page.getByLabel("Outlines only").check();
  },
  "the image, enlarged to single pixels": async (page) => {
    await openSample(page);
    await page.locator(".stage").focus();
    await page.keyboard.press("1");
    for (let press = 0; press < 16; press++) await page.keyboard.press("+");
    await page.locator(".pixel-values").waitFor();
  },
  "the defects": async (page) => {
    await dropFixture(page, DEFECTIVE);
    await page.getByRole("tab", { name: /^Defects/ }).click();
    await page
      .getByRole("button", { name: /^Find / })
      .first()
      .click();
  },
  "the editor of the legend": async (page) => {
    await dropFixture(page, DEFECTIVE);
    await page.getByRole("tab", { name: /^Defects/ }).click();
    await page
      .getByRole("button", { name: /^Name / })
      .first()
      .click();
    await page.getByLabel("Name", { exact: true }).fill("needle");
    await page.keyboard.press("Enter");
    await page.locator(".last-edit", { hasText: "needle" }).waitFor();
    await page.locator("summary").click();
  },
  "the export": async (page) => {
    await openSample(page);
    await page.getByRole("tab", { name: "Export" }).click();
    await page.locator("pre").waitFor();
  },
  "the timings": async (page) => {
    await openSample(page);
    await page.getByRole("tab", { name: "Timings" }).click();
  },
  "the list of keys": async (page) => {
    await openSample(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  },
  "an error and other messages": async (page) => {
    await openSample(page);
    await drop(page, textFile("notes.txt", "hello"));
    await errorsOf(page).waitFor();
    const { png, json } = fixtureFiles(STREET);
    await drop(page, png, json, textFile("unused.json", "{}"));
    await infosOf(page).first().waitFor();
    await drop(page, textFile("notes.txt", "hello"));
    await errorsOf(page).waitFor();
  },
  "the data set, with a broken mask": (page) => openSet(page),
  "the data set, filtered": async (page) => {
    await openSet(page);
    await page.locator(".class-button").getByText("sky", { exact: true }).click();
    await page.getByText(/^\d of \d masks$/).waitFor();
  },
  "the differences of two masks": (page) => openCompared(page, "Difference"),
  "two masks with a divider": (page) => openCompared(page, "Swipe"),
  "two masks in turn": (page) => openCompared(page, "Blink"),
  "the evaluation before it runs": (page) => openFolders(page),
  "the evaluation, with an error": async (page) => {
    await openFolders(page);
    await page.getByRole("button", { name: "Compare 3 pairs" }).click();
    await page.getByText("2 of 3 pairs compared, 1 error.").waitFor();
  },
};

describe.skipIf(findChromium() === undefined)("all can use", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const cases = Object.keys(SEEN).flatMap((view) =>
    (Object.keys(WINDOWS) as (keyof typeof WINDOWS)[]).map((how) => [view, how] as const),
  );
  it.each(cases)("%s, without faults for axe, with %s", (view, how) =>
    withPage(
      explorer,
      async (page) => {
        await SEEN[view]!(page);
        for (const [width, height] of WINDOWS[how].sizes) {
          await page.setViewportSize({ width, height });
          for (const colorScheme of ["light", "dark"] as const) {
            if (colorScheme === "dark" && !DARK_WIDTHS.includes(width)) continue;
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            await framesPass(page, 3);
            await expectNoFaults(page, `${width} × ${height}, ${colorScheme}`);
          }
          const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
          expect(scrollWidth, `${width} × ${height}`).toBe(clientWidth);
        }
      },
      { viewport: sizeOf(how), ...WINDOWS[how].options },
    ),
  );

  it.each(Object.keys(SEEN))(
    "%s, with the Tab key: it reaches every control, and nothing covers it",
    (view) =>
      withPage(explorer, async (page) => {
        await SEEN[view]!(page);
        const count = await page.evaluate(findControls);
        expect(count).toBeGreaterThan(view === "the list of keys" ? 0 : 3);
        const covered: string[] = [];
        // The browser's own controls come between the last one and the first.
        for (let press = 0; press < count + 3; press++) {
          await page.keyboard.press("Tab");
          const text = await page.evaluate(noteFocus);
          if (text !== null) covered.push(text);
        }
        expect(covered).toEqual([]);
        expect(await page.evaluate(() => window.missed())).toEqual([]);
      }),
  );
});

declare global {
  interface Window {
    /** Controls that have not had the focus. */
    controls: Set<Element>;
    missed(): string[];
  }
}

/** Runs in the page. Finds the controls that are to be reached with the Tab key; others belong to a list with its own keys. */
function findControls(): number {
  const within = document.querySelector("dialog[open]") ?? document;
  const all = within.querySelectorAll<HTMLElement>(
    ":is(button, select, input, textarea, summary, a[href], [tabindex]):not([tabindex='-1'], :disabled)",
  );
  window.controls = new Set([...all].filter((control) => control.checkVisibility()));
  window.missed = () => [...window.controls].map(({ outerHTML }) => outerHTML.slice(0, 120));
  return window.controls.size;
}

/** Runs in the page. Notes what has the focus. Returns what it is if something covers it. */
function noteFocus(): string | null {
  const focused = document.activeElement!;
  if (focused === document.body) return null;
  window.controls.delete(focused);
  // Arrow keys go to the other choices of a group.
  if (focused instanceof HTMLInputElement && focused.type === "radio") {
    for (const control of window.controls) {
      if (control instanceof HTMLInputElement && control.name === focused.name)
        window.controls.delete(control);
    }
  }
  // A list is larger than what is seen of it.
  if (focused.matches("[role=application], [role=listbox], [role=grid], [role=treegrid], [role=tabpanel]"))
    return null;
  const seen = focused.closest("label") ?? focused;
  const { x, y, width, height } = seen.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  const isSeen = top !== null && (seen.contains(top) || top.contains(focused));
  return isSeen ? null : `${focused.outerHTML.slice(0, 120)} below ${top?.outerHTML.slice(0, 80)}`;
}

function sizeOf(how: keyof typeof WINDOWS): { readonly width: number; readonly height: number } {
  const [width, height] = WINDOWS[how].sizes[0];
  return { width, height };
}

async function openSample(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Open a sample" }).click();
  await shown(page, "street");
}

async function openSet(page: Page): Promise<void> {
  const masks = [DEFECTIVE, STREET, "brush-511-grey"].map(fixtureFiles);
  await dropSet(page, ...masks.flatMap(({ png, json }) => [png, json]), BROKEN);
}

async function openCompared(page: Page, shownAs: string): Promise<void> {
  await openSample(page);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".matrix").waitFor();
  await page.getByRole("group", { name: "Shown on the stage" }).getByText(shownAs, { exact: true }).click();
}

async function openFolders(page: Page): Promise<void> {
  const { png, json } = fixtureFiles(STREET);
  const files = ["truth", "model"].flatMap((folder) => [
    ...["a", "b"].flatMap((name) => [
      { name: `${folder}/${name}.png`, bytes: png.bytes },
      { name: `${folder}/${name}.json`, bytes: json.bytes },
    ]),
    { ...BROKEN, name: `${folder}/c.png` },
  ]);
  await dropSet(page, ...files);
  await page.getByRole("button", { name: "Evaluate" }).click();
  await page.getByLabel("Reference folder").waitFor();
}
