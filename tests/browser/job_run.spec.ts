// A job that fails, is understood, mended and repaired; then the clock advances to its next firing.
import { expect, test } from "./server";
import { readReference, runJob, saveFile, saveNotebook, signIn } from "./steps";

const GOLD = `CREATE OR REPLACE TABLE lab_orders_gold AS
SELECT *, price * quantity AS revenue FROM lab_orders
WHERE status = 'completed' AND order_date >= CAST(:start_date AS DATE)
  AND (:category_filter = 'All' OR category = :category_filter)`;

test("a failed run is followed, understood and repaired", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await signIn(page, "ada");
  const run = await runJob(page, "SELECT * FROM lab_order", /^Succeeded with failures: etl failed on its third attempt/);
  await page.screenshot({ path: test.info().outputPath("failed.png"), fullPage: true });
  await expect(page.locator("#task")).toContainText("[TABLE_OR_VIEW_NOT_FOUND]");
  await page.getByRole("link", { name: "Task quality: Upstream failed" }).click();
  await expect(page).toHaveURL(/task=quality/);
  await expect(page.locator("#task")).toContainText("It was not run: etl did not succeed");

  await saveNotebook(page, "etl.sql", GOLD);
  await page.goto(run);
  await page.getByText("Repair the run").click();
  await page.getByRole("button", { name: "Preview" }).click();
  const preview = "Will run again: etl, quality, refresh and clean_up. Keeps: nothing.";
  await expect(page.locator(".run-preview")).toContainText(preview);
  await page.getByRole("button", { name: "Repair now" }).click();
  await expect(page.locator('[data-role="verdict"]')).toHaveText("Succeeded: 4 tasks ran.", { timeout: 60_000 });
  await expect(page.getByRole("row", { name: /^etl 4 Succeeded/ })).toContainText("lab_orders_gold v0");
  await page.screenshot({ path: test.info().outputPath("repaired.png"), fullPage: true });

  await page.goto("/labs/workflows/jobs/job");
  await page.getByRole("button", { name: "Advance to the next firing" }).click();
  await expect(page.locator(".run-facts")).toContainText("06:00:00 CE");
  await expect(page.locator('[data-role="verdict"]')).toHaveText("Succeeded: 4 tasks ran.", { timeout: 60_000 });
  await page.goto("/labs/workflows/jobs/job");
  await expect(page.getByRole("link", { name: "etl in run 2: Succeeded" })).toBeVisible();
  await page.getByRole("link", { name: "refresh in run 1: Succeeded" }).click();
  await expect(page.locator("#task-title")).toHaveText("Task refresh");
  expect(errors).toEqual([]);
});

test("a run can be started, read and repaired without scripts", async ({ browser, server }) => {
  const scripted = await browser.newContext({ baseURL: server.url });
  const first = await scripted.newPage();
  await signIn(first, "bela");
  await runJob(first, "SELECT * FROM lab_order", /^Succeeded with failures/);
  const storageState = await scripted.storageState();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState });
  const page = await context.newPage();
  await page.goto("/labs/workflows/jobs/job");
  await page.getByLabel("Parameter category_filter").fill("Books");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.locator('[data-role="verdict"]')).toHaveText(/^Succeeded with failures/, { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("row", { name: /^etl 1 / })).toContainText("category_filter=Books");
  await page.getByText("Repair the run").click();
  await page.getByRole("checkbox", { name: /^clean_up/ }).check();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Repair now" }).click();
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await context.close();
  await scripted.close();
});

test("the form that starts a run follows the job as it is edited", async ({ page }) => {
  await signIn(page, "chen");
  await saveFile(page, "workflows", "job.yml", { text: "name: my_job\ntasks: []\n" });
  await page.goto("/labs/workflows/jobs/job");
  const start = page.locator("sb-start");
  await expect(start).toContainText("The saved job has no task yet.");
  await page.locator("sb-job .cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(await readReference("workflows", "job.yml"));
  await expect(start.getByLabel("Parameter start_date")).toHaveValue("2024-01-01");
  await expect(start).toContainText(", 06:00 CE");
  await expect(start).not.toContainText("no task yet");
});
