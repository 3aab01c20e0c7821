// One run: post the source, show that it runs, put the server's fragment in place, say how it ended.
import type { Problem } from "../editor/mount";
import { announce } from "../page/announce";
import { offlineNotice, postForm } from "../page/request";
import { elapsedText, type RunState, showState } from "./state";

export interface RunPlace {
  status: HTMLElement;
  output: HTMLElement;
  /** Told of every change of state. */
  onState: (state: RunState) => void;
}

export interface RunResult {
  state: RunState;
  problems: Problem[];
}

export async function run(url: string, fields: Record<string, string>, place: RunPlace): Promise<RunResult> {
  const stop = showRunning(place);
  try {
    const fragment = await postForm(url, fields);
    place.output.innerHTML = fragment.html;
    return finish(place);
  } catch {
    place.output.replaceChildren(offlineNotice());
    return settle(place, "failed", "No connection");
  } finally {
    stop();
  }
}

function showRunning(place: RunPlace): () => void {
  const began = performance.now();
  place.onState("running");
  place.output.dataset["dimmed"] = "";
  showState(place.status, "running", "Running");
  const timer = setInterval(() => {
    showState(place.status, "running", `Running, ${elapsedText(performance.now() - began)}`);
  }, 500);
  return () => {
    clearInterval(timer);
    delete place.output.dataset["dimmed"];
  };
}

function finish(place: RunPlace): RunResult {
  const result = place.output.querySelector<HTMLElement>(".run");
  if (!result) {
    announce(place.output.textContent?.trim() ?? "Failed.");
    return settle(place, "failed", "Failed");
  }
  const state = (result.dataset["state"] ?? "succeeded") as RunState;
  const words = result.dataset["stateText"] ?? "Succeeded";
  announce(`${words}. ${result.dataset["errorMessage"] ?? ""}`);
  return { ...settle(place, state, summary(result)), problems: problemsIn(result) };
}

function settle(place: RunPlace, state: RunState, words: string): RunResult {
  showState(place.status, state, words);
  place.onState(state);
  return { state, problems: [] };
}

function summary(result: HTMLElement): string {
  const { stateText, elapsed, ranAtText } = result.dataset;
  return [stateText, elapsed, ranAtText].filter(Boolean).join(" · ");
}

/** The state that the server rendered with the page. */
export function showStored(place: RunPlace): RunResult | null {
  const result = place.output.querySelector<HTMLElement>(".run");
  if (!result) return null;
  const state = (result.dataset["state"] ?? "succeeded") as RunState;
  showState(place.status, state, summary(result));
  return { state, problems: problemsIn(result) };
}

function problemsIn(result: HTMLElement): Problem[] {
  const { errorLine, errorColumn, errorMessage, state } = result.dataset;
  if (!errorLine || state !== "failed") return [];
  return [
    {
      line: Number(errorLine),
      column: errorColumn ? Number(errorColumn) : null,
      message: errorMessage ?? "",
      severity: "error",
    },
  ];
}
