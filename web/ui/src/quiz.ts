// An attempt at the quiz: one question at a time, every answer saved as it is given, the server's clock.
import { editorOver } from "./editor/over";
import { announce } from "./page/announce";
import { openDialog } from "./page/dialogs";
import { define, icon, part } from "./page/dom";
import { headers } from "./page/request";
import { Announcements, clockText } from "./work/countdown";

const PAUSE_MS = 500;
const RETRY_MS = 4000;

class Quiz extends HTMLElement {
  private form!: HTMLFormElement;
  private ends = 0;
  private timed = false;
  private announcements!: Announcements;
  private timer = 0;
  private clock = 0;
  private handedIn = false;
  /** The time is up, and the server is asked whether it still is. */
  private ending = false;

  connectedCallback(): void {
    this.form = this.querySelector("form") as HTMLFormElement;
    this.timed = "secondsLeft" in this.dataset;
    const left = Number(this.dataset["secondsLeft"] ?? "0");
    this.ends = performance.now() + left * 1000;
    this.announcements = new Announcements(Number(this.dataset["secondsTotal"] ?? "0"), left);
    this.recover();
    this.dataset["paged"] = "";
    for (const field of this.querySelectorAll<HTMLTextAreaElement>(".sql-answer textarea")) editorOver(field, "sql");
    this.form.addEventListener("input", (event) => {
      placeItem(event.target as Element);
      this.changed();
    });
    this.form.addEventListener("click", (event) => this.moveItem(event.target as Element));
    this.form.addEventListener("submit", (event) => this.submitting(event));
    addEventListener("hashchange", () => this.showQuestion(true));
    addEventListener("online", () => void this.save());
    addEventListener("pagehide", () => this.handedIn || void this.send(true).catch(() => {}));
    this.showQuestion(false);
    this.showAnswered();
    if (!this.timed) return;
    this.tick();
    this.clock = window.setInterval(() => this.tick(), 500);
  }

  disconnectedCallback(): void {
    clearInterval(this.clock);
  }

  private get key(): string {
    // Of the names that fields have now: what an older page kept under others must not clear them.
    return `sandbar:answers:2:${location.pathname}`;
  }

