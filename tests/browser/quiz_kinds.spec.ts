// Questions that need the engine, taken and scored; what staff see of the quiz; all of it accessible.
import type { Page } from "@playwright/test";
import { inspect, look } from "./inspect";
import { answerAll, begin, courseOf, question } from "./quiz_course";
import { expect, testOf } from "./server";
import { handIn, signIn, writeStatement } from "./steps";

const test = testOf(() => courseOf("title: Small quiz\nminutes: 15\nshuffle: true"));
test.describe.configure({ mode: "serial", timeout: 240_000 });

const answered = (page: Page, of: string): Promise<void> =>
  expect(page.locator('[data-role="answered"]')).toHaveText(`${of} answered`);

test("results are tables to choose, a statement is mended, a log is read, and all of it is scored", async ({ page }) => {
  const attempt = await begin(page, "ada");
  const gives = await question(page, "gives");
  await expect(gives.locator(".material")).toHaveCount(2);
  await expect(gives.locator(".option-output")).toHaveCount(4);
  await expect(gives.locator(".option-output", { hasText: "UNRESOLVED_COLUMN" })).toBeVisible();
  await answered(page, "0 of 4");
  // The whole box chooses, not only its button.
  const box = gives.locator(".option-output").first();
  const { width = 0, height = 0 } = (await box.boundingBox()) ?? {};
  await box.click({ position: { x: width - 12, y: height - 12 } });
  await expect(box.getByRole("radio")).toBeChecked();
  await answered(page, "1 of 4");

  const mend = await question(page, "mend");
  await expect(mend.getByLabel("Your statement")).toHaveValue("DELETE FROM menu\nWHERE price > 9");
  await writeStatement(mend, "DELETE FROM menu WHERE price < 5");
  await expect(mend.locator(".cm-content")).toHaveAccessibleName("Your statement");
  await expect(mend.locator(".cm-content .t-keyword").first()).toHaveText("DELETE");
  await look(page);
  await answered(page, "2 of 4");
  await writeStatement(mend, "DELETE FROM menu\nWHERE price > 9");
  await answered(page, "1 of 4");

  await expect((await question(page, "read")).locator(".material-log")).toHaveCount(4);
  await answerAll(page);
  await answered(page, "4 of 4");
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Saved");
  await page.reload();
  await expect((await question(page, "mend")).getByLabel("Your statement")).toHaveValue("DELETE FROM menu\nWHERE price <= 9");
  await answered(page, "4 of 4");

  await handIn(page);
  await expect(page.locator(".score")).toHaveText(/4\s*of 4 points/, { timeout: 60_000 });
  expect(new URL(page.url()).pathname).toBe(attempt);
  await expect(page.locator('.question-result[data-outcome="right"]')).toHaveCount(4);
});

test("what was wrong says why, with the result or the statement that is right", async ({ page }) => {
  await begin(page, "ada");
  await (await question(page, "gives")).locator(".option-output", { hasText: "UNRESOLVED_COLUMN" }).getByRole("radio").check();
  await writeStatement(await question(page, "mend"), "DELETE FORM menu");
  await handIn(page);
  await expect(page.locator(".score")).toHaveText(/0\s*of 4 points/, { timeout: 60_000 });
  const results = page.locator(".question-result");
  await expect(results.filter({ hasText: "There are both columns." })).toBeVisible();
  const mend = results.filter({ hasText: "Ask which rows go." });
  await expect(mend).toContainText("PARSE_SYNTAX_ERROR");
  await expect(mend).toContainText("One that is right");
});

for (const [theme, width] of [["light", 1366], ["dark", 390]] as const) {
  test(`the pages of the quiz are accessible, ${theme}, ${width} px`, async ({ browser, server }) => {
    const enter = async (login: "bela" | "ines"): Promise<Page> => {
      const context = await browser.newContext({ baseURL: server.url, viewport: { width, height: 900 } });
      await context.addCookies([{ name: "theme", value: theme, url: server.url }]);
      const page = await context.newPage();
      await signIn(page, login);
      return page;
    };
    const student = await enter("bela");
    await student.goto("/quiz");
    await student.getByRole("button", { name: "Start the quiz" }).click();
    await student.waitForURL(/attempts/);
    const attempt = new URL(student.url()).pathname;
    await test.step("attempt", () => inspect(student, attempt));
    for (const id of ["gives", "mend", "read"] as const) {
      await question(student, id);
      await test.step(id, () => look(student));
    }
    await answerAll(student);
    await handIn(student);
    await expect(student.locator(".score")).toBeVisible({ timeout: 60_000 });
    await test.step("result", () => inspect(student, attempt));

    const staff = await enter("ines");
    const quiz = "/teach/quizzes/small";
    for (const address of [quiz, `${quiz}/statistics`, `${quiz}/questions/gives`, `${quiz}/questions/mend`]) {
      await test.step(address, () => inspect(staff, address));
    }
    await staff.getByLabel("Accept another answer, beside those that are right").check();
    await staff.getByLabel("Answer to accept").fill("DELETE FORM menu");
    await staff.getByLabel("Reason").fill("A slip of the keyboard.");
    await staff.getByRole("button", { name: "Show whose points change" }).click();
    await expect(staff.getByRole("button", { name: "Apply" })).toBeVisible();
    await student.context().close();
    await staff.context().close();
  });
}

test("an accepted answer changes the points only once it is applied", async ({ page }) => {
  await signIn(page, "ines");
  await page.goto("/teach/quizzes/small/questions/mend");
  await page.getByLabel("Accept another answer, beside those that are right").check();
  await page.getByLabel("Answer to accept").fill("delete form menu");
  await page.getByLabel("Reason").fill("A slip of the keyboard.");
  await page.getByRole("button", { name: "Show whose points change" }).click();
  const row = page.getByRole("row", { name: /Ada Okafor.*Attempt 2/ });
  await expect(row).toContainText("1 of 4");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.locator(".adjustments")).toContainText("A slip of the keyboard.");
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("It would change 1 of")).toBeVisible();
});
