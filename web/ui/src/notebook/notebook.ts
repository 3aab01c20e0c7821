// The notebook: cells in order, and everything between them.
import { announce } from "../page/announce";
import { define } from "../page/dom";
import { postForm } from "../page/request";
import { Saver } from "../work/saver";
import type { SchemaChanged } from "../work/tables";
import { Cell, type CellContent, type CellHost, type Language } from "./cell";
import { type CellCommand, CommandKeys } from "./keys";
import { RunQueue } from "./queue";
import type { StaleCells } from "./widgets";

interface Content {
  cells: CellContent[];
}

interface Removed {
  nodes: Element[];
  before: Element | null;
}

export class Notebook extends HTMLElement implements CellHost {
  private readonly queue = new RunQueue();
  private readonly commands = new CommandKeys();
  private saver!: Saver<Content>;
  private removed: Removed | null = null;

  connectedCallback(): void {
    for (const cell of this.cells) cell.adopt(this);
    this.saver = new Saver<Content>({
      url: `/labs/${this.lab}/documents/${this.path}`,
      revision: Number(this.dataset["revision"] ?? "0"),
      content: () => ({ cells: this.cells.map((cell) => cell.content) }),
      asText: ({ cells }) => cells.map(({ language, title, source }) => `[${language}] ${title ?? ""}\n${source}`).join("\n\n"),
      restore: ({ cells }) => this.restore(cells),
      place: document.querySelector('[data-role="save-state"]'),
    });
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusin", (event) => this.setCurrent((event.target as Element).closest("sb-cell")));
    document.addEventListener("sandbar:schema", (event) => {
      for (const cell of this.cells) cell.offer((event as SchemaChanged).schema);
    });
    document.addEventListener("sandbar:stale", (event) => this.outdated(event as StaleCells));
    document.querySelector("#undo button")?.addEventListener("click", () => this.undo());
    document.querySelector("[data-run-all]")?.addEventListener("click", () => this.runAll());
  }

  get cells(): Cell[] {
    return [...this.querySelectorAll<Cell>("sb-cell")];
  }

  get readOnly(): boolean {
    return "readOnly" in this.dataset;
  }

  private get lab(): string {
    return this.dataset["lab"] ?? "";
  }

  private get path(): string {
    return this.dataset["path"] ?? "";
  }

  edited(): void {
    if (!this.readOnly) this.saver.touch();
  }

  left(): void {
    if (!this.readOnly) void this.saver.flush();
  }

  leave(cell: Cell): void {
    if (cell.language === "markdown") void this.render(cell);
    cell.focus();
  }

  enter(cell: Cell, way: "stay" | "advance" | "insert", selectionOnly = false): void {
    this.run(cell, selectionOnly);
    if (way === "insert") this.add(cell, "sql", "after");
    else if (way === "advance") this.advance(cell);
  }

  private advance(cell: Cell): void {
    const next = this.cells[this.cells.indexOf(cell) + 1];
    if (next) next.focus();
    else this.add(cell, "sql", "after");
  }

  private run(cell: Cell, selectionOnly = false): void {
    if (cell.language === "markdown") void this.render(cell);
    else void this.saved().then(() => this.queue.add(cell.runJob(this.runUrl(cell), this.path, selectionOnly)));
  }

  /** Every code cell from the top; a failure ends it, as it ends any queue. */
  private runAll(): void {
    announce("Running all cells.");
    for (const cell of this.cells) if (cell.language !== "markdown") this.run(cell);
  }

  /** Cells that read a widget whose value is newer than their output. */
  private outdated({ cells, run }: StaleCells): void {
    const stale = this.cells.filter((cell) => cells.includes(cell.cellId));
    for (const cell of stale) cell.outdate("A widget changed since it ran");
    if (run) for (const cell of stale) this.run(cell);
  }

  /** The server knows the cell before it is asked to run it. */
  private async saved(): Promise<void> {
    if (!this.readOnly) await this.saver.flush();
  }

  private async render(cell: Cell): Promise<void> {
    if (!this.readOnly) await cell.render(this.runUrl(cell), this.path).catch(() => announce("Offline."));
  }

  private runUrl(cell: Cell): string {
    return `/labs/${this.lab}/cells/${encodeURIComponent(cell.cellId)}/run`;
  }

  private cancel(cell: Cell): void {
    if (cell.currentJob && this.queue.remove(cell.currentJob)) return;
    announce("Cancelling.");
    void postForm(`/labs/${this.lab}/cancel`, {}).catch(() => announce("Offline."));
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const adder = target.closest<HTMLElement>("[data-add]");
    if (adder) {
      const between = adder.closest(".between");
      this.add(between, (adder.dataset["add"] ?? "sql") as Language, "after");
      return;
    }
    const cell = target.closest<Cell>("sb-cell");
    const role = target.closest<HTMLElement>("[data-role]")?.dataset["role"];
    if (cell && role) this.pressed(cell, role);
  }

  private pressed(cell: Cell, role: string): void {
    const actions: Record<string, () => void> = {
      run: () => this.run(cell),
      cancel: () => this.cancel(cell),
      edit: () => cell.edit(),
      language: () => cell.switchLanguage(),
      up: () => this.move(cell, -1),
      down: () => this.move(cell, 1),
      "add-above": () => this.add(cell, "sql", "before"),
      clear: () => cell.clear(),
      delete: () => this.discard(cell),
    };
    actions[role]?.();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as Element;
    const cell = target.closest<Cell>("sb-cell");
    if (!cell) return;
    if (target.matches(".cell-title")) return this.keyInTitle(event, cell);
    const onPreview = target.matches("pre.code");
    if (target !== cell && !onPreview) return;
    const command = this.commands.read(event, event.timeStamp);
    if (!command) return;
    event.preventDefault();
    this.obey(command, cell);
  }

