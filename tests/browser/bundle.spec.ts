// What a page costs to load, in kB of gzip, and that editors come only when they are touched.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, test } from "./server";
import { cell, signIn } from "./steps";

const DIST = path.resolve(__dirname, "../../web/ui/dist");

interface Cost {
  scripts: number;
  styles: number;
}

/** Bytes of the files that the page asked for, as gzip would send them. */
async function costOf(page: Page): Promise<Cost> {
  const files = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.replace(/^\/assets\//, "")),
  );
  const weigh = async (ending: string): Promise<number> => {
    const sizes = [...new Set(files)].filter((file) => file.endsWith(ending)).map(async (file) => gzipSync(await readFile(path.join(DIST, file))).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000;
  };
  return { scripts: await weigh(".js"), styles: await weigh(".css") };
}

const LIMITS: [name: string, address: string, scripts: number, styles: number][] = [
  ["overview", "/", 20, 14],
  ["lesson", "/lessons/time-travel", 22, 16],
  ["Delta lab", "/labs/delta", 35, 18],
  ["quiz", "/quiz", 20, 14],
  ["progress", "/progress", 20, 14],
];

test("pages stay light, and a lab loads its editor only on touch", async ({ page }) => {
  await signIn(page, "ada");
  for (const [name, address, scripts, styles] of LIMITS) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    const cost = await costOf(page);
    expect(cost.scripts, `${name}: scripts`).toBeGreaterThan(1);
    expect(cost.scripts, `${name}: scripts`).toBeLessThan(scripts);
    expect(cost.styles, `${name}: styles`).toBeGreaterThan(1);
    expect(cost.styles, `${name}: styles`).toBeLessThan(styles);
  }
  await page.goto("/labs/delta");
  await cell(page, "Task 1").locator("pre.code").click();
  await expect(cell(page, "Task 1").locator(".cm-content")).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect((await costOf(page)).scripts, "with an editor").toBeLessThan(205);
});
