// From the server's positions (line and column, both from 1, columns counting characters) to the editor's offsets.
import type { Text } from "@codemirror/state";

/** UTF-16 offset of the `column`-th character of a line. */
export function offsetInLine(line: string, column: number): number {
  let offset = 0;
  for (const character of line) {
    if (column <= 1) break;
    offset += character.length;
    column -= 1;
  }
  return offset;
}

/** The stretch to underline: the word at the position, or the rest of the line when no column is known. */
export function rangeAt(text: Text, line: number, column: number | null): { from: number; to: number } {
  const found = text.line(Math.min(Math.max(line, 1), text.lines));
  if (column === null) {
    const indent = /^\s*/.exec(found.text)?.[0].length ?? 0;
    return { from: found.from + indent, to: found.to };
  }
  const start = offsetInLine(found.text, column);
  const word = /^(?:\w+|'[^']*'|\S)/.exec(found.text.slice(start))?.[0].length ?? 0;
  const from = Math.min(found.from + start, found.to);
  return { from, to: Math.min(from + word, found.to) };
}
