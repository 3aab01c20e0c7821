// Forms that answer with a fragment (`data-fragment="#place"`), and small conveniences of forms.
import { announce } from "./announce";
import { offlineNotice, postForm } from "./request";

/** Asks whoever edits a document to save it; the listener puts its promise into `waiting`. */
export class SaveFirst extends Event {
  readonly waiting: Promise<unknown>[] = [];

  constructor() {
    super("sandbar:save");
  }
}

export async function saveFirst(): Promise<void> {
  const event = new SaveFirst();
  document.dispatchEvent(event);
  await Promise.all(event.waiting);
}

async function fillPlace(form: HTMLFormElement, place: Element, button: HTMLButtonElement | null): Promise<void> {
  const words = form.dataset["busy"] ?? "Working";
  button?.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  announce(`${words}.`);
  try {
    if ("saveFirst" in form.dataset || place.id === "replay") await saveFirst();
    const fields = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const fragment = await postForm(form.action, fields);
    place.innerHTML = fragment.html;
    if (place.getBoundingClientRect().top < 0 || place.getBoundingClientRect().top > innerHeight) place.scrollIntoView();
    announce(place.querySelector("p")?.textContent?.trim() ?? "Done.");
    document.dispatchEvent(new Event("sandbar:ran"));
  } catch {
    place.replaceChildren(offlineNotice());
  } finally {
    if (button) button.disabled = false;
    button?.removeAttribute("aria-busy");
  }
}

/** Submits a form with what its button says; `submit()` alone leaves that out. */
function submitBy(form: HTMLFormElement, button: HTMLButtonElement | null): void {
  if (button?.name) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: button.name, value: button.value });
    form.append(field);
  }
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
  const place = form.dataset["fragment"] ? document.querySelector(form.dataset["fragment"]) : null;
  if (place) {
    event.preventDefault();
    void fillPlace(form, place, button);
  } else if ("saveFirst" in form.dataset) {
    event.preventDefault();
    void saveFirst().then(() => submitBy(form, button));
  }
});

// A pointer that lets go has chosen; keys may have more steps to go and use the button.
document.addEventListener("pointerup", (event) => {
  const input = event.target as HTMLElement;
  if (input instanceof HTMLInputElement && "autosubmit" in input.dataset) input.form?.requestSubmit();
});

for (const input of document.querySelectorAll<HTMLInputElement>("input[type=range]")) {
  const output = input.form?.querySelector("output");
  input.addEventListener("input", () => {
    if (output) output.value = `${input.value} of ${input.max}`;
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = document.querySelector(button.dataset["copy"] ?? "")?.textContent ?? "";
    void navigator.clipboard.writeText(text).then(() => announce("Copied."));
  });
}
