// Tables that sort by a click on a column's name and show 100 rows at a time. The rows are the server's own <tr>s.
import { announce } from "./announce";
import { define, icon } from "./dom";
import { type Direction, sortedPlaces } from "./order";

const PAGE_ROWS = 100;

class Grid extends HTMLElement {
  private original: HTMLTableRowElement[] = [];
  private rows: HTMLTableRowElement[] = [];
  private first = 0;

  connectedCallback(): void {
    const body = this.body();
    if (!body || this.original.length > 0) return;
    this.original = [...body.querySelectorAll("tr")];
    this.rows = this.original;
    if (this.original.length > 1) this.querySelectorAll("thead th").forEach((th, place) => this.makeSortable(th, place));
    this.show(0);
  }

  private body(): HTMLTableSectionElement | null {
    return this.querySelector("tbody");
  }

  private makeSortable(th: Element, place: number): void {
    const name = th.querySelector(".col-name");
    if (!name) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...name.childNodes, icon("arrow-up"));
    name.append(button);
    button.addEventListener("click", () => this.sort(th, place, button.textContent ?? ""));
  }

  private sort(th: Element, place: number, name: string): void {
    const before = th.getAttribute("aria-sort");
    const next: Direction | null = before === "ascending" ? "descending" : before === "descending" ? null : "ascending";
    for (const other of this.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    if (next) th.setAttribute("aria-sort", next);
    this.rows = next ? this.sortedRows(place, th.classList.contains("num"), next) : this.original;
    this.show(0);
    announce(next ? `Sorted by ${name}, ${next}.` : "In the order of the result.");
  }

  private sortedRows(place: number, numeric: boolean, direction: Direction): HTMLTableRowElement[] {
    const values = this.original.map((row) => {
      const cell = row.children[place];
      return cell?.querySelector(".null") ? null : (cell?.textContent?.trim() ?? "");
    });
    return sortedPlaces(values, numeric, direction).map((from) => this.original[from] as HTMLTableRowElement);
  }

  private show(first: number): void {
    this.first = first;
    this.body()?.replaceChildren(...this.rows.slice(first, first + PAGE_ROWS));
    if (this.rows.length > PAGE_ROWS) this.showPager();
  }

  private showPager(): void {
    const foot = this.querySelector(".grid-foot");
    foot?.querySelector(".pager")?.remove();
    const pager = document.createElement("span");
    pager.className = "pager";
    const last = Math.min(this.first + PAGE_ROWS, this.rows.length);
    pager.append(
      this.step("arrow-left", "Earlier rows", this.first - PAGE_ROWS),
      `${this.first + 1} to ${last}`,
      this.step("arrow-right", "Later rows", this.first + PAGE_ROWS),
    );
    foot?.append(pager);
  }

  private step(name: string, label: string, first: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-ghost button-icon button-small";
    button.setAttribute("aria-label", label);
    button.disabled = first < 0 || first >= this.rows.length;
    button.append(icon(name));
    button.addEventListener("click", () => this.show(first));
    return button;
  }
}

define("sb-grid", Grid);
