// A lesson: its walkthrough by keyboard, a snippet and the log that it makes, the exercise graded, the way back to it.
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./server";
import { ran, signIn, write } from "./steps";

const LESSON = "/lessons/time-travel";
const film = (page: Page): Locator => page.locator("#walkthrough");
const place = (page: Page): Locator => film(page).locator('[data-role="place"]');
const shown = (page: Page, pane: string): Locator => film(page).locator(`[data-pane="${pane}"] .film-stack > :not([data-off])`);

test.describe.configure({ mode: "serial" });

let page: Page;

test.beforeAll(async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, reducedMotion: "reduce" });
  page = await context.newPage();
  await signIn(page, "bela");
});

test("with reduced motion a walkthrough waits to be stepped, and keys move statement, log, files and rows together", async () => {
  await page.goto(LESSON);
  await expect(place(page)).toHaveText("1 of 9");
  await expect(film(page).getByRole("button", { name: "Play" })).toBeHidden();
  await film(page).locator('[data-role="stage"]').focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(place(page)).toHaveText("3 of 9");
  await expect(shown(page, "statement")).toContainText("DELETE FROM menu");
  await expect(shown(page, "log").locator("[data-fresh]")).toContainText("DELETE");
  await expect(shown(page, "rows").locator("tbody tr")).toHaveCount(1);
  const files = shown(page, "files").locator("li:not([data-off])");
  await expect(files).toHaveText([/A .*removed/, /B .*removed/, /C .*live/]);
  await page.keyboard.press("ArrowLeft");
  await expect(shown(page, "statement")).toContainText("UPDATE menu");
  await expect(files).toHaveText([/A .*removed/, /B .*live/]);
  await expect(page.locator("#announcer")).toContainText("Step 2 of 9");
  await page.keyboard.press("End");
  await expect(place(page)).toHaveText("9 of 9");
  await expect(shown(page, "statement")).toContainText("DELTA_FILE_NOT_FOUND_DETAILED");
});

test("a walkthrough plays by itself when it is in view, pauses, and remembers where it was left", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const other = await context.newPage();
  await signIn(other, "ada");
  await other.goto("/lessons/insert-update-merge");
  await film(other).scrollIntoViewIfNeeded();
  await expect(film(other)).toHaveAttribute("data-playing", "");
  await film(other).getByLabel("Speed").selectOption("double");
  await expect(place(other)).toHaveText("2 of 9", { timeout: 10_000 });
  await film(other).locator('[data-role="stage"]').focus();
  await other.keyboard.press(" ");
  await expect(film(other)).not.toHaveAttribute("data-playing");
  await other.keyboard.press("ArrowRight");
  await other.waitForLoadState("networkidle");
  await other.reload();
  await expect(place(other)).toHaveText("3 of 9");
  await context.close();
});

test("what a snippet gives stands under it until the reader's own output takes its place", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const other = await context.newPage();
  await signIn(other, "chen");
  await other.goto("/lessons/creating-delta-tables");
  const snippet = other.locator("#snippet-1");
  const expected = snippet.getByRole("group", { name: "Expected output of Snippet 1" });
  await expect(expected).toContainText("Expected output");
  await expect(expected.getByRole("table").first()).toBeVisible();
  await snippet.getByRole("button", { name: "Run" }).click();
  await ran(snippet, /Succeeded/);
  await expect(expected).toHaveCount(0);
  await expect(snippet.locator(".run")).toBeVisible();
  await context.close();
});

test("a reader who scrolled goes on there on another device", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const first = await context.newPage();
  await signIn(first, "chen");
  await first.goto("/lessons/insert-update-merge");
  const kept = first.waitForResponse((response) => response.url().endsWith("/place") && response.status() === 204);
  await first.getByRole("heading", { level: 2, name: "Traps worth knowing" }).evaluate((heading) => heading.scrollIntoView());
  await kept;
  await context.close();
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const second = await elsewhere.newPage();
  await signIn(second, "chen");
  await second.goto("/");
  await second.getByRole("link", { name: /^Continue/ }).first().click();
  await expect(second).toHaveURL(/insert-update-merge#traps-worth-knowing$/);
  await expect(second.locator(".resume a")).toHaveText("Traps worth knowing");
  await elsewhere.close();
});

