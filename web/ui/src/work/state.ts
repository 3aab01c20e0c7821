// The states of a run, each with an icon and a word; colour comes from the style sheet.
import { icon } from "../page/dom";

export type RunState = "idle" | "queued" | "running" | "succeeded" | "failed" | "cancelled" | "stale";

const ICONS: Record<Exclude<RunState, "idle">, string> = {
  queued: "hourglass",
  running: "loader-circle",
  succeeded: "circle-check",
  failed: "circle-x",
  cancelled: "circle-slash",
  stale: "history",
};

export function showState(place: HTMLElement, state: RunState, words: string): void {
  place.dataset["state"] = state;
  if (state === "idle") {
    place.replaceChildren();
    return;
  }
  const sign = icon(ICONS[state]);
  if (state === "running") sign.classList.add("spin");
  place.replaceChildren(sign, document.createTextNode(words));
}

/** `0.4 s`, `12 s`, `1 min 5 s`. */
export function elapsedText(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
