// A course of one quiz whose questions need the engine, in a folder of its own.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { type Login, signIn, writeStatement } from "./steps";

const QUESTIONS = `topics: [{id: t, title: Tables and their log}]
questions:
  - id: gives
    topic: t
    kind: predict
    prompt: What does the query give?
    setup: |-
      CREATE TABLE menu (dish STRING, price INT);
      INSERT INTO menu VALUES ('soup', 4), ('bread', NULL)
    query: SELECT dish, price FROM menu WHERE price IS NULL OR price > 1 ORDER BY dish
    distractors:
      - {query: 'SELECT dish, price FROM menu WHERE price > 1', feedback: IS NULL is true for bread.}
      - {query: 'SELECT dish, price FROM menu WHERE price IS NULL', feedback: Soup costs more than 1.}
      - {query: SELECT prize FROM menu, fails: true, feedback: There are both columns.}
    feedback: Yes, both conditions let one row pass.
  - id: mend
    topic: t
    kind: fix_sql
    prompt: Mend the statement so that the dear dishes are **kept**.
    setup: |-
      CREATE TABLE menu (dish STRING, price INT);
      INSERT INTO menu VALUES ('soup', 4), ('steak', 20)
    hidden_setups:
      - |-
        CREATE TABLE menu (dish STRING, price INT);
        INSERT INTO menu VALUES ('pie', 10), ('water', 1)
    broken: |-
      DELETE FROM menu
      WHERE price > 9
    reference: |-
      DELETE FROM menu
      WHERE price < 10
    check: SELECT dish FROM menu
    feedback: Ask which rows go.
  - id: read
    topic: t
    kind: read_log
    prompt: How many data files has the newest version?
    setup: |-
      CREATE TABLE menu (dish STRING, price INT);
      INSERT INTO menu VALUES ('soup', 4), ('steak', 20);
      INSERT INTO menu VALUES ('pie', 10);
      DELETE FROM menu WHERE dish = 'pie'
    table: menu
    facts: {commits: 4, live_files: 1}
    ask: {kind: numeric, answer: 1, unit: files, feedback: Play the actions in order.}
  - id: word
    topic: t
    kind: short_text
    prompt: Which action takes a file off the list?
    accept: [remove]
`;

/** `head` are the settings of the quiz, one a line. */
export function courseOf(head: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sandbar-course-"));
  mkdirSync(path.join(folder, "quizzes"));
  mkdirSync(path.join(folder, "lessons"));
  const course = "slug: small\ntitle: Small\nsummary: One quiz.\ntopics:\n  - lesson: one\n  - quiz: small\n";
  writeFileSync(path.join(folder, "course.yml"), course);
  writeFileSync(path.join(folder, "lessons/one.md"), "---\ntitle: One\nminutes: 5\nsummary: First.\n---\n\n## Start\n\nWords.\n");
  writeFileSync(path.join(folder, "quizzes/small.yml"), `${head.trim()}\n${QUESTIONS}`);
  return folder;
}

export async function begin(page: Page, login: Login): Promise<string> {
  await signIn(page, login);
  await page.goto("/quiz");
  await page.getByRole("button", { name: /^Start the (quiz|exam)$/ }).click();
  await page.waitForURL(/\/quiz\/attempts\//);
  return new URL(page.url()).pathname;
}

/** Words of each question's prompt, by which a reader knows it. */
const PROMPTS = { gives: "What does the query give?", mend: "Mend the statement", read: "How many data files", word: "Which action takes" };

/** The question with that id, shown. */
export async function question(page: Page, id: keyof typeof PROMPTS) {
  const section = page.locator(".question", { hasText: PROMPTS[id] });
  const number = await section.getAttribute("data-question");
  await page.locator(`[data-map="${number}"]`).click();
  return section;
}

const dishes = (section: Awaited<ReturnType<typeof question>>, count: number) =>
  section.locator(".option-output").filter({ has: section.page().locator(`tbody tr:nth-child(${count}):last-child`) });

/** Every answer right; `write` is how the statement gets into its field. */
export async function answerAll(page: Page, write = writeStatement): Promise<void> {
  await dishes(await question(page, "gives"), 2).getByRole("radio").check();
  await write(await question(page, "mend"), "DELETE FROM menu\nWHERE price <= 9");
  await (await question(page, "read")).getByLabel("Your answer").fill("1");
  await (await question(page, "word")).getByLabel("Your answer").fill("remove");
}
