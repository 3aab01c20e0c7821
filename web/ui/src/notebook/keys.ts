// Keys on a cell outside its editor, as people know them from notebooks.

export type CellCommand = "edit" | "next" | "previous" | "above" | "below" | "delete" | "undo" | "run" | "advance" | "insert";

const SINGLE: Record<string, CellCommand> = {
  Enter: "edit",
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  a: "above",
  b: "below",
  z: "undo",
};

/** Remembers the first of two `d`s. */
export class CommandKeys {
  private firstD = 0;

  read(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">, now: number): CellCommand | null {
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && event.shiftKey && !control) return "advance";
    if (event.key === "Enter" && control) return "run";
    if (event.key === "Enter" && event.altKey) return "insert";
    if (control || event.altKey || event.shiftKey) return null;
    if (event.key !== "d") {
      this.firstD = 0;
      return SINGLE[event.key] ?? null;
    }
    const second = now - this.firstD < 800;
    this.firstD = second ? 0 : now;
    return second ? "delete" : null;
  }
}
