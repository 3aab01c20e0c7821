// Puts an editor in the place of a server-rendered <pre> when somebody reaches for it, not before.
import { part } from "../page/dom";
import type { Editor, EditorOptions, Problem } from "./mount";

export type LazyOptions = Omit<EditorOptions, "parent" | "text" | "language" | "label">;

/** The text of one editor place, whether or not the editor is there yet. */
export class LazyEditor {
  private editor: Editor | null = null;
  private mounting: Promise<Editor> | null = null;
  private problems: Problem[] = [];
  private readonly source: HTMLTextAreaElement;

  constructor(
    private readonly host: HTMLElement,
    private readonly options: () => LazyOptions,
  ) {
    this.source = part<HTMLTextAreaElement>(host, "source");
    const preview = this.preview();
    preview?.addEventListener("focus", () => void this.open());
    preview?.addEventListener("pointerup", (event) => {
      if (String(getSelection() ?? "") === "") void this.open({ x: event.clientX, y: event.clientY });
    });
  }

  private preview(): HTMLElement | null {
    return this.host.querySelector<HTMLElement>("pre");
  }

  get text(): string {
    return this.editor?.text ?? this.source.value;
  }

  set text(text: string) {
    this.source.value = text;
    const code = this.preview()?.querySelector("code");
    if (code) code.textContent = text;
    if (this.editor) this.editor.text = text;
  }

  get selection(): string {
    return this.editor?.selection ?? "";
  }

  get mounted(): Editor | null {
    return this.editor;
  }

  /** Mounts if needed, then puts the cursor at the point, or just there. */
  async open(point?: { x: number; y: number }): Promise<Editor> {
    const editor = await this.mount();
    if (point) editor.focusAt(point);
    else editor.focus();
    return editor;
  }

  mount(): Promise<Editor> {
    this.mounting ??= this.mountNow();
    return this.mounting;
  }

  private async mountNow(): Promise<Editor> {
    const { Editor } = await import("./mount");
    const editor = await Editor.mount({
      ...this.options(),
      parent: this.host,
      text: this.source.value,
      language: this.host.dataset["language"] ?? "sql",
      label: this.host.dataset["label"] ?? "Editor",
    });
    this.editor = editor;
    const preview = this.preview();
    if (preview) preview.hidden = true;
    if (this.problems.length > 0) editor.show(this.problems);
    return editor;
  }

  /** Takes the editor away; its text stays. */
  close(): void {
    if (this.editor) {
      this.text = this.editor.text;
      this.editor.destroy();
    }
    this.editor = null;
    this.mounting = null;
    const preview = this.preview();
    if (preview) preview.hidden = false;
  }

  show(problems: Problem[]): void {
    this.problems = problems;
    this.editor?.show(problems);
  }

  /** What a form would send. */
  sync(): void {
    this.source.value = this.text;
  }
}
