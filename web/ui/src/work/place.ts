// Where the reader is in a lesson: told to the server when the page has come to rest, so that another device goes on there.
import { headers } from "../page/request";

/** Milliseconds without a movement after which the reader is somewhere. */
const REST = 1200;

const PLACES = ".prose > :is(h2, h3)[id], .prose > :is(sb-snippet, sb-question), #walkthrough, #exercise";

export function keepPlace(lesson: HTMLElement): void {
  const places = [...lesson.querySelectorAll<HTMLElement>(PLACES)].filter((element) => element.id !== "");
  let told: string | null = null;
  let timer = 0;
  const tell = (): void => {
    clearTimeout(timer);
    timer = 0;
    const place = placeIn(places);
    if (place === told) return;
    told = place;
    const url = `/lessons/${lesson.dataset["slug"] ?? ""}/place`;
    const body = new URLSearchParams({ place });
    void fetch(url, { method: "POST", headers: headers(), body, keepalive: true }).catch(() => {});
  };
  addEventListener(
    "scroll",
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(tell, REST);
    },
    { passive: true },
  );
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer !== 0) tell();
  });
}

/** The id of the last place whose beginning was passed; empty above the first one. */
function placeIn(places: readonly HTMLElement[]): string {
  const { scrollHeight } = document.documentElement;
  const isAtEnd = innerHeight + scrollY >= scrollHeight - 2 && scrollY > 0;
  const line = isAtEnd ? innerHeight : innerHeight / 3;
  return places.filter((place) => place.getBoundingClientRect().top < line).at(-1)?.id ?? "";
}
