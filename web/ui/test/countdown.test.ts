import { expect, it } from "vitest";
import { Announcements, clockText } from "../src/work/countdown";

it("shows what is left, never less than nothing", () => {
  expect([900, 61, 59.2, 0.4, -3, 3725].map(clockText)).toEqual(["15:00", "1:01", "1:00", "0:01", "0:00", "1:02:05"]);
});

it("speaks at half of the time, at five minutes and at one, each once", () => {
  const announcements = new Announcements(900, 900);
  const said = [];
  for (let left = 900; left >= 0; left -= 0.5) said.push(announcements.due(left));
  expect(said.filter(Boolean)).toEqual(["Half of the time is over.", "Five minutes left.", "One minute left."]);
});

it("does not repeat what was over before the page was opened", () => {
  const announcements = new Announcements(900, 200);
  expect(announcements.due(199)).toBeNull();
  expect(announcements.due(60)).toBe("One minute left.");
});

it("says only the latest when a sleeping tab wakes up", () => {
  expect(new Announcements(900, 900).due(30)).toBe("One minute left.");
});