test("a snippet runs, and its commits are steps of the reader's own log", async () => {
  const snippet = page.locator("#snippet-1");
  await snippet.getByRole("button", { name: "Run" }).click();
  await ran(snippet, /Succeeded/);
  const log = page.locator("sb-log");
  await log.scrollIntoViewIfNeeded();
  await expect(log.locator("sb-film")).toBeVisible();
  await expect(log.locator('[data-role="place"]')).toHaveText("4 of 4");
  await snippet.getByRole("button", { name: "Run" }).click();
  await ran(snippet, /Succeeded/);
  await expect(log.locator('[data-role="place"]')).toHaveText("8 of 8");
});

test("the exercise is graded at once, first wrong, then right", async () => {
  const exercise = page.locator("#exercise");
  const wrong = "DELETE FROM drinks WHERE kind = 'cold';\nRESTORE TABLE drinks TO VERSION AS OF 0;";
  await write(page, exercise.locator('[data-role="editor"]'), wrong);
  await exercise.getByRole("button", { name: "Check" }).click();
  await expect(exercise.locator(".checks-summary")).toHaveText("1 of 2 checks hold.");
  await expect(exercise).toContainText("No row changed");
  await write(page, exercise.locator('[data-role="editor"]'), `${wrong}\nDELETE FROM drinks WHERE item = 'Iced tea';`);
  await exercise.getByRole("button", { name: "Check" }).click();
  await expect(exercise.locator(".checks-summary")).toHaveText("Solved: 2 checks hold.");
});

test("the overview says what was done, and continues there", async () => {
  await page.goto("/");
  const topic = page.locator(".topic", { hasText: /^\s*Time Travel/ });
  await expect(topic).toContainText("Walkthrough seen, 1 of 6 snippets run, 0 of 2 questions answered, exercise solved");
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1366, 390]) {
    test(`a lesson in the middle of its walkthrough is accessible, ${theme}, ${width} px`, async () => {
      await page.context().addCookies([{ name: "theme", value: theme, url: page.url() }]);
      await page.setViewportSize({ width, height: 900 });
      await page.goto(LESSON);
      await page.locator("sb-log").scrollIntoViewIfNeeded();
      await expect(page.locator("sb-log sb-film")).toBeVisible();
      await film(page).locator('[data-role="stage"]').focus();
      await page.keyboard.press("Home");
      for (let step = 0; step < 4; step += 1) await film(page).getByRole("button", { name: "Step forward" }).click();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll<HTMLDetailsElement>("details:not([data-menu])")) details.open = true;
      });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, "pixels that stick out").toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
    });
  }
}

test("without scripts the transcript is there, and forms do the rest", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto("/sign-in");
  await plain.getByLabel("User name").fill("chen");
  await plain.getByLabel("Password").fill("student-demo-3");
  await plain.getByRole("button", { name: "Sign in", exact: true }).click();
  await plain.goto("/lessons/what-is-delta-lake");
  await expect(film(plain).locator('[data-role="stage"]')).toBeHidden();
  await film(plain).getByText("Transcript").click();
  await expect(film(plain)).toContainText("readings, version 1 (WRITE): adds A with 2 rows.");
  await plain.getByRole("button", { name: "I have read it" }).click();
  await expect(plain.locator(".lesson-head")).toContainText("Walkthrough seen");
  await plain.locator("#exercise").getByRole("button", { name: "Check" }).click();
  await expect(plain.locator("#exercise .checks-summary")).toContainText("of 3 checks hold.");
  await context.close();
});
