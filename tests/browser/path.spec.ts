// The whole path of a student and an instructor, in order, against one server.
import type { Page } from "@playwright/test";
import { expect, test } from "./server";
import { cell, handIn, importReference, ran, readReference, signIn, write, writeStatement } from "./steps";

test.describe.configure({ mode: "serial" });

const CREATE = `CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

INSERT INTO lab_inventory VALUES
  ('T-100', 'Hammer', 'Tools', 12, 19.90),
  ('G-200', 'Watering can', 'Garden', 9, 14.95);`;

let page: Page;
const errors: string[] = [];

test.beforeAll(async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  await page.exposeFunction("refused", (what: string) => errors.push(what));
  await page.addInitScript(reportRefusals);
});

test.afterAll(async () => {
  await page.close();
  expect(errors, "faults of scripts, and anything that the content security policy refused").toEqual([]);
});

/** Tells of all that the content security policy refuses, save the styles that Chromium itself gives to text typed over a selection. */
function reportRefusals(): void {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, sourceFile, blockedURI }) => {
    const byTyping = effectiveDirective === "style-src-attr" && !sourceFile && document.activeElement?.matches(".cm-content");
    const { refused } = window as unknown as { refused: (what: string) => void };
    if (!byTyping) refused(`${location.pathname}: ${effectiveDirective} ${blockedURI} ${sourceFile}`);
  });
}

test("a wrong password is refused with a sentence, and the name stays", async () => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel("User name").fill("bela");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("User name")).toHaveValue("bela");
});

test("the overview lists the nine topics of the week in order, with kind and extent", async () => {
  await signIn(page, "bela");
  const topics = page.locator(".topic");
  await expect(topics).toHaveCount(9);
  await expect(topics.nth(0)).toContainText("What Is Delta Lake");
  await expect(topics.nth(0)).toContainText(/Lesson\s*\d+ min/);
  await expect(topics.nth(5)).toContainText(/Lab\s*\d+ min, 100 points/);
  await expect(topics.nth(8)).toContainText("Quiz");
  await expect(page.getByRole("link", { name: /^Continue:/ })).toBeVisible();
});

test("a lesson's snippet runs and shows its rows; reading it counts", async () => {
  await page.goto("/lessons/time-travel");
  const snippet = page.locator("sb-snippet").first();
  await snippet.getByRole("button", { name: "Run", exact: true }).click();
  await ran(snippet, /Succeeded/);
  await expect(snippet.locator("table.data").last()).toContainText("DELETE");
  await page.getByRole("button", { name: "Mark as read and continue" }).click();
  await expect(page).toHaveURL(/\/labs\/delta/);
});

test("cells create a table, and its rows and its history appear", async () => {
  await page.goto("/labs/delta");
  const create = cell(page, "Task 1");
  await write(page, create, CREATE);
  await page.keyboard.press("Control+Enter");
  await ran(create, /Succeeded · .+ms/);
  await expect(create).toContainText(/lab_inventory is now at version 1/);

  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  const added = page.locator("sb-cell.is-current");
  await expect(added.locator(".cm-content")).toBeFocused();
  await page.keyboard.insertText("SELECT sku, unit_price FROM lab_inventory ORDER BY sku");
  await page.keyboard.press("Control+Enter");
  await expect(added.getByRole("row", { name: "G-200 14.95" })).toBeVisible();

  const table = page.locator('#tables [data-table="lab_inventory"]');
  await expect(table).toContainText("v1");
  await expect(table.locator(".timeline li")).toHaveCount(2);
});

test("a wrong column is answered with its class, its place and the nearest name", async () => {
  const compare = cell(page, "Task 7");
  await write(page, compare, "SELECT sku,\n  unit_prize FROM lab_inventory");
  await page.keyboard.press("Control+Enter");
  await ran(compare, /Failed/);
  await expect(compare.locator(".failure")).toContainText("UNRESOLVED_COLUMN");
  await expect(compare.locator(".failure")).toContainText("Line 2, column 3");
  await expect(compare.locator(".failure")).toContainText("unit_price");
  await expect(compare.locator(".cm-lintRange-error")).toHaveText("unit_prize");
});

