import { expect, it } from "vitest";
import { CommandKeys } from "../src/notebook/keys";

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

it("deletes on d d, and only when both are close together and alone", () => {
  const keys = new CommandKeys();
  expect([keys.read(press("d"), 1000), keys.read(press("d"), 1300)]).toEqual([null, "delete"]);
  expect([keys.read(press("d"), 5000), keys.read(press("d"), 6500)]).toEqual([null, null]);
  expect([keys.read(press("d"), 9000), keys.read(press("j"), 9100), keys.read(press("d"), 9200)]).toEqual([null, "next", null]);
});

it("tells the three ways to run apart", () => {
  const keys = new CommandKeys();
  expect(keys.read(press("Enter", { shiftKey: true }), 0)).toBe("advance");
  expect(keys.read(press("Enter", { ctrlKey: true }), 0)).toBe("run");
  expect(keys.read(press("Enter", { altKey: true }), 0)).toBe("insert");
  expect(keys.read(press("Enter"), 0)).toBe("edit");
});

it("leaves the browser's own shortcuts alone", () => {
  const keys = new CommandKeys();
  expect(keys.read(press("a", { ctrlKey: true }), 0)).toBeNull();
  expect(keys.read(press("j", { altKey: true }), 0)).toBeNull();
});
