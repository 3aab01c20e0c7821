// A page of a course under its author's hands: it comes anew when the course was read again, and says what is wrong
// with it.
import { define } from "./page/dom";
import { getFragment } from "./page/request";

class Preview extends HTMLElement {
  private source: EventSource | null = null;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.look);
    addEventListener("pagehide", this.close);
    this.look();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.look);
    removeEventListener("pagehide", this.close);
    this.close();
  }

  private readonly look = (): void => {
    if (document.hidden) this.close();
    else if (!this.source) this.open();
  };

  private readonly close = (): void => {
    this.source?.close();
    this.source = null;
  };

  private open(): void {
    const seen = new URLSearchParams({ release: this.dataset["release"] ?? "", mark: this.dataset["mark"] ?? "" });
    this.source = new EventSource(`/preview/events?${seen}`);
    this.source.addEventListener("course", () => location.reload());
    this.source.addEventListener("mistakes", () => void this.refresh());
  }

  /** The panel in this one's place, which follows from then on. */
  private async refresh(): Promise<void> {
    const fragment = await getFragment("/preview").catch(() => null);
    if (!fragment?.ok) return;
    const place = document.createElement("template");
    place.innerHTML = fragment.html;
    const next = place.content.querySelector("sb-preview");
    if (next) this.replaceWith(next);
  }
}

define("sb-preview", Preview);
