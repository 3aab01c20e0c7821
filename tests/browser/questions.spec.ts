// The questions of a lesson: answered by keyboard, scored in the page, kept, and counted beside the other parts.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./server";
import { signIn } from "./steps";

const LESSON = "/lessons/time-travel";
const question = (page: Page, number: number) => page.locator(`#question-${number}`);

test("a wrong choice gets its own feedback, a right one ends the question, and both are kept", async ({ page }) => {
  await signIn(page, "chen");
  await page.goto(LESSON);
  const first = question(page, 1);
  await first.getByLabel("Version 4, and the query fails").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(first.locator('[data-role="verdict"]')).toHaveText("Not right. Change your answer and check again.");
  await expect(first.locator(".option-feedback")).toHaveText(["A restore goes on in the log; it takes nothing out of it."]);
  await expect(first.locator("details")).not.toHaveAttribute("open");
  await expect(page.locator("#announcer")).toContainText("Not right.");
  await expect(first.getByRole("button", { name: "Check" })).toBeFocused();
  await first.getByText("Version 12, and the query works").first().click();
  await first.getByRole("button", { name: "Check" }).click();
  await expect(first.locator('[data-role="verdict"]')).toHaveText("Right.");
  await expect(first.locator("details")).toContainText("adds a version with the files of an old one");
  await page.reload();
  await expect(first.locator('[data-role="verdict"]')).toHaveText("Right.");
  await expect(page.locator(".lesson-head")).toContainText("1 of 2 questions answered");
  await page.goto("/progress");
  await expect(page.locator(".lesson-list")).toContainText("1 of 2 questions answered");
});

test("a number is checked where it stands, and nothing is wrong for who uses other means", async ({ page }) => {
  await signIn(page, "chen");
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: scheme === "light" ? 1366 : 390, height: 900 });
    await page.goto("/lessons/insert-update-merge");
    const numeric = question(page, 1);
    await numeric.getByLabel("Your answer").fill("five");
    await page.keyboard.press("Enter");
    await expect(numeric.locator(".question-verdict")).toContainText("Go through the source row by row");
    await numeric.getByLabel("Your answer").fill("6");
    await page.keyboard.press("Enter");
    await expect(numeric.locator('[data-role="verdict"]')).toHaveText("Right.");
    const several = question(page, 2);
    await several.getByLabel("basic, another word").check();
    await several.getByRole("button", { name: "Check" }).click();
    await expect(several.locator('[data-role="verdict"]')).toContainText("Partly right.");
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
    expect(found.violations).toEqual([]);
    await several.screenshot({ path: test.info().outputPath(`question-${scheme}.png`) });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  }
});

test("without a script a question is a form", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("User name").fill("bela");
  await page.getByLabel("Password").fill("student-demo-2");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.goto(LESSON);
  const second = question(page, 2);
  await second.getByText("No, for its files are older").first().click();
  await second.getByRole("button", { name: "Check" }).click();
  await expect(page).toHaveURL(/#question-2$/);
  await expect(second.locator(".option-feedback")).toContainText("these were not removed");
  await context.close();
});
