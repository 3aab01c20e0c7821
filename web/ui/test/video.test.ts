import { afterEach, expect, test, vi } from "vitest";
import "../src/work/video";

const told: string[] = [];

afterEach(() => {
  vi.unstubAllGlobals();
  told.length = 0;
  document.body.replaceChildren();
});

/** A video of which time and end are what the test says. */
function video(): { play: (seconds: number) => void; end: () => void; pause: () => void } {
  vi.stubGlobal("fetch", (url: string, { body }: { body: URLSearchParams }) => {
    told.push(`${url} ${body.toString()}`);
    return Promise.resolve();
  });
  const element = document.createElement("sb-video");
  element.dataset["progress"] = "/lessons/one/walkthrough";
  const media = document.createElement("video");
  let [time, ended] = [0, false];
  Object.defineProperty(media, "currentTime", { get: () => time });
  Object.defineProperty(media, "ended", { get: () => ended });
  element.append(media);
  document.body.append(element);
  const fire = (name: string): boolean => media.dispatchEvent(new Event(name));
  return {
    play: (seconds) => {
      time = seconds;
      fire("timeupdate");
    },
    pause: () => void fire("pause"),
    end: () => {
      ended = true;
      fire("pause");
      fire("ended");
    },
  };
}

test("how far a video was seen is told now and then, and when it is paused", () => {
  const shown = video();
  for (const second of [1, 5, 14.9, 15.2, 20]) shown.play(second);
  expect(told).toEqual(["/lessons/one/walkthrough step=15&ended=false"]);
  shown.pause();
  expect(told.at(-1)).toContain("step=20&ended=false");
});

test("its end is told once, and not as a pause before it", () => {
  const shown = video();
  shown.play(14);
  shown.end();
  expect(told).toEqual(["/lessons/one/walkthrough step=14&ended=true"]);
});
