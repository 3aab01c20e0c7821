// A MERGE that is wrong on other data: the report shows the smallest rows that tell, table beside table.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./server";
import { importWrong, signIn } from "./steps";

test("a wrong MERGE gets the smallest rows that show why", async ({ page }) => {
  await signIn(page, "bela");
  await page.goto("/labs/delta");
  await importWrong(page, "delta", "star_update.sql");
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(page.locator(".score")).toBeVisible({ timeout: 60_000 });

  const check = page.locator('[data-check="merge-property"]');
  if (!(await check.evaluate((details: HTMLDetailsElement) => details.open))) await check.locator("summary").click();
  const example = check.locator(".counterexample");
  for (const title of ["before", "source", "expected", "got"]) {
    const table = example.getByRole("table", { name: title });
    await expect(table).toBeVisible();
    expect(await table.locator("tbody tr").count()).toBe(1);
  }
  await expect(check).toContainText("WHEN MATCHED THEN UPDATE");
  const { violations } = await new AxeBuilder({ page }).include('[data-check="merge-property"]').analyze();
  expect(violations).toEqual([]);
  await check.screenshot({ path: test.info().outputPath("counterexample.png") });
});
