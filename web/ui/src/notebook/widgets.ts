// The widgets above a notebook. The server says which cells read a value that is newer than their run; the notebook
// marks them and runs them again.
import { announce } from "../page/announce";
import { define, maybePart } from "../page/dom";
import { saveFirst } from "../page/forms";
import { type Fragment, getFragment, postForm } from "../page/request";

const AUTO = "sandbar:re-run";

/** Cells whose outputs are older than a value that they read. */
export class StaleCells extends Event {
  constructor(
    readonly cells: string[],
    /** To be run now. */
    readonly run: boolean,
  ) {
    super("sandbar:stale");
  }
}

class Widgets extends HTMLElement {
  private asked = 0;

  connectedCallback(): void {
    this.addEventListener("change", (event) => this.changed(event.target as Element));
    this.addEventListener("submit", (event) => this.submitted(event));
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest('[data-role="run-stale"]')) this.tell(true);
    });
    document.addEventListener("sandbar:ran", () => void this.refresh());
    this.offerAuto();
    this.tell(false);
  }

  private get stale(): string[] {
    return (maybePart<HTMLElement>(this, "bar")?.dataset["stale"] ?? "").split(" ").filter(Boolean);
  }

  private get auto(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>('[data-role="auto"] input');
  }

  private changed(target: Element): void {
    if (target === this.auto) {
      localStorage.setItem(AUTO, this.auto?.checked ? "yes" : "no");
      if (this.auto?.checked && this.stale.length > 0) this.tell(true);
      return;
    }
    const form = target.closest("form");
    if (form) void this.choose(form);
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    void this.choose(event.target as HTMLFormElement);
  }

  private async choose(form: HTMLFormElement): Promise<void> {
    const fields = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const ticket = ++this.asked;
    // Which cells depend on the value is read from the saved notebook.
    await saveFirst();
    const fragment = await postForm(form.action, fields).catch(() => null);
    if (!this.replace(fragment, ticket)) return;
    const words = this.stale.length === 1 ? "1 cell depends" : `${this.stale.length} cells depend`;
    announce(this.querySelector(".field-error")?.textContent?.trim() ?? `${fields.get("name")} is set. ${words} on it.`);
    this.tell(this.auto?.checked ?? false);
  }

  private async refresh(): Promise<void> {
    const edited = document.activeElement as HTMLInputElement | null;
    if (edited && this.contains(edited) && edited.type === "text" && edited.value !== edited.defaultValue) return;
    const ticket = ++this.asked;
    if (this.replace(await getFragment(this.dataset["src"] ?? "").catch(() => null), ticket)) this.tell(false);
  }

  private replace(fragment: Fragment | null, ticket: number): boolean {
    if (!fragment?.ok || ticket !== this.asked) return false;
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : "";
    this.innerHTML = fragment.html;
    if (focused) document.getElementById(focused)?.focus();
    this.offerAuto();
    return true;
  }

  private offerAuto(): void {
    const place = maybePart<HTMLElement>(this, "auto");
    if (place) place.hidden = false;
    if (this.auto) this.auto.checked = localStorage.getItem(AUTO) === "yes";
  }

  private tell(run: boolean): void {
    document.dispatchEvent(new StaleCells(this.stale, run));
  }
}

define("sb-widgets", Widgets);
