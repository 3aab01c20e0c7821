// What every page keeps to: no axe violation, nothing sticks out, nothing moves while it loads.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Opens the page, and looks at it. */
export async function inspect(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForLoadState("networkidle");
  const { sum, moved } = await page.evaluate(layoutShift);
  expect(sum, `layout shift of ${moved.join(", ")}`).toBeLessThan(0.02);
  await look(page);
}

/** Looks at the page that is open, with every part of it open. */
export async function look(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>("details:not([data-menu])")) details.open = true;
  });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, "pixels that stick out").toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  expect(told).toEqual([]);
}

interface Shift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null }[];
}

/** Everything that moved without the reader's doing, as Chromium counts it. */
function layoutShift(): Promise<{ sum: number; moved: string[] }> {
  return new Promise((resolve) => {
    let sum = 0;
    const moved = new Set<string>();
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        sum += entry.value;
        for (const { node } of entry.sources) moved.add(node instanceof Element ? `${node.tagName}.${node.className}` : `${node?.nodeName}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve({ sum, moved: [...moved] }), 100);
  });
}
