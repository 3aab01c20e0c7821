// A lesson: snippets that run, questions that are checked, and the outline that follows the reader.
import { LazyEditor } from "./editor/lazy";
import "./film/film";
import { RAN } from "./film/log";
import { define, part } from "./page/dom";
import { offlineNotice, postForm } from "./page/request";
import { keepPlace } from "./work/place";
import "./work/question";
import { run, type RunPlace, showStored } from "./work/run";
import { showState } from "./work/state";
import "./work/video";

class Snippet extends HTMLElement {
  private editor!: LazyEditor;
  private written = "";

  connectedCallback(): void {
    const host = part(this, "editor");
    this.written = part<HTMLTextAreaElement>(host, "source").value;
    this.editor = new LazyEditor(host, () => ({ schema: {}, keys: this.keys(), onChange: () => this.edited() }));
    const stored = showStored(this.place());
    if (stored) this.editor.show(stored.problems);
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
      if (submitter?.dataset["role"] === "check") void this.check(submitter);
      else void this.run();
    });
    part(this, "restore").addEventListener("click", () => this.restore());
    part(this, "cancel").addEventListener("click", () => void this.cancel());
    host.addEventListener("keydown", (event) => this.keyOnPreview(event));
  }

  private place(): RunPlace {
    return {
      status: part(this, "status"),
      output: part(this, "output"),
      onState: (state) => {
        part<HTMLButtonElement>(this, "run").disabled = state === "running";
        part(this, "cancel").hidden = state !== "running";
      },
    };
  }

  private keys(): { key: string; run: () => boolean }[] {
    const start = (): boolean => {
      void this.run();
      return true;
    };
    return [
      { key: "Shift-Enter", run: start },
      { key: "Mod-Enter", run: start },
      { key: "Escape", run: () => this.leave() },
    ];
  }

  private leave(): boolean {
    part(this, "run").focus();
    return true;
  }

  private keyOnPreview(event: KeyboardEvent): void {
    if (this.editor.mounted || event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.run();
  }

  private edited(): void {
    part(this, "restore").hidden = this.editor.text === this.written;
    const status = part(this, "status");
    if (status.dataset["state"] && status.dataset["state"] !== "idle") showState(status, "stale", "Edited since");
  }

  private restore(): void {
    this.editor.text = this.written;
    part(this, "restore").hidden = true;
  }

  private async run(): Promise<void> {
    const fields = { source: this.editor.text, number: this.dataset["number"] ?? "" };
    const result = await run(this.dataset["run"] ?? "", fields, this.place());
    this.editor.show(result.problems);
    const changed = [...this.querySelectorAll('[data-role="output"] .commit code')].at(-1);
    document.dispatchEvent(new CustomEvent(RAN, { detail: changed?.textContent ?? "" }));
  }

  /** The exercise's checks, on the text as it is. */
  private async check(button: HTMLButtonElement): Promise<void> {
    const place = part(this, "checks");
    button.disabled = true;
    place.dataset["dimmed"] = "";
    try {
      place.innerHTML = (await postForm(button.getAttribute("formaction") ?? "", { source: this.editor.text })).html;
    } catch {
      place.replaceChildren(offlineNotice());
    } finally {
      button.disabled = false;
      delete place.dataset["dimmed"];
    }
  }

  private async cancel(): Promise<void> {
    await postForm(`${location.pathname}/cancel`, {});
  }
}

define("sb-snippet", Snippet);

function followReader(): void {
  const links = new Map<Element, Element>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".outline a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const mark = (): void => {
    const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const current = passed.at(-1) ?? links.keys().next().value;
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  if (links.size === 0) return;
  addEventListener("scroll", mark, { passive: true });
  mark();
}

followReader();
const lesson = document.querySelector<HTMLElement>("article.lesson");
if (lesson) keepPlace(lesson);
