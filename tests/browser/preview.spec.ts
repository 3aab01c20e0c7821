// A course while it is written: a page follows the files, and says what is wrong with them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { sandbar, started } from "./server";

test("a saved file is on the page at once, and a mistake stands there until it is mended", async ({ page }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "sandbar-course-"));
  const course = path.join(folder, "orchard");
  sandbar("new", "course", "orchard", course);
  const file = path.join(course, "lessons/first-steps.md");
  const text = await readFile(file, "utf8");
  await started(["--watch", course], async ({ url }) => {
    await page.goto(`${url}/sign-in`);
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Password").fill("student-demo-1");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.goto(`${url}/lessons/first-steps`);
    await writeFile(file, text.replace("## What a table remembers", "## What a table keeps"));
    await expect(page.getByRole("heading", { name: "What a table keeps" })).toBeVisible();
    const panel = page.locator("sb-preview");
    await writeFile(file, text.replace("minutes:", "minutse:"));
    await expect(panel).toContainText("lessons/first-steps.md:3:1");
    await expect(panel).toContainText("Did you mean minutes?");
    await expect(page.getByRole("heading", { name: "What a table keeps" })).toBeVisible();
    const found = await new AxeBuilder({ page }).include("sb-preview").analyze();
    expect(found.violations).toEqual([]);
    await page.screenshot({ path: test.info().outputPath("preview.png") });
    await writeFile(file, text);
    await expect(page.getByRole("heading", { name: "What a table remembers" })).toBeVisible();
    await expect(panel.locator("details")).toHaveCount(0);
  });
  await rm(folder, { recursive: true, force: true });
});