  private get questions(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-question]")];
  }

  private fields(): URLSearchParams {
    return new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
  }

  private showQuestion(focus: boolean): void {
    const wanted = location.hash.slice(1);
    const current = this.questions.find(({ id }) => id === wanted) ?? this.questions[0];
    for (const question of this.questions) question.classList.toggle("is-shown", question === current);
    for (const link of this.querySelectorAll<HTMLElement>("[data-map]")) {
      if (link.dataset["map"] === current?.dataset["question"]) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    if (focus) current?.focus({ preventScroll: true });
    if (focus) scrollTo({ top: 0 });
  }

  private changed(): void {
    this.showAnswered();
    try {
      localStorage.setItem(this.key, this.fields().toString());
    } catch {
      // Private windows may refuse; the server still gets every answer.
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), PAUSE_MS);
  }

  /** Answers that never reached the server, from this device. */
  private recover(): void {
    const kept = localStorage.getItem(this.key);
    if (!kept) return;
    const fields = new URLSearchParams(kept);
    for (const control of this.form.elements) {
      if (control instanceof HTMLInputElement && control.type !== "hidden") {
        const values = fields.getAll(control.name);
        if (control.type === "text") control.value = values[0] ?? control.value;
        else control.checked = values.includes(control.value);
      } else if ((control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement) && fields.has(control.name)) {
        control.value = fields.get(control.name) ?? "";
      }
    }
    this.timer = window.setTimeout(() => void this.save(), 0);
  }

  private async save(): Promise<void> {
    this.showSaving("loader-circle", "Saving");
    try {
      const response = await this.send(false);
      if (response.status === 409) return this.handIn();
      if (!response.ok) throw new Error(String(response.status));
      localStorage.removeItem(this.key);
      const left = response.headers.get("X-Seconds-Left");
      if (left) this.ends = performance.now() + Number(left) * 1000;
      if (this.ending && this.ends <= performance.now()) return this.handIn();
      this.ending = false;
      this.showSaving("check", "Saved");
    } catch {
      this.showSaving("cloud-off", "Offline, kept on this device");
      this.timer = window.setTimeout(() => void this.save(), RETRY_MS);
    }
  }

  private send(keepalive: boolean): Promise<Response> {
    return fetch(this.dataset["answers"] ?? "", { method: "POST", headers: headers(), body: this.fields(), keepalive });
  }

  private showSaving(sign: string, words: string): void {
    part(this, "save-state").replaceChildren(icon(sign), document.createTextNode(words));
  }

  /** Who hands in with questions left is asked first; who has one answer checked is not. */
  private submitting(event: SubmitEvent): void {
    const button = event.submitter as HTMLElement | null;
    if (button?.dataset["role"] === "hand-in" && this.missing() > 0) {
      event.preventDefault();
      part(this, "missing").textContent = part(this, "unanswered").textContent;
      openDialog("unfinished");
      return;
    }
    this.handedIn = true;
  }

  private missing(): number {
    return this.questions.filter((question) => !isAnswered(question)).length;
  }

  private handIn(): void {
    this.handedIn = true;
    this.form.submit();
  }

  /** Staff may have moved the end since the last save: the server is asked before anything is handed in. */
  private expire(): void {
    this.ending = true;
    clearTimeout(this.timer);
    void this.save();
  }

  private showAnswered(): void {
    const answered = this.questions.filter((question) => isAnswered(question));
    for (const question of this.questions) {
      const link = this.querySelector<HTMLElement>(`[data-map="${question.dataset["question"]}"]`);
      const done = answered.includes(question);
      link?.toggleAttribute("data-answered", done);
      const words = link?.querySelector('[data-role="map-state"]');
      if (words) words.textContent = done ? ", answered" : ", not answered";
    }
    const missing = this.questions.length - answered.length;
    part(this, "answered").textContent = `${answered.length} of ${this.questions.length} answered`;
    part(this, "unanswered").textContent = missing > 0 ? `${missing} without an answer` : "Every question has an answer";
    part(this, "hand-in").classList.toggle("button-primary", missing === 0);
  }

  private moveItem(target: Element): void {
    const button = target.closest<HTMLElement>("[data-move]");
    const item = button?.closest("li");
    const list = item?.parentElement;
    if (!button || !item || !list) return;
    const up = button.dataset["move"] === "up";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (other) list.insertBefore(item, up ? other : other.nextElementSibling);
    numberItems(list);
    button.focus();
    announce(`Now at place ${[...list.children].indexOf(item) + 1}.`);
    this.changed();
  }

  private tick(): void {
    const left = (this.ends - performance.now()) / 1000;
    part(this, "time").textContent = clockText(left);
    part(this, "clock").toggleAttribute("data-late", left <= 60);
    const sentence = this.announcements.due(left);
    if (sentence) announce(sentence);
    if (left <= 0 && !this.handedIn && !this.ending) this.expire();
  }
}

/** Any choice, any text, a changed statement, every drop-down list of the question set; or its feedback is shown. */
function isAnswered(question: HTMLElement): boolean {
  if ("checked" in question.dataset) return true;
  const statement = question.querySelector("textarea");
  if (statement) return !["", statement.dataset["given"]].includes(statement.value.trim());
  const lists = [...question.querySelectorAll("select")];
  if (lists.length > 0) return lists.every(({ value }) => value !== "");
  if (question.querySelector("input:checked")) return true;
  return [...question.querySelectorAll<HTMLInputElement>('input:not([type="radio"]):not([type="checkbox"])')].some(
    ({ value }) => value.trim() !== "",
  );
}

/** An item whose place was chosen in its list goes there; the others close up. */
function placeItem(control: Element): void {
  const item = control.closest(".ordering > li");
  const list = item?.parentElement;
  if (!item || !list || !(control instanceof HTMLSelectElement) || control.value === "") return;
  const others = [...list.children].filter((other) => other !== item);
  list.insertBefore(item, others[Number(control.value) - 1] ?? null);
  numberItems(list);
  control.focus();
}

function numberItems(list: Element): void {
  [...list.children].forEach((item, place) => {
    const select = item.querySelector("select");
    if (select) select.value = String(place + 1);
  });
}

define("sb-quiz", Quiz);
