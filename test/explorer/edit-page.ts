/** The editor of legends, as a user works with it. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { rowTexts } from "./explorer-page.js";

export async function labelRows(page: Page): Promise<string[][]> {
  await page.getByRole("tab", { name: /^Labels/ }).click();
  return rowTexts(page);
}

/** Isolates the largest label that the list calls so. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name: /^Labels/ }).click();
  const row = page
    .locator("tbody tr", { has: page.locator(".name").getByText(name, { exact: true }) })
    .first();
  if ((await row.getAttribute("aria-selected")) !== "true") await row.click();
}

export async function openEdit(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Edit" }).click();
}

/** Goes to the editor from the strip below the image. */
export async function edit(page: Page): Promise<void> {
  await page.mouse.move(1100, 20);
  await page.locator(".label-card").getByRole("button", { name: "Edit", exact: true }).click();
}

export async function giveName(page: Page, button: string, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator(".last-edit", { hasText: name }).waitFor();
}

export async function save(
  page: Page,
  button: string,
): Promise<{ readonly name: string; readonly text: string }> {
  await openEdit(page);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: button, exact: true }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}
