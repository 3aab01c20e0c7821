// Every page, in both themes, wide and narrow: no axe violation, nothing sticks out, nothing moves while it loads.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { inspect } from "./inspect";
import { expect, test } from "./server";
import { handIn, importReference, runEveryCell, runJob, signIn } from "./steps";

// So many pages take a loaded machine longer than one test may.
test.describe.configure({ timeout: 240_000 });

interface Addresses {
  student: [name: string, address: string][];
  staff: [name: string, address: string][];
}

let addresses: Addresses;
let sessions: Record<"student" | "staff", Awaited<ReturnType<BrowserContext["storageState"]>>>;

/** Chen does enough that every page has something to show. */
test.beforeAll(async ({ browser, server }) => {
  const student = await enter(browser, server.url, "chen");
  await student.goto("/labs/delta");
  await importReference(student, "delta", "solution.sql");
  await runEveryCell(student);
  await student.getByRole("button", { name: "Submit" }).click();
  await expect(student.locator(".score")).toBeVisible({ timeout: 60_000 });
  const submission = new URL(student.url()).pathname;
  const release = await student.locator(".token div", { hasText: "Release" }).locator("code").textContent();
  const finished = await attempt(student, true);
  const running = await attempt(student, false);
  const run = await runJob(student, "SELECT * FROM lab_order", /^Succeeded with failures/);

  const staff = await enter(browser, server.url, "ines");
  await staff.goto("/teach/gradebook");
  const reviewed = await staff.getByRole("row", { name: /Chen Wei/ }).getByRole("link").first().getAttribute("href");
  await staff.goto(reviewed ?? "");
  await adjust(staff);
  await staff.goto("/teach/labs/delta");
  await staff.getByRole("button", { name: "Grade all again" }).click();
  await expect(staff.getByText("differs. Points that people set stay.")).toBeVisible({ timeout: 60_000 });
  const regrade = new URL(staff.url()).pathname;
  sessions = { student: await student.context().storageState(), staff: await staff.context().storageState() };
  addresses = {
    student: [
      ["overview", "/"],
      ["lesson", "/lessons/time-travel"],
      ["own log of a lesson", "/lessons/time-travel/log"],
      ["glossary", "/glossary"],
      ["certification", "/certification"],
      ["Delta lab", "/labs/delta"],
      ["table", "/labs/delta/tables/lab_inventory?version=1"],
      ["report", submission],
      ["release", `/labs/delta/releases/${release}`],
      ["changes of the starter", "/labs/delta/changes"],
      ["workflows lab", "/labs/workflows"],
      ["job", "/labs/workflows/jobs/job"],
      ["run", `${run}?repair=preview&again=etl&dependents=yes`],
      ["dashboard", "/labs/workflows/dashboards/dashboard"],
      ["quiz", "/quiz"],
      ["running attempt", running],
      ["finished attempt", finished],
      ["progress", "/progress"],
      ["error", "/labs/nothing-here"],
    ],
    staff: [
      ["gradebook", "/teach/gradebook"],
      ["submission", reviewed ?? ""],
      ["submissions", "/teach/submissions?lab=delta"],
      ["lab's marks", "/teach/labs/delta"],
      ["regrade", regrade],
      ["a student's run", `${run}?task=quality`],
    ],
  };
  await student.context().close();
  await staff.context().close();
});

async function enter(browser: Browser, baseURL: string, login: "chen" | "ines"): Promise<Page> {
  const page = await (await browser.newContext({ baseURL })).newPage();
  await signIn(page, login);
  return page;
}

/** Refused once, then set and commented, so that the page has everything to show. */
async function adjust(page: Page): Promise<void> {
  const check = page.locator(".check").first();
  await check.locator("summary").first().click();
  await check.getByText("Change the points").click();
  await check.getByLabel("Points").fill("many");
  await check.getByLabel("Reason").fill("The idea is right.");
  await check.getByRole("button", { name: "Set the points" }).click();
  const points = page.getByLabel("Points").first();
  await expect(points).toHaveAccessibleDescription("Points are a number with at most two decimals, such as 7.5.");
  await expect(page.getByLabel("Reason").first()).toHaveValue("The idea is right.");
  await points.fill("1");
  await page.getByRole("button", { name: "Set the points" }).first().click();
  await expect(page.locator(".adjusted").first()).toContainText("Ines Moreau set 1 of");
  await page.getByRole("textbox", { name: /^Comment/ }).fill("Read the lesson on versions again.");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator(".comments").first()).toContainText("Read the lesson");
}

async function attempt(page: Page, isDone: boolean): Promise<string> {
  await page.goto("/quiz");
  await page.getByRole("button", { name: "Start the quiz" }).click();
  await expect(page.locator('[data-role="time"]')).toHaveText(/:/);
  if (isDone) await handIn(page);
  if (isDone) await expect(page.locator(".score")).toBeVisible();
  return new URL(page.url()).pathname;
}

for (const theme of ["light", "dark"] as const) {
  for (const width of [1366, 390]) {
    for (const role of ["student", "staff"] as const) {
      test(`${role}'s pages are accessible, ${theme}, ${width} px`, async ({ browser, server }) => {
        const context = await browser.newContext({
          baseURL: server.url,
          storageState: sessions[role],
          viewport: { width, height: 900 },
        });
        await context.addCookies([{ name: "theme", value: theme, url: server.url }]);
        const page = await context.newPage();
        for (const [name, address] of addresses[role]) {
          await test.step(name, () => inspect(page, address));
        }
        await context.close();
      });
    }

    test(`the sign-in page is accessible, ${theme}, ${width} px`, async ({ browser, server }) => {
      const context = await browser.newContext({ baseURL: server.url, viewport: { width, height: 900 } });
      await context.addCookies([{ name: "theme", value: theme, url: server.url }]);
      await inspect(await context.newPage(), "/sign-in");
      await context.close();
    });
  }
}
