// The job editor. The text is the truth: the server reads it and answers with findings and the graph.
import { LazyEditor } from "./editor/lazy";
import type { Problem } from "./editor/mount";
import { announce } from "./page/announce";
import { define, part } from "./page/dom";
import { postForJson, postForm } from "./page/request";
import "./work/follow";
import { Saver, type Stored } from "./work/saver";
import "./work/start";

const PAUSE_MS = 350;

/** A change that the server made and stored. */
interface Changed extends Stored {
  text: string;
  html: string;
}

class JobEditor extends HTMLElement {
  private editor!: LazyEditor;
  private saver!: Saver<{ text: string }>;
  private timer = 0;
  private asked = 0;
  /** The task that was chosen and is not shown yet. */
  private wanted: string | null = null;
  /** The text comes from the server, which has it already. */
  private taking = false;
  /** Changes of the form are sent one after the other. */
  private changing: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    this.editor = new LazyEditor(part(this, "editor"), () => ({
      schema: {},
      numbered: true,
      keys: [{ key: "Escape", run: () => this.leave() }],
      onChange: () => this.edited(),
      onBlur: () => void this.saver.flush(),
      onCursor: (line) => this.showNodeAt(line),
    }));
    this.saver = new Saver<{ text: string }>({
      url: `/labs/${this.dataset["lab"]}/documents/${this.dataset["path"]}`,
      revision: Number(this.dataset["revision"] ?? "0"),
      content: () => ({ text: this.editor.text }),
      asText: ({ text }) => text,
      restore: ({ text }) => {
        this.editor.text = text;
        void this.check();
      },
      place: part<HTMLElement>(this, "save-state"),
    });
    this.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    this.editor.show(this.problems());
    void this.editor.mount();
    const side = part(this, "check");
    side.addEventListener("click", (event) => this.clicked(event.target as Element));
    side.addEventListener("change", (event) => this.changed(event.target as HTMLElement));
    side.addEventListener("submit", (event) => this.submitted(event));
    side.addEventListener("keydown", (event) => this.key(event));
  }

  private leave(): boolean {
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
    return true;
  }

  private edited(): void {
    if (this.taking) return;
    this.saver.touch();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), PAUSE_MS);
  }

  private async check(): Promise<void> {
    const { wanted } = this;
    if (!(await this.ask(wanted ?? this.task))) return;
    if (wanted) this.markTask(true);
    this.editor.show(this.problems());
    announce(this.querySelector(".job-graph .state")?.textContent?.trim() ?? "");
  }

  /** Shows what the server says of the text and a task; false where a later question took its place. */
  private async ask(task: string): Promise<boolean> {
    const ticket = ++this.asked;
    const fragment = await postForm(this.dataset["check"] ?? "", { text: this.editor.text, task }).catch(() => null);
    if (!fragment || ticket !== this.asked) return false;
    this.wanted = null;
    this.replaceSide(fragment.html);
    return true;
  }

  /** The task in the form. */
  private get task(): string {
    return this.querySelector<HTMLInputElement>('.inspector input[name="task"][type="hidden"]')?.value ?? "";
  }

  /** A control of the form sends its change at once; names wait for their button. */
  private changed(control: HTMLElement): void {
    const form = control.closest("form");
    if (!form || "onSubmit" in control.dataset) return;
    if ("choose" in form.dataset) void this.inspect((control as HTMLSelectElement).value);
    else if ("change" in form.dataset) this.send(form);
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!("change" in form.dataset)) return;
    event.preventDefault();
    this.send(form);
  }

  private send(form: HTMLFormElement): void {
    const fields = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    this.changing = this.changing.then(() => this.change(form, fields));
  }

  /** The server changes the stored text, and the page takes it over. */
  private async change(form: HTMLFormElement, fields: URLSearchParams): Promise<void> {
    await this.saver.flush();
    fields.set("revision", String(this.saver.seen));
    const sent = this.editor.text;
    const answer = await postForJson(form.action, fields).catch(() => null);
    // What was typed meanwhile is not overwritten unasked.
    if (answer?.status === 200 && this.editor.text !== sent) await this.saver.conflict(answer.body as Changed);
    else if (answer?.status === 200) this.take(answer.body as Changed);
    else if (answer?.status === 409) await this.saver.conflict(answer.body as { text: string } & Stored);
    else this.refuse(form, (answer?.body as { message?: string } | null)?.message ?? "The server cannot be reached. Nothing was changed.");
  }

  private take(changed: Changed): void {
    clearTimeout(this.timer);
    this.asked += 1;
    this.wanted = null;
    this.taking = true;
    this.editor.text = changed.text;
    this.taking = false;
    this.saver.adopt(changed);
    this.replaceSide(changed.html);
    this.editor.show(this.problems());
    this.markTask(false);
    announce(`Changed. ${this.querySelector(".job-graph .state")?.textContent?.trim() ?? ""}`);
  }

  /** A name stays as it was typed, to be mended; a box or a choice shows again what the text says. */
  private refuse(form: HTMLFormElement, message: string): void {
    if (!form.querySelector("[data-on-submit]")) form.reset();
    const place = this.querySelector<HTMLElement>('[data-role="change-refused"]');
    if (!place) return;
    place.textContent = message;
    place.hidden = false;
    announce(message);
  }

  /** Shows a task in the form. */
  private async inspect(task: string): Promise<void> {
    this.wanted = task;
    if (await this.ask(task)) this.markTask(true);
  }

  /** While the text cannot be read, the last graph stays, dimmed. */
  private replaceSide(html: string): void {
    const side = part(this, "check");
    const before = side.querySelector(".graph-scroll");
    const focused = side.contains(document.activeElement) ? document.activeElement : null;
    const [id, task] = [focused?.id, focused?.getAttribute("data-task")];
    side.innerHTML = html;
    const again = id ? document.getElementById(id) : task ? this.node(task) : null;
    (again as HTMLElement | SVGElement | null)?.focus();
    const empty = side.querySelector(".job-graph .empty");
    if (before && empty) {
      before.setAttribute("data-dimmed", "");
      empty.replaceWith(before);
    }
  }

  private problems(): Problem[] {
    return [...this.querySelectorAll<HTMLElement>(".finding[data-line]")].map((finding) => ({
      line: Number(finding.dataset["line"]),
      column: finding.dataset["column"] ? Number(finding.dataset["column"]) : null,
      message: finding.dataset["message"] ?? "",
      severity: finding.classList.contains("finding-error") ? "error" : "warning",
    }));
  }

  private clicked(target: Element): void {
    const line = target.closest<HTMLElement>("[data-goto]")?.dataset["goto"];
    if (line) void this.editor.mount().then((editor) => editor.goTo(Number(line)));
    const node = target.closest<SVGGElement>(".node");
    if (node) this.choose(node);
  }

  private key(event: KeyboardEvent): void {
    const node = (event.target as Element).closest<SVGGElement>(".node");
    if (!node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    this.choose(node);
  }

  /** A node shows its task in the form and marks its lines. */
  private choose(node: SVGGElement): void {
    void this.inspect(node.dataset["task"] ?? "");
  }

  private node(task: string): SVGGElement | null {
    return [...this.querySelectorAll<SVGGElement>(".node")].find((node) => node.dataset["task"] === task) ?? null;
  }

  /** Marks the form's task in the graph and in the text. */
  private markTask(scroll: boolean): void {
    const node = this.node(this.task);
    this.setCurrent(node);
    const [first, last] = [Number(node?.dataset["firstLine"]), Number(node?.dataset["lastLine"])];
    if (first) void this.editor.mount().then((editor) => editor.mark({ from: first, to: last || first }, scroll));
  }

  /** The lines mark their node. */
  private showNodeAt(line: number): void {
    const node = [...this.querySelectorAll<SVGGElement>(".node")].find(
      ({ dataset }) => line >= Number(dataset["firstLine"]) && line <= Number(dataset["lastLine"]),
    );
    this.setCurrent(node ?? null);
    this.editor.mounted?.mark(null);
  }

  private setCurrent(current: Element | null): void {
    for (const node of this.querySelectorAll(".node")) node.classList.toggle("is-current", node === current);
  }
}

define("sb-job", JobEditor);
