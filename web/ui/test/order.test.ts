import { expect, it } from "vitest";
import { sortedPlaces } from "../src/page/order";

it("sorts numbers by value and not by their first digit", () => {
  expect(sortedPlaces(["10", "9", "1,200", "-3.5"], true, "ascending")).toEqual([3, 1, 0, 2]);
});

it("puts NULL last in both directions", () => {
  expect(sortedPlaces([null, "2", "1"], true, "ascending")).toEqual([2, 1, 0]);
  expect(sortedPlaces([null, "2", "1"], true, "descending")).toEqual([1, 2, 0]);
});

it("keeps the order of equal values", () => {
  expect(sortedPlaces(["b", "a", "b", "a"], false, "descending")).toEqual([0, 2, 1, 3]);
});

it("puts NaN after every number, and knows infinity", () => {
  expect(sortedPlaces(["NaN", "Infinity", "5", "-Infinity"], true, "ascending")).toEqual([3, 2, 1, 0]);
});
