// An attempt at the quiz: one question at a time, every answer saved as it is given, the server's clock.
import { editorOver } from "./editor/over";
import { announce } from "./page/announce";
import { openDialog } from "./page/dialogs";
import { define, icon, part } from "./page/dom";
import { headers, leaveToSignIn } from "./page/request";
import { arrange, belongsTo, fieldsOf, numberItems, placeItem, put } from "./work/answer_fields";
import { Announcements, clockText } from "./work/countdown";
import { Unsent } from "./work/unsent";

const PAUSE_MS = 500;
const RETRY_MS = 4000;
/** A request that has no answer after so long counts as lost, and is made again. */
const PATIENCE_MS = 10_000;

class Quiz extends HTMLElement {
  private form!: HTMLFormElement;
  private ends = 0;
  private timed = false;
  private announcements!: Announcements;
  private timer = 0;
  private clock = 0;
  private handedIn = false;
  private unsent!: Unsent;
  private saving: Promise<boolean> | null = null;
  /** The time is up, and the server is asked whether it still is. */
  private ending = false;

  connectedCallback(): void {
    this.form = this.querySelector("form") as HTMLFormElement;
    this.timed = "secondsLeft" in this.dataset;
    const left = Number(this.dataset["secondsLeft"] ?? "0");
    this.ends = performance.now() + left * 1000;
    this.announcements = new Announcements(Number(this.dataset["secondsTotal"] ?? "0"), left);
    this.unsent = new Unsent(location.pathname, () => localStorage);
    for (const list of this.querySelectorAll(".ordering")) arrange(list);
    this.recover();
    this.dataset["paged"] = "";
    for (const field of this.querySelectorAll<HTMLTextAreaElement>(".sql-answer textarea")) editorOver(field, "sql");
    this.form.addEventListener("input", (event) => {
      placeItem(event.target as Element);
      this.changed(event.target as Element);
    });
    this.form.addEventListener("formdata", ({ formData }) => this.keepUnsent(formData));
    this.form.addEventListener("click", (event) => this.moveItem(event.target as Element));
    this.form.addEventListener("submit", (event) => void this.submitting(event));
    addEventListener("hashchange", () => this.showQuestion(true));
    addEventListener("online", () => void this.save());
    addEventListener("storage", (event) => this.answeredElsewhere(event));
    // The clock of a device that slept stood still meanwhile.
    document.addEventListener("visibilitychange", () => document.hidden || !this.timed || void this.save());
    addEventListener("pagehide", () => this.sendLast());
    this.showQuestion(false);
    this.showAnswered();
    if (!this.timed) return;
    this.tick();
    this.clock = window.setInterval(() => this.tick(), 500);
  }

  disconnectedCallback(): void {
    clearInterval(this.clock);
  }

  private get questions(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-question]")];
  }

  private fields(): URLSearchParams {
    return new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
  }

  /** What goes to the server is what was answered in this tab: another one may have answered the rest since. */
  private keepUnsent(data: FormData): void {
    const unsent = this.unsent.questions;
    const asked = data.getAll("asked");
    data.delete("asked");
    for (const number of asked.map(String)) {
      if (unsent.includes(number)) data.append("asked", number);
      else for (const name of [...data.keys()]) if (belongsTo(name, number)) data.delete(name);
    }
    if (unsent.length === 0) data.append("asked", "");
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

  private changed(control: Element): void {
    const question = control.closest<HTMLElement>("[data-question]");
    if (question) this.unsent.add(question.dataset["question"] ?? "", fieldsOf(question).toString());
    this.showAnswered();
    this.saveAfter(PAUSE_MS);
  }

  /** Answers that never reached the server, from this device. */
  private recover(): void {
    for (const question of this.questions) {
      const number = question.dataset["question"] ?? "";
      const kept = this.unsent.kept(number);
      if (kept === null) continue;
      put(question, new URLSearchParams(kept));
      this.unsent.add(number, kept);
      this.saveAfter(0);
    }
  }

  /** Another tab of this device has answered: what it shows is shown here too, and is its to save. */
  private answeredElsewhere(event: StorageEvent): void {
    const question = this.questions.find(({ dataset }) => event.key === this.unsent.key(dataset["question"] ?? ""));
    if (!question || event.newValue === null) return;
    put(question, new URLSearchParams(event.newValue));
    this.showAnswered();
  }

  private saveAfter(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  /** Whether the server has everything. One request at a time: one that was held up must not come after a newer. */
  private async save(): Promise<boolean> {
    while (this.saving) await this.saving;
    clearTimeout(this.timer);
    this.saving = this.saveOnce().finally(() => {
      this.saving = null;
    });
    return await this.saving;
  }

  private async saveOnce(): Promise<boolean> {
    this.showSaving("loader-circle", "Saving");
    const taken = this.unsent.taken();
    try {
      const response = await this.send(false);
      if (response.status === 403) return await leaveToSignIn();
      if (response.status === 409) return this.handIn();
      if (!response.ok) return this.notSaved(`Not saved, the server said ${response.status}; kept on this device`);
      this.unsent.confirm(taken);
      const left = response.headers.get("X-Seconds-Left");
      if (left) this.ends = performance.now() + Number(left) * 1000;
      if (this.ending && this.ends <= performance.now()) return this.handIn();
      this.ending = false;
      this.showSaving("check", "Saved");
      part(this, "not-sent").hidden = true;
      return true;
    } catch {
      const kept = this.ending ? "; the time is over, what was saved before counts" : ", kept on this device";
      return this.notSaved(`Offline${kept}`);
    }
  }

  private notSaved(words: string): false {
    this.showSaving("cloud-off", words);
    this.saveAfter(RETRY_MS);
    return false;
  }

  private sendLast(): void {
    if (!this.handedIn && this.unsent.questions.length > 0) void this.send(true).catch(() => {});
  }

  private send(isLast: boolean): Promise<Response> {
    const request = { method: "POST", headers: headers(), body: this.fields(), keepalive: isLast };
    const patient = isLast ? {} : { signal: AbortSignal.timeout(PATIENCE_MS) };
    return fetch(this.dataset["answers"] ?? "", { ...request, ...patient });
  }

  private showSaving(sign: string, words: string): void {
    part(this, "save-state").replaceChildren(icon(sign), document.createTextNode(words));
  }

  /** Who hands in with questions left is asked first, and not who has one answer checked. Without a server the page stays. */
  private async submitting(event: SubmitEvent): Promise<void> {
    if (this.handedIn) return;
    event.preventDefault();
    const button = event.submitter as HTMLElement | null;
    if (button?.dataset["role"] === "hand-in" && this.missing() > 0) {
      part(this, "missing").textContent = part(this, "unanswered").textContent;
      openDialog("unfinished");
      return;
    }
    button?.closest("dialog")?.close();
    // What another tab of this device has not sent is shown here, too, and handed in with the rest.
    this.recover();
    if (!(await this.save())) {
      part(this, "not-sent").hidden = false;
      announce(part(this, "not-sent").textContent ?? "");
      return;
    }
    if (this.handedIn) return;
    this.handedIn = true;
    this.form.requestSubmit(button);
  }

  private missing(): number {
    return this.questions.filter((question) => !isAnswered(question)).length;
  }

  private handIn(): true {
    this.handedIn = true;
    this.form.submit();
    return true;
  }

  /** Staff may have moved the end since the last save: the server is asked before anything is handed in. */
  private expire(): void {
    this.ending = true;
    this.recover();
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
    this.changed(item);
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
  return (question.querySelector<HTMLInputElement>('input[type="text"]')?.value.trim() ?? "") !== "";
}

define("sb-quiz", Quiz);
