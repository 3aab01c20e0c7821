// Saves a document by itself: 800 ms after the last key, on leaving it, and before anything that needs it stored.
//
// Every save names the revision it is based on. A newer stored revision is a conflict that the person decides. Until
// the server has confirmed a text, the journal holds it.
import { announce } from "../page/announce";
import { icon } from "../page/dom";
import { SaveFirst } from "../page/forms";
import { putJson } from "../page/request";
import { askWhich } from "./conflict";
import { Journal } from "./journal";

const PAUSE_MS = 800;
const RETRY_MS = 5000;

export interface SaverOptions<T extends object> {
  url: string;
  revision: number;
  /** The fields of the document as the server wants them. */
  content: () => T;
  /** As one text, for showing a difference. */
  asText: (content: T) => string;
  /** Puts a journal's content into the page. */
  restore: (content: T) => void;
  place: HTMLElement | null;
}

export interface Stored {
  revision: number;
  saved_at_text?: string;
}

type SaveState = "saved" | "saving" | "offline" | "conflict" | "refused";

export class Saver<T extends object> {
  private readonly journal: Journal<T>;
  private revision: number;
  private edits = 0;
  private savedEdits = 0;
  private timer = 0;
  private saving: Promise<void> | null = null;

  constructor(private readonly options: SaverOptions<T>) {
    this.journal = new Journal(options.url);
    this.revision = options.revision;
    document.addEventListener("sandbar:save", (event) => (event as SaveFirst).waiting.push(this.flush()));
    window.addEventListener("online", () => void this.flush());
    window.addEventListener("pagehide", () => this.saveLast());
    this.recover();
  }

  /** The stored revision that the page's text is based on. */
  get seen(): number {
    return this.revision;
  }

  /** The server itself has stored a new content, which is now in the page. */
  adopt(stored: Stored): void {
    this.stored(stored, this.edits);
  }

  /** Somebody else stored another content: keep mine or load theirs. */
  async conflict(theirs: T & Stored): Promise<void> {
    await this.resolve(this.options.content(), theirs, this.edits);
  }

  /** Something was edited. */
  touch(): void {
    this.edits += 1;
    this.journal.keep({ revision: this.revision, content: this.options.content() });
    this.schedule(PAUSE_MS);
  }

  /** Saves now, if there is anything to save; done when the server has it or cannot be reached. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (this.edits === this.savedEdits) return;
    this.saving = this.save().finally(() => {
      this.saving = null;
    });
    await this.saving;
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), after);
  }

  private async save(): Promise<void> {
    const [edits, content] = [this.edits, this.options.content()];
    this.show("saving", "Saving");
    try {
      const { status, body } = await putJson(this.options.url, { revision: this.revision, ...content });
      if (status === 200) this.stored(body as Stored, edits);
      else if (status === 409) await this.resolve(content, body as T & Stored, edits);
      else this.refused(status);
    } catch {
      this.show("offline", "Offline, kept on this device");
      this.schedule(RETRY_MS);
    }
  }

  private stored(stored: Stored, edits: number): void {
    this.revision = stored.revision;
    this.savedEdits = edits;
    if (this.edits === edits) {
      this.journal.clear();
      this.show("saved", `Saved ${stored.saved_at_text ?? ""}`.trim());
      document.dispatchEvent(new Event("sandbar:saved"));
    } else {
      this.schedule(PAUSE_MS);
    }
  }

  private async resolve(mine: T, theirs: T & Stored, edits: number): Promise<void> {
    this.show("conflict", "Changed elsewhere");
    const { asText } = this.options;
    const same = asText(mine) === asText(theirs);
    const choice = same ? "mine" : await askWhich(asText(mine), asText(theirs), theirs.saved_at_text ?? "");
    if (choice === "theirs") {
      this.savedEdits = this.edits;
      this.journal.clear();
      location.reload();
      return;
    }
    this.revision = theirs.revision;
    const { status, body } = await putJson(this.options.url, { revision: this.revision, ...mine });
    if (status === 200) this.stored(body as Stored, edits);
    else this.refused(status);
  }

  private refused(status: number): void {
    const why = status === 413 ? "too large" : `the server said ${status}`;
    this.show("refused", `Not saved: ${why}. Kept on this device`);
    announce("The document could not be saved.");
  }

  /** The tab closes: one last try that outlives the page. */
  private saveLast(): void {
    if (this.edits === this.savedEdits) return;
    void putJson(this.options.url, { revision: this.revision, ...this.options.content() }, true).catch(() => {});
  }

  /** Text that never reached the server comes back; a newer stored version is a conflict like any other. */
  private recover(): void {
    const kept = this.journal.read();
    if (!kept) return;
    if (this.options.asText(kept.content) === this.options.asText(this.options.content())) {
      this.journal.clear();
      return;
    }
    this.options.restore(kept.content);
    this.revision = kept.revision;
    this.edits += 1;
    this.schedule(0);
  }

  private show(state: SaveState, words: string): void {
    const place = this.options.place;
    if (!place) return;
    place.dataset["state"] = state;
    const names: Record<SaveState, string> = {
      saved: "check",
      saving: "loader-circle",
      offline: "cloud-off",
      conflict: "triangle-alert",
      refused: "triangle-alert",
    };
    const sign = icon(names[state]);
    if (state === "saving") sign.classList.add("spin");
    place.replaceChildren(sign, document.createTextNode(words));
  }
}
