import { expect, it } from "vitest";
import { type Job, RunQueue } from "../src/notebook/queue";

function job(log: string[], name: string, ok = true): Job & { finish: () => void } {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  return {
    run: async () => {
      log.push(`${name} runs`);
      await gate;
      return ok;
    },
    onWait: (ahead) => log.push(`${name} waits for ${ahead}`),
    onLeave: () => log.push(`${name} leaves`),
    finish: () => release(),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it("runs one at a time, in order, and tells each how many are before it", async () => {
  const [queue, log] = [new RunQueue(), [] as string[]];
  const [first, second, third] = [job(log, "1"), job(log, "2"), job(log, "3")];
  for (const each of [first, second, third]) queue.add(each);
  expect(log.filter((line) => line.endsWith("runs"))).toEqual(["1 runs"]);
  expect(log).toContain("3 waits for 2");
  first.finish();
  await settled();
  expect(log.at(-1)).toBe("2 runs");
  second.finish();
  third.finish();
  await settled();
  expect(log.at(-1)).toBe("3 runs");
});

it("lets a waiting cell go, but not a running one", () => {
  const [queue, log] = [new RunQueue(), [] as string[]];
  const [running, waiting] = [job(log, "1"), job(log, "2")];
  queue.add(running);
  queue.add(waiting);
  expect(queue.remove(running)).toBe(false);
  expect(queue.remove(waiting)).toBe(true);
  expect(log.at(-1)).toBe("2 leaves");
});

it("stops what waits when a cell fails", async () => {
  const [queue, log] = [new RunQueue(), [] as string[]];
  const [failing, waiting] = [job(log, "1", false), job(log, "2")];
  queue.add(failing);
  queue.add(waiting);
  failing.finish();
  await settled();
  expect(log.at(-1)).toBe("2 leaves");
});
