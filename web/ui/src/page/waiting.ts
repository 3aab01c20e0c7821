// A page that waits for a result asks again by itself, less often the longer it takes.
import { define } from "./dom";

class Waiting extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    const key = `sandbar:waits:${location.pathname}`;
    const times = Number(sessionStorage.getItem(key) ?? "0");
    const every = Number(this.dataset["every"] ?? "2000");
    this.timer = window.setTimeout(() => {
      sessionStorage.setItem(key, String(times + 1));
      location.reload();
    }, every * Math.min(1 + times / 5, 10));
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
  }
}

define("sb-waiting", Waiting);
