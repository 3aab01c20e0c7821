// The network is cut in the middle of an attempt and comes back: nothing that was answered is lost.
import { answerAll, begin, courseOf, question } from "./quiz_course";
import { expect, testOf } from "./server";
import { handIn } from "./steps";

const test = testOf(() => courseOf("title: Small quiz\nminutes: 15\nshuffle: true"));

test("answers given while the network is cut are kept on the device and saved when it is back", async ({ page, context, browser, server }) => {
  await begin(page, "ada");
  await expect(page.locator(".sql-answer textarea")).toHaveAttribute("data-editor", "fetched");
  await (await question(page, "word")).getByLabel("Your answer").fill("add");
  const state = page.locator('[data-role="save-state"]');
  await expect(state).toHaveText("Saved");

  await context.setOffline(true);
  await answerAll(page);
  await expect(state).toHaveText("Offline, kept on this device");
  await expect(page.locator('[data-role="answered"]')).toHaveText("4 of 4 answered");
  await context.setOffline(false);
  await expect(state).toHaveText("Saved", { timeout: 30_000 });

  // Another device sees what the server has.
  const other = await browser.newContext({ baseURL: server.url, storageState: await cookies(context) });
  const there = await other.newPage();
  await there.goto(new URL(page.url()).pathname);
  await expect(there.locator('[data-role="answered"]')).toHaveText("4 of 4 answered");
  await expect((await question(there, "word")).getByLabel("Your answer")).toHaveValue("remove");
  await expect((await question(there, "mend")).getByLabel("Your statement")).toHaveValue("DELETE FROM menu\nWHERE price <= 9");
  await other.close();
});

test("a page that was closed while the network was cut finds its answers again", async ({ page, context }) => {
  // The editor never arrives: the field that it would lie over takes the statement.
  await page.route(/\/mount-[A-Z0-9]+\.js/, (route) => route.abort());
  const attempt = await begin(page, "bela");
  await (await question(page, "word")).getByLabel("Your answer").fill("add");
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Saved");
  await context.setOffline(true);
  await answerAll(page, (mend, text) => mend.getByLabel("Your statement").fill(text));
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Offline, kept on this device");
  await page.close();
  await context.setOffline(false);

  const again = await context.newPage();
  await again.goto(attempt);
  await expect(again.locator('[data-role="answered"]')).toHaveText("4 of 4 answered");
  await expect(again.locator('[data-role="save-state"]')).toHaveText("Saved");
  await handIn(again);
  await expect(again.locator(".score")).toHaveText(/4\s*of 4 points/, { timeout: 60_000 });
});

test("two tabs of an attempt never undo each other's answers", async ({ page, context }) => {
  const attempt = await begin(page, "chen");
  const second = await context.newPage();
  await second.goto(attempt);
  const saved = (tab: typeof page) => expect(tab.locator('[data-role="save-state"]')).toHaveText("Saved");
  await (await question(page, "word")).getByLabel("Your answer").fill("remove");
  await saved(page);
  // The other tab shows it, too, and has it not to save.
  await expect((await question(second, "word")).getByLabel("Your answer")).toHaveValue("remove");
  await (await question(second, "read")).getByLabel("Your answer").fill("1");
  await saved(second);
  // A page that cannot hand in stays, and says so.
  await page.route("**/answers", (route) => route.abort());
  await (await question(page, "read")).getByLabel("Your answer").fill("7");
  await expect(page.locator('[data-role="save-state"]')).toHaveText("Offline, kept on this device");
  await page.getByRole("button", { name: "Hand in", exact: true }).click();
  await page.getByRole("button", { name: "Hand in anyway" }).click();
  await expect(page.locator('[data-role="not-sent"]')).toBeVisible();
  await expect(page.locator("#unfinished")).toBeHidden();
  await page.unroute("**/answers");
  await saved(page);
  await second.close();
  await page.reload();
  await expect((await question(page, "word")).getByLabel("Your answer")).toHaveValue("remove");
  await expect((await question(page, "read")).getByLabel("Your answer")).toHaveValue("7");
});

async function cookies(context: import("@playwright/test").BrowserContext) {
  return { ...(await context.storageState()), origins: [] };
}
