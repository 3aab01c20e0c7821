import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Saver } from "../src/work/saver";

interface Sent {
  revision: number;
  text: string;
}

let text = "first";
let sent: Sent[] = [];
let answers: (() => Response | Promise<Response>)[] = [];
let place: HTMLElement;

const ok = (revision: number) => () => Response.json({ revision, saved_at_text: "14:02" });
const conflict = (revision: number, theirs: string) => () =>
  Response.json({ revision, text: theirs, saved_at_text: "14:01" }, { status: 409 });
const offline = () => Promise.reject(new TypeError("no network"));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  [text, sent, answers] = ["first", [], []];
  document.body.innerHTML = `<span id="place"></span><dialog id="conflict"><span data-role="other-time"></span>
    <div data-role="difference"></div><button data-choice="theirs"></button><button data-choice="mine"></button></dialog>`;
  place = document.getElementById("place") as HTMLElement;
  vi.stubGlobal("fetch", async (_: string, request: RequestInit) => {
    sent.push(JSON.parse(String(request.body)) as Sent);
    return (answers.shift() ?? ok(99))();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const saver = (): Saver<{ text: string }> =>
  new Saver({
    url: "/labs/delta/documents/job.yml",
    revision: 4,
    content: () => ({ text }),
    asText: (content) => content.text,
    restore: (content) => (text = content.text),
    place,
  });

const kept = (): string | null => localStorage.getItem("sandbar:unsaved:/labs/delta/documents/job.yml");

it("saves once, 800 ms after the last key, with the revision it is based on", async () => {
  const subject = saver();
  answers = [ok(5)];
  for (const letter of ["a", "b", "c"]) {
    text = letter;
    subject.touch();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(400);
  expect(sent).toEqual([{ revision: 4, text: "c" }]);
  expect(place.textContent).toBe("Saved 14:02");
  expect(kept()).toBeNull();
});

it("saves what was typed while a save was on its way, on the new revision", async () => {
  const subject = saver();
  let answer = (_: Response): void => {};
  answers = [() => new Promise((resolve) => (answer = resolve)), ok(6)];
  text = "one";
  subject.touch();
  await vi.advanceTimersByTimeAsync(800);
  text = "two";
  subject.touch();
  answer(Response.json({ revision: 5 }));
  await vi.advanceTimersByTimeAsync(900);
  expect(sent).toEqual([{ revision: 4, text: "one" }, { revision: 5, text: "two" }]);
});

it("keeps the text on the device without a network, and tries again", async () => {
  const subject = saver();
  answers = [offline, ok(5)];
  text = "precious";
  subject.touch();
  await vi.advanceTimersByTimeAsync(800);
  expect(place.textContent).toBe("Offline, kept on this device");
  expect(kept()).toContain("precious");
  await vi.advanceTimersByTimeAsync(5000);
  expect(place.textContent).toBe("Saved 14:02");
  expect(kept()).toBeNull();
});

it("brings back text that never reached the server", async () => {
  localStorage.setItem("sandbar:unsaved:/labs/delta/documents/job.yml", JSON.stringify({ revision: 4, content: { text: "lost?" } }));
  answers = [ok(5)];
  saver();
  expect(text).toBe("lost?");
  await vi.advanceTimersByTimeAsync(10);
  expect(sent).toEqual([{ revision: 4, text: "lost?" }]);
});

it("asks on a conflict, and overwrites on top of the newer revision when mine is chosen", async () => {
  const subject = saver();
  answers = [conflict(9, "theirs"), ok(10)];
  text = "mine";
  subject.touch();
  await vi.advanceTimersByTimeAsync(800);
  const dialog = document.getElementById("conflict") as HTMLDialogElement;
  expect(dialog.open).toBe(true);
  expect(dialog.textContent).toContain("- other  theirs");
  dialog.querySelector<HTMLButtonElement>('[data-choice="mine"]')?.click();
  await vi.advanceTimersByTimeAsync(10);
  expect(sent.at(-1)).toEqual({ revision: 9, text: "mine" });
  expect(place.textContent).toBe("Saved 14:02");
});

it("does not ask when both sides say the same", async () => {
  const subject = saver();
  answers = [conflict(9, "same"), ok(10)];
  text = "same";
  subject.touch();
  await vi.advanceTimersByTimeAsync(800);
  expect((document.getElementById("conflict") as HTMLDialogElement).open).toBe(false);
  expect(sent.at(-1)).toEqual({ revision: 9, text: "same" });
});
