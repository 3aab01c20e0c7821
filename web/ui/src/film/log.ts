// The log of the reader's own tables: loaded when it comes into view, and again when a snippet has run.
import { define } from "../page/dom";
import { getFragment, offlineNotice } from "../page/request";

/** Told by a snippet that has run; `detail` names the table that it changed last. */
export const RAN = "sandbar:ran";

class Log extends HTMLElement {
  private loaded = false;
  private table = "";

  connectedCallback(): void {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      if (!this.loaded) void this.load();
    });
    watcher.observe(this);
    document.addEventListener(RAN, (event) => {
      this.table = (event as CustomEvent<string>).detail || this.table;
      if (this.loaded) void this.load();
    });
    this.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("[data-table]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.table = link.dataset["table"] ?? "";
      void this.load().then(() => this.querySelector<HTMLElement>('[data-table][aria-current="true"]')?.focus());
    });
  }

  private async load(): Promise<void> {
    this.loaded = true;
    this.setAttribute("aria-busy", "true");
    const query = this.table ? `?${new URLSearchParams({ table: this.table })}` : "";
    try {
      this.innerHTML = (await getFragment(`${this.dataset["src"] ?? ""}${query}`)).html;
    } catch {
      this.replaceChildren(offlineNotice());
    } finally {
      this.removeAttribute("aria-busy");
    }
  }
}

define("sb-log", Log);