test("edits save themselves and are there after a reload, with the last output", async () => {
  const update = cell(page, "Task 3");
  await write(page, update, "-- five per cent more, later");
  await expect(page.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
  await page.reload();
  await expect(cell(page, "Task 3")).toContainText("-- five per cent more, later");
  await expect(cell(page, "Task 1")).toContainText("lab_inventory is now at version 1");
});

test("a table can be visited as it was", async () => {
  await page.locator('#tables [data-table="lab_inventory"] .timeline a', { hasText: "v0" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("version 0");
  await expect(page.locator("table.data tbody tr")).toHaveCount(0);
  await page.getByRole("link", { name: /version 1/i }).first().click();
  await expect(page.locator("table.data tbody tr")).toHaveCount(2);
});

test("an older tab cannot overwrite newer work unasked", async () => {
  await page.goto("/labs/delta");
  const other = await page.context().newPage();
  await other.goto("/labs/delta");
  await write(other, cell(other, "Task 2"), "-- from the other tab");
  await expect(other.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
  await other.close();

  await write(page, cell(page, "Task 2"), "-- from this tab");
  const dialog = page.getByRole("dialog", { name: "This file was changed elsewhere" });
  await expect(dialog).toContainText("-- from the other tab");
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await expect(page.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
  await page.reload();
  await expect(cell(page, "Task 2")).toContainText("-- from this tab");
});

test("the whole solution runs from scratch, is submitted and gets every point", async () => {
  await importReference(page, "delta", "solution.sql");
  await page.getByRole("button", { name: "Run from scratch" }).click();
  await expect(page.getByRole("heading", { name: "Run from scratch" })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator(".replay")).toHaveClass(/replay-succeeded/);

  await page.getByRole("button", { name: "Check my work" }).click();
  await expect(page.locator("#checks .check").first()).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("#checks .check-failed")).toHaveCount(0);

  await page.getByRole("button", { name: "Submit" }).click();
  await expect(page).toHaveURL(/\/labs\/delta\/submissions\//);
  await expect(page.locator(".score")).toHaveText(/100\s*of 100 points/, { timeout: 60_000 });
  await expect(page.locator(".report-task")).toHaveCount(8);
  await page.getByText("Your tables as they are now").click();
  await expect(page.locator('sb-tables [data-table="lab_inventory"]')).toBeVisible();
});

test("a job with a cycle and an unknown task shows both findings and its graph", async () => {
  await page.goto("/labs/workflows/jobs/job");
  const editor = page.locator('[data-role="editor"]');
  await write(
    page,
    editor,
    `name: orders_daily
tasks:
  - task_key: etl
    depends_on: [{ task_key: quality }]
    notebook_task: { notebook_path: ./etl.sql }
  - task_key: quality
    depends_on: [{ task_key: etl }, { task_key: nowhere }]
    notebook_task: { notebook_path: ./quality.sql }
`,
  );
  const findings = page.locator(".findings");
  await expect(findings).toContainText("CYCLE");
  await expect(findings).toContainText("UNKNOWN_DEPENDENCY");
  await expect(page.locator(".node")).toHaveCount(2);
  await expect(page.locator(".edge-back").first()).toBeAttached();
  await expect(page.locator(".cm-lintRange-error").first()).toBeVisible();

  await page.getByRole("button", { name: /^Task quality/ }).click();
  await expect(page.locator(".cm-marked").first()).toHaveText(/task_key: quality/);

  await write(page, editor, await readReference("workflows", "job.yml"));
  await expect(page.locator(".node")).toHaveCount(4);
  await expect(page.locator(".finding-error")).toHaveCount(0);
  await expect(page.locator(".firings li").first()).toContainText("06:00");
  await expect(page.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
});

test("the quiz keeps every answer and is scored", async () => {
  await page.goto("/quiz");
  await page.getByRole("button", { name: "Start the quiz" }).click();
  await expect(page.locator('[data-role="time"]')).toHaveText(/^1[45]:\d\d$/);
  const questions = page.locator("[data-map]");
  const count = await questions.count();
  expect(count).toBe(12);
  for (let number = 1; number <= count; number += 1) {
    await questions.nth(number - 1).click();
    await answer(page, number);
  }
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Saved");
  await expect(page.locator('[data-role="answered"]')).toHaveText("12 of 12 answered");
  await page.reload();
  await expect(page.locator('[data-role="answered"]')).toHaveText("12 of 12 answered");
  await handIn(page);
  await expect(page.locator(".score")).toHaveText(/of \d+ points/);
  await expect(page.locator(".question-result")).toHaveCount(12);
});

/** Any answer that is an answer. */
async function answer(page: Page, number: number): Promise<void> {
  const question = page.locator(`#q${number}`);
  await expect(question).toBeVisible();
  const [options, orders, lists] = [question.locator(".option input"), question.locator("[data-move=down]"), question.locator("select")];
  const statement = question.getByLabel("Your statement");
  if ((await options.count()) > 0) await options.first().check();
  else if ((await orders.count()) > 0) await orders.first().click();
  else if ((await lists.count()) > 0) for (const list of await lists.all()) await list.selectOption({ index: 1 });
  else if ((await statement.count()) > 0) await writeStatement(question, "SELECT 3");
  else await question.getByLabel("Your answer").fill("3");
}

test("an instructor finds the points in the gradebook and opens the submission", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const staff = await context.newPage();
  await signIn(staff, "ines");
  await staff.getByRole("link", { name: "Gradebook" }).click();
  const row = staff.getByRole("row", { name: /Béla Novák/ });
  await row.getByRole("link", { name: "100" }).click();
  await expect(staff.getByRole("heading", { level: 1 })).toContainText("Béla Novák");
  await expect(staff.locator(".score")).toHaveText(/100\s*of 100 points/);
  await expect(staff.locator(".file")).toContainText("MERGE INTO lab_inventory");
  await context.close();
});

test("a student does not see the gradebook", async () => {
  const response = await page.goto("/teach/gradebook");
  expect([403, 404]).toContain(response?.status());
});
