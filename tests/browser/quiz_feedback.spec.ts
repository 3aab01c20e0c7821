// Feedback while an attempt runs: one answer is checked, explained and kept as it is; the others go on.
import { look } from "./inspect";
import { begin, courseOf, question } from "./quiz_course";
import { expect, testOf } from "./server";
import { handIn, writeStatement } from "./steps";

const test = testOf(() => courseOf("title: Practice\nminutes: 15\nshow_feedback: after_question"));

test("an answer is run, explained and closed, and the attempt goes on", async ({ page }) => {
  const attempt = await begin(page, "ada");
  const mend = await question(page, "mend");
  const number = await mend.getAttribute("data-question");
  await writeStatement(mend, "DELETE FROM menu WHERE price < 5");
  await mend.getByRole("button", { name: "Check this answer" }).click();
  const shown = page.locator(`#q${number}`);
  await expect(shown).toContainText("Right, 1 of 1", { timeout: 30_000 });
  await expect(shown).toBeVisible();
  await expect(shown.getByLabel("Your statement")).toHaveCount(0);
  await expect(page.locator('[data-role="answered"]')).toHaveText("1 of 4 answered");
  await look(page);
  const word = await question(page, "word");
  await word.getByLabel("Your answer").fill("add");
  await word.getByRole("button", { name: "Check this answer" }).click();
  await expect(page.locator(".question.is-shown")).toContainText("Wrong, 0 of 1");
  await handIn(page);
  await expect(page.locator(".score")).toHaveText(/1\s*of 4 points/, { timeout: 60_000 });
  expect(new URL(page.url()).pathname).toBe(attempt);
});
