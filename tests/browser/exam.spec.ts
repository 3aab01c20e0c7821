// An exam: its code, what it closes, minutes that are given while it runs, and its end, which hands in what was
// answered.
import { inspect } from "./inspect";
import { courseOf, question } from "./quiz_course";
import { expect, testOf } from "./server";
import { signIn, writeStatement } from "./steps";

let closes: number;

/** From the start of the server to the close of the window. */
const WINDOW_MS = 45_000;

const test = testOf(() => {
  closes = Date.now() + WINDOW_MS;
  const [from, to] = [new Date(Date.now() - 60_000).toISOString(), new Date(closes).toISOString()];
  const exam = `exam:\n  opens: ${from}\n  closes: ${to}\n  start_code: sand-42`;
  return courseOf(`title: The exam\nminutes: 15\n${exam}\ndraw: {per_topic: 9}`);
});
test.describe.configure({ mode: "serial" });

test("the code begins the attempt, and lessons are closed while it runs", async ({ page, browser, server }) => {
  await signIn(page, "ada");
  await page.goto("/quiz");
  await page.getByLabel("Code to start").fill("sand-41");
  await page.getByRole("button", { name: "Start the exam" }).click();
  await expect(page.getByLabel("Code to start")).toHaveAccessibleDescription(/not the code/);
  await inspect(page, "/quiz");
  await page.getByLabel("Code to start").fill("sand-42");
  await page.getByRole("button", { name: "Start the exam" }).click();
  await page.waitForURL(/attempts/);
  const attempt = new URL(page.url()).pathname;
  const closed = await page.goto("/lessons/one");
  expect(closed?.status()).toBe(409);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The lessons are closed");
  await page.getByRole("link", { name: "To the exam" }).click();
  await page.getByRole("link", { name: "Go on with your attempt" }).click();

  // Béla is given more time while he writes; Ada is not.
  const other = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(other, "bela");
  await other.goto("/quiz");
  await other.getByLabel("Code to start").fill("SAND-42");
  await other.getByRole("button", { name: "Start the exam" }).click();
  await other.waitForURL(/attempts/);
  const staff = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(staff, "ines");
  await staff.goto("/teach/quizzes/small");
  await staff.getByLabel("More time for").selectOption({ label: "Béla Novák" });
  await staff.getByLabel("Minutes").fill("2");
  await staff.getByRole("button", { name: "Give the minutes" }).click();
  await expect(staff.getByText("2 minutes for Béla Novák")).toBeVisible();
  await inspect(staff, "/teach/quizzes/small");

  await (await question(page, "word")).getByLabel("Your answer").fill("remove");
  await writeStatement(await question(page, "mend"), "DELETE FROM menu WHERE price < 10");
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Saved");
  await (await question(other, "word")).getByLabel("Your answer").fill("add");
  await expect(other.locator('[data-role="save-state"]')).toHaveText("Saved");
  await expect(other.locator('[data-role="time"]')).toHaveText(/^[12]:\d\d$/);

  // The end comes by itself, and what was saved is handed in.
  await expect(page.locator(".score")).toHaveText(/2\s*of 4 points/, { timeout: WINDOW_MS + 30_000 });
  expect(Date.now()).toBeGreaterThan(closes - 1_500);
  expect(new URL(page.url()).pathname).toBe(attempt);
  await expect(page.getByText("The time was over; what was saved counts.")).toBeVisible();
  expect((await page.goto("/lessons/one"))?.status()).toBe(200);
  await expect(other.locator('[data-role="time"]')).toBeVisible();
  await other.reload();
  await expect(other.locator('[data-role="answered"]')).toHaveText("1 of 4 answered");
  await other.context().close();
  await staff.context().close();
});

test("after the close nobody begins", async ({ page }) => {
  await signIn(page, "chen");
  await page.goto("/quiz");
  await expect(page.getByText("The exam closed on")).toBeVisible();
  await expect(page.getByRole("button", { name: "Start the exam" })).toHaveCount(0);
});
