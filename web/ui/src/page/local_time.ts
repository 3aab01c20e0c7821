// An instant in the reader's own zone, behind what the server wrote in another one.
import { define } from "./dom";

/** `Sat 28 Nov, 05:00 UTC` for an instant with the offset of another zone; nothing where both clocks show the same. */
export function inOwnZone(iso: string, zone?: string): string | null {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return null;
  const day: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const parts = (own: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...own }).format(at);
  const time = parts({ hour: "2-digit", minute: "2-digit", hour12: false });
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at);
  if (`${date}T${time}` === iso.slice(0, 16)) return null;
  const withZone = parts({ hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" });
  return `${parts(day).replace(/,/g, "")}, ${withZone}`;
}

class LocalTime extends HTMLElement {
  connectedCallback(): void {
    const own = inOwnZone(this.querySelector("time")?.dateTime ?? "");
    if (own === null || this.querySelector("span")) return;
    const said = document.createElement("span");
    said.className = "muted";
    said.textContent = ` (for you ${own})`;
    this.append(said);
  }
}

define("local-time", LocalTime);