  private keyInTitle(event: KeyboardEvent, cell: Cell): void {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") cell.focus();
    else if (event.shiftKey) this.enter(cell, "advance");
    else if (event.ctrlKey || event.metaKey) this.enter(cell, "stay");
    else cell.edit();
  }

  private obey(command: CellCommand, cell: Cell): void {
    const cells = this.cells;
    const place = cells.indexOf(cell);
    const actions: Record<CellCommand, () => void> = {
      edit: () => cell.edit(),
      next: () => cells[place + 1]?.focus(),
      previous: () => cells[place - 1]?.focus(),
      above: () => this.add(cell, "sql", "before"),
      below: () => this.add(cell, "sql", "after"),
      delete: () => this.discard(cell),
      undo: () => this.undo(),
      run: () => this.enter(cell, "stay"),
      advance: () => this.enter(cell, "advance"),
      insert: () => this.enter(cell, "insert"),
    };
    actions[command]();
  }

  private setCurrent(current: Element | null): void {
    for (const cell of this.cells) cell.classList.toggle("is-current", cell === current);
  }

  /** A new cell with its strip below it, put before or after a cell or a strip. */
  private add(beside: Element | null, language: Language, where: "before" | "after"): void {
    if (this.readOnly) return;
    const template = document.getElementById("new-cell") as HTMLTemplateElement;
    const nodes = document.importNode(template.content, true);
    const cell = nodes.querySelector<Cell>("sb-cell");
    if (!cell) return;
    const anchor = where === "before" ? beside : (this.strip(beside)?.nextElementSibling ?? null);
    this.insertBefore(nodes, anchor);
    cell.adopt(this);
    cell.cellId = freshId();
    if (language === "sql") cell.edit();
    else cell.language = language;
    this.edited();
    announce("Cell added.");
  }

  /** The strip that follows a cell; a strip is its own. */
  private strip(element: Element | null): Element | null {
    return element instanceof Cell ? element.nextElementSibling : element;
  }

  private move(cell: Cell, by: -1 | 1): void {
    const other = this.cells[this.cells.indexOf(cell) + by];
    const strip = this.strip(cell);
    if (!other || !strip || this.readOnly) return;
    const anchor = by < 0 ? other : (this.strip(other)?.nextElementSibling ?? null);
    this.insertBefore(cell, anchor);
    this.insertBefore(strip, anchor);
    cell.focus();
    cell.scrollIntoView({ block: "nearest" });
    this.edited();
    announce(by < 0 ? "Moved up." : "Moved down.");
  }

  private discard(cell: Cell): void {
    if (this.readOnly) return;
    const strip = this.strip(cell);
    const nodes = strip ? [cell, strip] : [cell];
    const cells = this.cells;
    const neighbour = cells[cells.indexOf(cell) + 1] ?? cells[cells.indexOf(cell) - 1];
    this.removed = { nodes, before: nodes.at(-1)?.nextElementSibling ?? null };
    for (const node of nodes) node.remove();
    neighbour?.focus();
    this.showUndo(true);
    this.edited();
    announce("Cell deleted. Press z on a cell to bring it back.");
  }

  private undo(): void {
    if (!this.removed) return;
    const { nodes, before } = this.removed;
    for (const node of nodes) this.insertBefore(node, before?.isConnected ? before : null);
    (nodes[0] as HTMLElement | undefined)?.focus();
    this.removed = null;
    this.showUndo(false);
    this.edited();
    announce("Cell is back.");
  }

  private showUndo(shown: boolean): void {
    const bar = document.getElementById("undo");
    if (!bar) return;
    bar.hidden = !shown;
    if (shown) setTimeout(() => (bar.hidden = true), 10_000);
  }

  /** Puts cells from the journal into the page. */
  private restore(contents: CellContent[]): void {
    const known = new Map(this.cells.map((cell) => [cell.cellId, cell]));
    for (const content of contents) {
      const strips = [...this.querySelectorAll(":scope > .between")];
      if (!known.has(content.id)) this.addQuietly(content, strips.at(-1) ?? null);
      else (known.get(content.id) as Cell).content = content;
    }
    const wanted = contents.map(({ id }) => id);
    for (const cell of this.cells) if (!wanted.includes(cell.cellId)) this.dropQuietly(cell);
    for (const id of wanted) {
      const cell = this.cells.find((candidate) => candidate.cellId === id);
      const strip = cell ? this.strip(cell) : null;
      if (cell && strip) this.append(cell, strip);
    }
  }

  private addQuietly(content: CellContent, after: Element | null): void {
    const template = document.getElementById("new-cell") as HTMLTemplateElement;
    const nodes = document.importNode(template.content, true);
    const cell = nodes.querySelector<Cell>("sb-cell");
    this.insertBefore(nodes, after?.nextElementSibling ?? null);
    cell?.adopt(this);
    if (cell) cell.content = content;
  }

  private dropQuietly(cell: Cell): void {
    this.strip(cell)?.remove();
    cell.remove();
  }
}

function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `c-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** A link of the replay's list goes to its cell. */
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLElement>("[data-cell]");
  const cell = link ? document.getElementById(`cell-${link.dataset["cell"]}`) : null;
  if (!cell) return;
  event.preventDefault();
  cell.focus();
  cell.scrollIntoView({ block: "center" });
});

/** Where to go on: the cell named in the address. */
export function openFromAddress(): void {
  const cell = location.hash.startsWith("#cell-") ? document.getElementById(location.hash.slice(1)) : null;
  cell?.focus();
}

define("sb-notebook", Notebook);
