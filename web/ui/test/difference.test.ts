import { expect, it } from "vitest";
import { difference } from "../src/work/difference";

const short = (before: string, after: string): string[] =>
  difference(before, after).map(({ kind, text }) => `${kind === "same" ? " " : kind === "added" ? "+" : "-"}${text}`);

it("names the line that changed and keeps its neighbours", () => {
  expect(short("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
});

it("says nothing changed when nothing did", () => {
  expect(short("a\nb", "a\nb")).toEqual([" a", " b"]);
});

it("gives both texts back: without added lines the first, without removed lines the second", () => {
  const [before, after] = ["one\ntwo\n\nthree\nfour", "zero\ntwo\nthree\n\nfour\nfive"];
  const lines = difference(before, after);
  const without = (kind: string): string =>
    lines.filter((line) => line.kind !== kind).map(({ text }) => text).join("\n");
  expect(without("added")).toBe(before);
  expect(without("removed")).toBe(after);
});
