// The workflows lab in a browser: widgets that cells depend on, a job changed by its form, a dashboard of the rows.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./server";
import { cell, importStarter, readReference, ran, signIn, write } from "./steps";

test.describe.configure({ mode: "serial" });

let page: Page;

test.beforeAll(async ({ browser, server }) => {
  page = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(page, "ada");
});

test.afterAll(async () => page.context().close());

/** What reaches beyond the page, when the page can be scrolled sideways. */
function sticksOut(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const scrolls = (element: Element | null): boolean =>
    element !== null && element !== document.body && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const reaches = (element: Element): boolean => element.getBoundingClientRect().right > clientWidth && !scrolls(element.parentElement);
  const all = [...document.querySelectorAll("body *")].filter(reaches);
  return all.map((element) => `${element.tagName}.${element.getAttribute("class")}`);
}

async function accessible(): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => (document.documentElement.dataset["theme"] = name), theme);
    for (const width of [1366, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(sticksOut), `${theme}, ${width}`).toEqual([]);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
      expect(told, `${theme}, ${width}`).toEqual([]);
      const name = `${new URL(page.url()).pathname.split("/").pop()}-${theme}-${width}.png`;
      await page.screenshot({ path: test.info().outputPath(name), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1366, height: 900 });
}

test("a widget's new value makes the cells that read it stale, and runs them again", async () => {
  await page.goto("/labs/workflows");
  await importStarter(page, "workflows", "etl.sql");
  const [, widgets = "", gold = ""] = (await readReference("workflows", "etl.sql")).split("-- COMMAND ----------");
  await write(page, cell(page, "Widgets"), widgets.replace(/-- DBTITLE.*\n/, "").trim());
  await page.keyboard.press("Control+Enter");
  await ran(cell(page, "Widgets"), /Succeeded/);
  await write(page, cell(page, "Gold table"), gold.replace(/-- DBTITLE.*\n/, "").trim());
  await page.keyboard.press("Control+Enter");
  await ran(cell(page, "Gold table"), /Succeeded/);

  await page.getByLabel("category_filter").selectOption("Books");
  await ran(cell(page, "Gold table"), /A widget changed/);
  await ran(cell(page, "Widgets"), /Succeeded/);
  await page.getByRole("button", { name: "Run dependent cells (1)" }).click();
  await ran(cell(page, "Gold table"), /Succeeded/);

  await page.getByLabel("re-run by itself").check();
  await page.getByLabel("category_filter").selectOption("All");
  await expect(page.getByRole("button", { name: /Run dependent cells/ })).toBeHidden();
  await ran(cell(page, "Gold table"), /Succeeded/);
  await page.getByLabel("start_date").fill("2024-01-10");
  await page.keyboard.press("Enter");
  await ran(cell(page, "Gold table"), /Succeeded/);
  await page.reload();
  await expect(page.getByLabel("start_date")).toHaveValue("2024-01-10");
  await accessible();
});

test("a dashboard draws its tiles, and says what is wrong where", async () => {
  await page.goto("/labs/workflows?file=dashboard.yml");
  const reference = await readReference("workflows", "dashboard.yml");
  await write(page, page.locator('[data-role="editor"]'), reference.replace("y: total_revenue }", "y: total_revenu }"));
  await expect(page.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
  await page.getByRole("link", { name: "Show the dashboard" }).click();
  await expect(page.locator(".findings")).toContainText("Did you mean total_revenue?");

  await page.getByRole("link", { name: "Edit the file" }).click();
  await write(page, page.locator('[data-role="editor"]'), reference);
  await expect(page.locator('[data-role="save-state"]')).toHaveText(/^Saved/);
  await page.getByRole("link", { name: "Show the dashboard" }).click();
  await expect(page.getByRole("img", { name: "Revenue by category" })).toBeVisible();
  await expect(page.getByRole("img", { name: "Revenue day by day" })).toHaveAccessibleDescription(/Line chart of daily_revenue, cumulative_revenue/);
  await expect(page.getByText("Europe/Berlin")).toBeVisible();
  await accessible();
});

test("a job is changed by its form, and its text keeps its comments", async () => {
  await page.goto("/labs/workflows/jobs/job");
  const editor = page.locator('[data-role="editor"]');
  await write(page, editor, (await readReference("workflows", "job.yml")).replace("task_key: etl\n", "task_key: etl # the first one\n"));
  await expect(page.locator(".node")).toHaveCount(4);
  await page.getByRole("button", { name: /^Task clean_up/ }).click();
  await expect(page.locator(".inspector-name")).toContainText("clean_up");
  await expect(page.locator(".cm-marked").first()).toHaveText(/task_key: clean_up/);
  await page.getByRole("checkbox", { name: "quality" }).check();
  await expect(editor).toContainText("[{ task_key: refresh }, { task_key: quality }]");
  await expect(page.getByRole("checkbox", { name: "quality" })).toBeFocused();
  await page.getByLabel("Runs if").selectOption("all succeeded");
  await expect(editor.locator(".cm-content")).not.toContainText("run_if");
  await page.getByLabel("New name").fill("tidy_up");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("button", { name: /^Task tidy_up/ })).toBeVisible();
  await expect(editor).toContainText("task_key: etl # the first one");
  await page.getByLabel("New task").fill("quality");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("There is a task `quality` already.");
  await page.reload();
  await expect(editor).toContainText("task_key: tidy_up");
  await accessible();
});
