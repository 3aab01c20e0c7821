// What people do, in the words of the pages.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";

const COURSE = path.resolve(__dirname, "../../content/lakehouse-week3");

/** Passwords of the sample class, as `--demo` prints them. */
const PASSWORDS = { ines: "instructor-demo", ada: "student-demo-1", bela: "student-demo-2", chen: "student-demo-3" };
export type Login = keyof typeof PASSWORDS;

export async function signIn(page: Page, login: Login): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("User name").fill(login);
  await page.getByLabel("Password").fill(PASSWORDS[login]);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: "This week" })).toBeVisible();
}

export function reference(lab: string, file: string): string {
  return path.join(COURSE, "labs", lab, "reference", file);
}

export const cell = (page: Page, title: string): Locator =>
  page.locator("sb-cell").filter({ has: page.locator(`.cell-title[value^="${title}"]`) });

/** Puts a text into an editor in the place of what is there. */
export async function write(page: Page, editor: Locator, text: string): Promise<void> {
  const content = editor.locator(".cm-content");
  // The editor takes the preview's place at any moment, also between finding it and clicking it: whichever is there then.
  const shown = editor.locator(".cm-content, pre.code:not([hidden])").first();
  await expect(() => shown.click({ timeout: 1_000 })).toPass();
  await content.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** Writes the statement that answers a question: who reaches for the field gets an editor over it. */
export async function writeStatement(question: Locator, text: string): Promise<void> {
  const editor = question.locator(".cm-content");
  if ((await editor.count()) === 0) await question.getByLabel("Your statement").focus();
  await editor.click();
  await question.page().keyboard.press("Control+a");
  await question.page().keyboard.insertText(text);
}

/** Hands an attempt in; who has left questions out is asked whether that is meant. */
export async function handIn(page: Page): Promise<void> {
  const finished = (await page.locator('[data-role="unanswered"]').textContent())?.startsWith("Every") ?? false;
  await page.getByRole("button", { name: "Hand in", exact: true }).click();
  if (finished) return;
  await expect(page.getByRole("dialog", { name: "Hand in now?" })).toContainText("without an answer");
  await page.getByRole("button", { name: "Hand in anyway" }).click();
}

export async function ran(cellOrSnippet: Locator, words: RegExp): Promise<void> {
  await expect(cellOrSnippet.locator('[data-role="status"]')).toHaveText(words);
}

/** Takes the reference solution in as the student's own notebook. */
export const importReference = (page: Page, lab: string, file: string): Promise<void> =>
  importNotebook(page, reference(lab, file));

/** Takes a wrong solution in as the student's own notebook. */
export const importWrong = (page: Page, lab: string, file: string): Promise<void> =>
  importNotebook(page, path.join(COURSE, "labs", lab, "wrong", file));

/** Takes the starter in again, whatever the student's notebook holds by now. */
export const importStarter = (page: Page, lab: string, file: string): Promise<void> =>
  importNotebook(page, path.join(COURSE, "labs", lab, "starter", file));

async function importNotebook(page: Page, file: string): Promise<void> {
  await page.getByLabel("More for this lab").click();
  await page.getByRole("button", { name: "Import a notebook" }).click();
  await page.getByLabel("File (.sql, .py or .ipynb)").setInputFiles(file);
  const opened = page.waitForEvent("load");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await opened;
  await expect(page.locator("sb-cell").first()).toBeVisible();
}

export const readReference = (lab: string, file: string): Promise<string> => readFile(reference(lab, file), "utf8");

/** Runs all code cells and waits for the last. */
export async function runEveryCell(page: Page): Promise<void> {
  await page.getByLabel("More for this lab").click();
  await page.getByRole("button", { name: "Run all cells" }).click();
  await ran(page.locator('sb-cell[data-language="sql"]').last(), /Succeeded/);
}

type Content = { text: string } | { cells: { id: string; language: string; source: string }[] };

/** Puts a file into the student's lab, whatever is saved there. */
export async function saveFile(page: Page, lab: string, file: string, content: Content): Promise<void> {
  await page.goto(`/labs/${lab}?file=${file}`);
  const status = await page.evaluate(
    async ([address, content]) => {
      const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
      const headers = { "X-CSRF-Token": token, Accept: "application/json", "Content-Type": "application/json" };
      for (let revision = 1; revision < 100; revision++) {
        const answer = await fetch(address, { method: "PUT", headers, body: JSON.stringify({ ...content, revision }) });
        if (answer.status !== 409) return answer.status;
      }
      return 409;
    },
    [`/labs/${lab}/documents/${file}`, content] as const,
  );
  expect(status).toBe(200);
}

export const saveNotebook = (page: Page, file: string, sql: string): Promise<void> =>
  saveFile(page, "workflows", file, { cells: [{ id: "c1", language: "sql", source: sql }] });

/** The reference's job over that notebook, run once to its end. Gives the run's address. */
export async function runJob(page: Page, etl: string, verdict: RegExp): Promise<string> {
  await saveFile(page, "workflows", "job.yml", { text: await readReference("workflows", "job.yml") });
  await saveFile(page, "workflows", "dashboard.yml", { text: await readReference("workflows", "dashboard.yml") });
  await saveNotebook(page, "etl.sql", etl);
  await page.goto("/labs/workflows/jobs/job");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.locator('[data-role="verdict"]')).toHaveText(verdict, { timeout: 60_000 });
  return new URL(page.url()).pathname;
}
