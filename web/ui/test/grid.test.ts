import { beforeEach, expect, it } from "vitest";
import "../src/page/grid";

const rows = (): string[] =>
  [...document.querySelectorAll("tbody tr")].map((row) => row.textContent?.replace(/\s+/g, " ").trim() ?? "");

function show(values: (string | null)[]): void {
  const body = values.map((value) => `<tr><td class="num">${value ?? '<span class="null">NULL</span>'}</td></tr>`).join("");
  const page = document.createElement("template");
  page.innerHTML = `<p id="announcer"></p><sb-grid><table><thead><tr><th class="num"><span class="col-name">n</span></th></tr></thead>
    <tbody>${body}</tbody></table><p class="grid-foot"></p></sb-grid>`;
  document.body.append(document.importNode(page.content, true));
}

const click = (selector: string): void => document.querySelector<HTMLButtonElement>(selector)?.click();

beforeEach(() => (document.body.innerHTML = ""));

it("sorts up, down, and back to the order of the result", () => {
  show(["10", null, "9"]);
  click(".sort");
  expect(rows()).toEqual(["9", "10", "NULL"]);
  expect(document.querySelector("th")?.getAttribute("aria-sort")).toBe("ascending");
  click(".sort");
  expect(rows()).toEqual(["10", "9", "NULL"]);
  click(".sort");
  expect(rows()).toEqual(["10", "NULL", "9"]);
  expect(document.querySelector("th")?.hasAttribute("aria-sort")).toBe(false);
});

it("keeps no more than 100 rows in the page and turns over", () => {
  show(Array.from({ length: 250 }, (_, place) => String(place)));
  expect(rows()).toHaveLength(100);
  click('[aria-label="Later rows"]');
  click('[aria-label="Later rows"]');
  expect(rows()).toHaveLength(50);
  expect(rows()[0]).toBe("200");
  expect(document.querySelector<HTMLButtonElement>('[aria-label="Later rows"]')?.disabled).toBe(true);
});
