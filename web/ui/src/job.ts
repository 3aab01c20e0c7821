// The job editor. The text is the truth: the server reads it and answers with findings and the graph.
import { LazyEditor } from "./editor/lazy";
import type { Problem } from "./editor/mount";
import { announce } from "./page/announce";
import { define, part } from "./page/dom";
import { postForm } from "./page/request";
import "./work/follow";
import "./work/start";
import { Saver } from "./work/saver";

const PAUSE_MS = 350;

class JobEditor extends HTMLElement {
  private editor!: LazyEditor;
  private saver!: Saver<{ text: string }>;
  private timer = 0;
  private asked = 0;

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
    side.addEventListener("keydown", (event) => this.key(event));
  }

  private leave(): boolean {
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
    return true;
  }

  private edited(): void {
    this.saver.touch();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), PAUSE_MS);
  }

  private async check(): Promise<void> {
    const ticket = ++this.asked;
    const fragment = await postForm(this.dataset["check"] ?? "", { text: this.editor.text }).catch(() => null);
    if (!fragment || ticket !== this.asked) return;
    this.replaceSide(fragment.html);
    this.editor.show(this.problems());
    announce(this.querySelector(".job-graph .state")?.textContent?.trim() ?? "");
  }

  /** While the text cannot be read, the last graph stays, dimmed. */
  private replaceSide(html: string): void {
    const side = part(this, "check");
    const before = side.querySelector(".graph-scroll");
    side.innerHTML = html;
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

  /** A node marks its lines. */
  private choose(node: SVGGElement): void {
    const [first, last] = [Number(node.dataset["firstLine"]), Number(node.dataset["lastLine"])];
    this.setCurrent(node);
    if (!first) return;
    void this.editor.mount().then((editor) => editor.mark({ from: first, to: last || first }, true));
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
