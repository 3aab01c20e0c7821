import { expect, it } from "vitest";
import { Player, stateAt } from "../src/film/player";

it("stays within its steps, wherever it is sent", () => {
  const player = new Player([2, 2, 2], 7);
  expect(player.step).toBe(2);
  for (const [sent, found] of [[-1, 0], [1, 1], [9, 2], [Number.NaN, 0]] as const) {
    player.go(sent);
    expect(player.step).toBe(found);
  }
  expect(new Player([]).step).toBe(0);
});

it("goes on when a step's seconds are over, sooner at double speed, and stops at the end", () => {
  const player = new Player([2, 1]);
  expect(player.tick(5000), "it does not play yet").toBe(false);
  player.play();
  expect([player.tick(1900), player.tick(100)]).toEqual([false, true]);
  player.speed = 2;
  expect(player.tick(500)).toBe(false);
  expect([player.step, player.playing, player.ended]).toEqual([1, false, true]);
  player.play();
  expect([player.step, player.done]).toEqual([0, 0]);
});

it("takes as long at any size of ticks", () => {
  for (const size of [7, 100, 999]) {
    const player = new Player([1, 3, 2]);
    player.play();
    let passed = 0;
    while (player.playing) {
      player.tick(size);
      passed += size;
    }
    expect(passed, `${size}`).toBeGreaterThanOrEqual(6000);
    expect(passed, `${size}`).toBeLessThan(6000 + 3 * size);
  }
});

it("begins a step anew when it was chosen", () => {
  const player = new Player([4, 4]);
  player.play();
  player.tick(3000);
  player.go(0);
  expect(player.done).toBe(0);
});

it("reads what a file is at a step", () => {
  const states = "1:live 3:removed 5:live";
  expect([0, 1, 2, 3, 4, 5, 9].map((step) => stateAt(states, step)?.state ?? "")).toEqual(["", "live", "live", "removed", "removed", "live", "live"]);
  expect([3, 4].map((step) => stateAt(states, step)?.fresh)).toEqual([true, false]);
  expect(stateAt("", 3)).toBeNull();
});
