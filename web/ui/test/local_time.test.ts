import { expect, it } from "vitest";
import { inOwnZone } from "../src/page/local_time";

const firing = "2026-11-28T06:00:00+01:00";

it("tells a firing by the reader's clock, with the day", () => {
  expect(inOwnZone(firing, "America/New_York")).toMatch(/^Sat 28 Nov, 00:00 /);
  expect(inOwnZone("2026-11-28T01:00:00+01:00", "UTC")).toBe("Sat 28 Nov, 00:00 UTC");
  expect(inOwnZone("2026-11-28T00:30:00+01:00", "UTC")).toBe("Fri 27 Nov, 23:30 UTC");
});

it("says nothing where both clocks show the same, and of what is no instant", () => {
  expect(inOwnZone(firing, "Europe/Paris")).toBeNull();
  expect(inOwnZone("tomorrow", "UTC")).toBeNull();
});
