// One cell: its editor, its state, its output. What concerns several cells is the notebook's.
import { LazyEditor } from "../editor/lazy";
import type { Schema } from "../editor/languages";
import { define, part } from "../page/dom";
import { postForm } from "../page/request";
import { run, type RunPlace, showStored } from "../work/run";
import { type RunState, showState } from "../work/state";
import { schemaInPage } from "../work/tables";
import type { Job } from "./queue";

export type Language = "sql" | "markdown" | "python";

export interface CellContent {
  id: string;
  language: Language;
  title: string | null;
  source: string;
}

const LANGUAGE_TEXT: Record<Language, string> = { sql: "SQL", markdown: "Text", python: "Python" };

/** What a cell asks of the notebook around it. */
export interface CellHost {
  readOnly: boolean;
  edited(): void;
  left(): void;
  enter(cell: Cell, way: "stay" | "advance" | "insert", selectionOnly?: boolean): void;
  leave(cell: Cell): void;
}

export class Cell extends HTMLElement {
  private editor!: LazyEditor;
  private host: CellHost | null = null;
  private job: Job | null = null;

  /** The notebook takes the cell in. */
  adopt(host: CellHost): void {
    if (this.host) return;
    this.host = host;
    this.editor = new LazyEditor(part(this, "editor"), () => ({
      schema: schemaInPage(),
      readOnly: host.readOnly,
      keys: this.keys(host),
      onChange: () => this.changed(),
      onBlur: () => host.left(),
    }));
    const title = part<HTMLInputElement>(this, "title");
    title.readOnly = host.readOnly;
    title.addEventListener("input", () => host.edited());
    title.addEventListener("blur", () => host.left());
    const stored = showStored(this.place());
    if (stored) this.editor.show(stored.problems);
  }

  get content(): CellContent {
    const title = part<HTMLInputElement>(this, "title").value.trim();
    return { id: this.cellId, language: this.language, title: title || null, source: this.editor.text };
  }

  set content(content: CellContent) {
    this.cellId = content.id;
    part<HTMLInputElement>(this, "title").value = content.title ?? "";
    if (content.language !== this.language) this.language = content.language;
    if (content.source !== this.editor.text) this.editor.text = content.source;
  }

  get cellId(): string {
    return this.dataset["id"] ?? "";
  }

  set cellId(id: string) {
    this.dataset["id"] = id;
    this.id = `cell-${id}`;
  }

  get language(): Language {
    return (this.dataset["language"] ?? "sql") as Language;
  }

  set language(language: Language) {
    this.dataset["language"] = language;
    const words = LANGUAGE_TEXT[language];
    part(this, "language").textContent = words;
    part(this, "run").hidden = language === "markdown";
    part(this, "edit").hidden = language !== "markdown";
    this.setAttribute("aria-label", `${words} cell`);
    const host = part(this, "editor");
    host.dataset["language"] = language;
    host.dataset["label"] = `${words} cell`;
    this.editor.close();
    if (language === "markdown") this.classList.add("is-editing");
    void this.editor.open();
  }

  /** Text when it was SQL and the reverse; Python stays what it is. */
  switchLanguage(): void {
    if (this.host?.readOnly || this.language === "python") return;
    this.language = this.language === "sql" ? "markdown" : "sql";
    this.host?.edited();
  }

  edit(): void {
    if (this.host?.readOnly && this.language === "markdown") return;
    this.classList.toggle("is-editing", this.language === "markdown");
    const preview = this.querySelector<HTMLElement>(".cell-text");
    if (preview) preview.hidden = true;
    void this.editor.open();
  }

  offer(schema: Schema): void {
    if (this.language === "sql") void this.editor.mounted?.offer(schema);
  }

  clear(): void {
    part(this, "output").replaceChildren();
    showState(part(this, "status"), "idle", "");
    this.dataset["state"] = "idle";
    this.editor.show([]);
  }

  private keys(host: CellHost): { key: string; run: () => boolean }[] {
    const enter = (way: "stay" | "advance" | "insert", selectionOnly = false) => () => {
      host.enter(this, way, selectionOnly);
      return true;
    };
    return [
      { key: "Shift-Enter", run: enter("advance") },
      { key: "Mod-Enter", run: enter("stay") },
      { key: "Alt-Enter", run: enter("insert") },
      { key: "Mod-Shift-Enter", run: enter("stay", true) },
      {
        key: "Escape",
        run: () => {
          host.leave(this);
          return true;
        },
      },
    ];
  }

  private changed(): void {
    this.host?.edited();
    this.editor.show([]);
    this.outdate("Edited since it ran");
  }

  /** What the output shows is not what a run would give now. */
  outdate(words: string): void {
    if (this.dataset["state"] !== "succeeded" && this.dataset["state"] !== "failed") return;
    this.dataset["state"] = "stale";
    showState(part(this, "status"), "stale", words);
  }

  private place(): RunPlace {
    return {
      status: part(this, "status"),
      output: part(this, "output"),
      onState: (state) => this.showRunning(state),
    };
  }

  private showRunning(state: RunState): void {
    this.dataset["state"] = state;
    const busy = state === "running" || state === "queued";
    part(this, "run").hidden = busy || this.language === "markdown";
    part(this, "cancel").hidden = !busy;
  }

  /** Renders a Markdown cell on the server and shows the result. */
  async render(url: string, path: string): Promise<void> {
    const source = this.editor.text;
    const { ok, html } = await postForm(url, { source, document: path, language: "markdown" });
    if (!ok) return;
    let preview = this.querySelector<HTMLElement>(".cell-text");
    if (!preview) {
      preview = document.createElement("div");
      preview.className = "prose cell-text";
      part(this, "editor").prepend(preview);
      this.querySelector(".editor > pre")?.remove();
    }
    preview.innerHTML = html;
    preview.hidden = false;
    this.editor.close();
    this.classList.remove("is-editing");
  }

  /** The run as a job for the queue; resolves to whether cells after it may go on. */
  runJob(url: string, path: string, selectionOnly: boolean): Job {
    const selection = selectionOnly ? this.editor.selection : "";
    const job: Job = {
      onWait: (ahead) => {
        this.showRunning("queued");
        showState(part(this, "status"), "queued", `Queued, ${ahead} ahead`);
      },
      onLeave: () => {
        showState(part(this, "status"), "idle", "");
        this.showRunning("idle");
      },
      run: async () => {
        const { language, source } = this.content;
        const fields = { source: selection || source, document: path, language };
        const result = await run(url, fields, this.place());
        if (!selection) this.editor.show(result.problems);
        document.dispatchEvent(new Event("sandbar:ran"));
        return result.state === "succeeded";
      },
    };
    this.job = job;
    return job;
  }

  get currentJob(): Job | null {
    return this.job;
  }
}

define("sb-cell", Cell);
