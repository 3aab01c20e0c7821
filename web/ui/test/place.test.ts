import { Text } from "@codemirror/state";
import { expect, it } from "vitest";
import { offsetInLine, rangeAt } from "../src/editor/place";

const underlined = (source: string, line: number, column: number | null): string => {
  const text = Text.of(source.split("\n"));
  const { from, to } = rangeAt(text, line, column);
  return text.sliceString(from, to);
};

it("underlines the word at the position", () => {
  expect(underlined("SELECT 1;\nSELECT old_price FROM t", 2, 8)).toBe("old_price");
});

it("counts characters, not UTF-16 units", () => {
  expect(offsetInLine("'🦆🦆', x", 4)).toBe(5);
  expect(underlined("SELECT '🦆', nope", 1, 13)).toBe("nope");
});

it("underlines the line without its indent when no column is known", () => {
  expect(underlined("a:\n  b: 1", 2, null)).toBe("b: 1");
});

it("stays inside the text when the position is beyond it", () => {
  expect(underlined("SELECT 1", 9, 99)).toBe("");
});
