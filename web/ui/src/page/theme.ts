// The theme switch. The server reads the same cookie, so the next page comes in the right colours at once.
import { announce } from "./announce";
import { define } from "./dom";

const ORDER = ["light", "dark", "system"] as const;
type Theme = (typeof ORDER)[number];

export function nextTheme(current: string): Theme {
  const place = ORDER.indexOf(current as Theme);
  return ORDER[(place + 1) % ORDER.length] ?? "light";
}

class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false;
    this.describe(this.current());
    this.addEventListener("click", () => this.choose(nextTheme(this.current())));
  }

  private current(): string {
    return document.documentElement.dataset["theme"] ?? "system";
  }

  private choose(theme: Theme): void {
    document.documentElement.dataset["theme"] = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    this.describe(theme);
    announce(`Theme: ${theme}`);
  }

  private describe(theme: string): void {
    this.querySelector("button")?.setAttribute("aria-label", `Theme: ${theme}. Change it`);
  }
}

define("sb-theme", ThemeSwitch);
