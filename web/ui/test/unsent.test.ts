import { expect, it } from "vitest";
import { Unsent } from "../src/work/unsent";

function device() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

it("keeps what was changed while a request was under way", () => {
  const storage = device();
  const unsent = new Unsent("/quiz/attempts/1", () => storage);
  unsent.add("1", "a1=0");
  unsent.add("2", "a2=x");
  const taken = unsent.taken();
  unsent.add("2", "a2=xy");
  unsent.confirm(taken);
  expect([unsent.questions, unsent.kept("1"), unsent.kept("2")]).toEqual([["2"], null, "a2=xy"]);
});

it("leaves the questions of another tab on the device", () => {
  const storage = device();
  const [here, there] = [new Unsent("/quiz/attempts/1", () => storage), new Unsent("/quiz/attempts/1", () => storage)];
  here.add("1", "a1=0");
  there.add("2", "a2=x");
  here.confirm(here.taken());
  expect([...storage.kept.values()]).toEqual(["a2=x"]);
  there.add("1", "a1=3");
  here.add("1", "a1=0");
  there.confirm(there.taken());
  expect(here.kept("1")).toBe("a1=0");
});

it("answers of another attempt are not its own", () => {
  const storage = device();
  new Unsent("/quiz/attempts/1", () => storage).add("1", "a1=0");
  expect(new Unsent("/quiz/attempts/11", () => storage).kept("1")).toBeNull();
});

it("goes on where the device keeps nothing", () => {
  const refuses = () => {
    throw new Error("denied");
  };
  const unsent = new Unsent("/quiz/attempts/1", () => ({ getItem: refuses, setItem: refuses, removeItem: refuses }));
  unsent.add("1", "a1=0");
  expect([unsent.questions, unsent.kept("1")]).toEqual([["1"], null]);
  unsent.confirm(unsent.taken());
  expect(unsent.questions).toEqual([]);
});
