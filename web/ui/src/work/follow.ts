// A part of a page that follows what the server saves: one stream of events, closed while nobody looks.
import { announce } from "../page/announce";
import { define, maybePart, part } from "../page/dom";
import { getFragment } from "../page/request";

/** A part that could not be read is asked for again so often, after so long. */
const TRIES = 5;
const RETRY_MS = 1500;

/** Details that are open, by what they say; a swap keeps them open. */
function openDetails(root: ParentNode): Set<string> {
  return new Set([...root.querySelectorAll("details[open] > summary")].map((summary) => nameOf(summary)));
}

const nameOf = (summary: Element): string => summary.querySelector("strong, span")?.textContent?.trim() ?? summary.textContent?.trim() ?? "";

class Follow extends HTMLElement {
  private source: EventSource | null = null;
  private seen = "";
  private fetching = false;
  private again = false;
  private tries = TRIES;

  connectedCallback(): void {
    this.seen = this.dataset["seen"] ?? "";
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
    else if ("going" in this.dataset && !this.source) this.open();
  };

  private readonly close = (): void => {
    this.source?.close();
    this.source = null;
  };

  private open(): void {
    const source = new EventSource(`${this.dataset["events"]}?since=${this.seen}`);
    source.addEventListener("run", (event) => {
      this.seen = event.lastEventId;
      if (event.data === "over") {
        delete this.dataset["going"];
        this.close();
      }
      void this.refresh();
    });
    this.source = source;
  }

  /** Asks for the part anew; changes that come meanwhile are one more question. */
  private async refresh(): Promise<void> {
    if (this.fetching) {
      this.again = true;
      return;
    }
    this.fetching = true;
    do {
      this.again = false;
      const fragment = await getFragment(this.dataset["part"] ?? location.pathname + location.search).catch(() => null);
      if (fragment?.ok) {
        this.tries = TRIES;
        this.swap(fragment.html);
      } else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      // What was not read is asked for again, while somebody looks.
      this.again ||= !fragment?.ok && !document.hidden && this.isConnected && --this.tries > 0;
    } while (this.again);
    this.fetching = false;
  }

  private swap(html: string): void {
    const place = part(this, "followed");
    const open = openDetails(place);
    const scrolled = [...place.querySelectorAll(".graph-scroll, .grid-scroll")].map((box) => [box.scrollLeft, box.scrollTop] as const);
    const focused = this.contains(document.activeElement) ? this.handle(document.activeElement) : null;
    place.innerHTML = html;
    for (const summary of place.querySelectorAll("details > summary")) {
      if (open.has(nameOf(summary))) (summary.parentElement as HTMLDetailsElement).open = true;
    }
    place.querySelectorAll(".graph-scroll, .grid-scroll").forEach((box, index) => box.scrollTo(...(scrolled[index] ?? [0, 0])));
    if (focused) place.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
    const verdict = maybePart(place, "verdict")?.textContent?.trim();
    if (verdict) announce(verdict);
  }

  /** How the element that has the focus is found again. */
  private handle(element: Element | null): string | null {
    if (element?.id) return `#${CSS.escape(element.id)}`;
    const href = element?.getAttribute("href");
    if (element && href) return `${element.localName}[href="${CSS.escape(href)}"]`;
    const label = element?.getAttribute("aria-label");
    return label ? `[aria-label="${CSS.escape(label)}"]` : null;
  }
}

define("sb-follow", Follow);
