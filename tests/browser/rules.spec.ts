// What an instructor's rules and a student's hints do to the pages: prices before opening, counts only, a case to try.
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./server";
import { type Login, importWrong, ran, signIn } from "./steps";

test.describe.configure({ mode: "serial" });

async function enter(browser: Browser, baseURL: string, login: Login): Promise<Page> {
  const page = await (await browser.newContext({ baseURL })).newPage();
  await signIn(page, login);
  return page;
}

async function accessible(page: Page): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, "pixels that stick out").toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}

async function submitWrong(page: Page, file: string): Promise<void> {
  await page.goto("/labs/delta");
  await importWrong(page, "delta", file);
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(page.locator(".score")).toBeVisible({ timeout: 60_000 });
}

/** Lets these rules hold for the Delta lab. */
async function rule(browser: Browser, baseURL: string, results: RegExp, due: string): Promise<void> {
  const staff = await enter(browser, baseURL, "ines");
  await staff.goto("/teach/labs/delta");
  await staff.getByRole("radio", { name: results }).check();
  await staff.getByLabel("Due date", { exact: true }).fill(due);
  await staff.getByRole("button", { name: "Save", exact: true }).click();
  await expect(staff.getByRole("radio", { name: results })).toBeChecked();
  await expect(staff.getByLabel("Due date", { exact: true })).toHaveValue(due);
  await accessible(staff);
  await staff.context().close();
}

test("a hint says its price, opens after the one before, and lowers the next submission", async ({ browser, server }) => {
  const page = await enter(browser, server.url, "ada");
  await page.goto("/labs/delta");
  const task = page.locator('.task[data-task="5"]');
  await task.locator("summary").first().click();
  const hints = task.locator(".hints-of-task");
  await expect(hints).toContainText("costs 5 %, 1.2 of 24 points");
  await expect(hints).toContainText("costs 20 %, 4.8 of 24 points");
  await expect(hints).not.toContainText("An upsert compares");
  await expect(hints.getByRole("button")).toHaveCount(1);
  await hints.getByRole("button", { name: /Concept.*free/ }).click();
  await expect(hints).toContainText("An upsert compares");
  await expect(hints).toBeVisible();
  await hints.getByRole("button", { name: /Clause.*costs 5 %/ }).click();
  await expect(hints.locator("#hint-5-clause .prose")).toContainText("WHEN NOT MATCHED THEN INSERT");
  await accessible(page);
  await hints.screenshot({ path: test.info().outputPath("hints.png") });

  await submitWrong(page, "star_update.sql");
  await expect(page.locator(".deductions")).toContainText("Hints of task 5, down to the clause: 5 % of the task");
  await expect(page.locator(".deductions")).toContainText("−1.2");
  await accessible(page);
  await page.context().close();
});

test("until the due date the report of a submission has counts in the place of hidden checks", async ({ browser, server }) => {
  await rule(browser, server.url, /^Until the due date/, "2999-01-31T23:59");
  const page = await enter(browser, server.url, "bela");
  await page.goto("/labs/delta");
  await expect(page.locator("#rules")).toContainText("Until the due date, hidden checks show only how many hold");
  await submitWrong(page, "star_update.sql");
  await expect(page.locator(".score")).toContainText("public points");
  await expect(page.getByRole("region", { name: "What shows so far" })).toContainText("2 of 3 hidden checks hold.");
  expect(await page.content()).not.toContain("merge-property");
  await expect(page.getByRole("button", { name: "Try this case" })).toHaveCount(0);
  await accessible(page);
  await page.screenshot({ path: test.info().outputPath("counts.png"), fullPage: true });
  await rule(browser, server.url, /^Every result/, "");
  await page.reload();
  await expect(page.locator('[data-check="merge-property"]')).toHaveCount(1);
  await page.context().close();
});

test("a case is loaded into a workspace, where the statement shows its mistake", async ({ browser, server }) => {
  const page = await enter(browser, server.url, "bela");
  await submitWrong(page, "star_update.sql");
  const check = page.locator('[data-check="merge-property"]');
  if (!(await check.evaluate((details: HTMLDetailsElement) => details.open))) await check.locator("summary").click();
  await check.getByRole("button", { name: "Try this case" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Try the case" })).toBeVisible();

  const got = page.locator(".counterexample").getByRole("table", { name: "got" });
  const values = await got.locator("tbody tr").first().locator("td").allInnerTexts();
  const [statement, look] = [page.locator("#snippet-1"), page.locator("#snippet-2")];
  await statement.getByRole("button", { name: "Run", exact: true }).click();
  await ran(statement, /Succeeded/);
  await look.getByRole("button", { name: "Run", exact: true }).click();
  await ran(look, /Succeeded/);
  for (const value of values) await expect(look.locator(".output")).toContainText(value);
  await accessible(page);
  await page.screenshot({ path: test.info().outputPath("case.png"), fullPage: true });

  await page.getByRole("button", { name: "Load the rows anew" }).click();
  await expect(page.locator("#snippet-2 .output table")).toHaveCount(0);
  await page.context().close();
});
