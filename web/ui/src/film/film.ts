// A film: one step at a time of statement, log, files and rows, which the server rendered for all steps at once.
import { announce } from "../page/announce";
import { define, part } from "../page/dom";
import { headers } from "../page/request";
import { Player, stateAt } from "./player";

const TICK = 100;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The share of the stage that is in view where it plays by itself. */
const SEEN = 0.6;

class Film extends HTMLElement {
  private player!: Player;
  private timer = 0;
  /** Paused by the page and not by the reader: it goes on when it is in view again. */
  private waiting = false;
  private told = -1;
  private watcher: IntersectionObserver | null = null;

  connectedCallback(): void {
    const seconds = this.buttons().map((button) => Number(button.dataset["seconds"]));
    this.player = new Player(seconds, Number(this.dataset["start"]));
    this.dataset["ready"] = "";
    this.listen();
    this.show();
    this.waiting = this.dataset["autoplay"] !== undefined && !reducedMotion.matches;
    this.watcher = new IntersectionObserver((entries) => this.seen(entries.at(-1)?.isIntersecting ?? false), { threshold: SEEN });
    this.watcher.observe(part(this, "stage"));
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
    this.watcher?.disconnect();
  }

  private listen(): void {
    part(this, "back").addEventListener("click", () => this.choose(this.player.step - 1));
    part(this, "forward").addEventListener("click", () => this.choose(this.player.step + 1));
    part(this, "play").addEventListener("click", () => this.toggle());
    part<HTMLSelectElement>(this, "speed").addEventListener("change", (event) => {
      this.player.speed = Number((event.target as HTMLSelectElement).value);
    });
    for (const [step, button] of this.buttons().entries()) button.addEventListener("click", () => this.choose(step));
    this.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.seen(false);
    });
  }

  /** Keys work on the picture and on the buttons; a list of choices and a button keep the keys that they have. */
  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.altKey || event.ctrlKey || event.metaKey || target.closest("select, .film-transcript, .film-rows")) return;
    const steps: Record<string, number> = {
      ArrowRight: this.player.step + 1,
      ArrowLeft: this.player.step - 1,
      Home: 0,
      End: this.player.last,
    };
    const step = steps[event.key];
    if (step !== undefined) this.choose(step);
    else if (event.key === " " && !target.closest("button")) this.toggle();
    else return;
    event.preventDefault();
  }

  private choose(step: number): void {
    this.stop();
    this.player.go(step);
    this.show();
    this.tell();
    const caption = this.querySelectorAll('[data-role="caption"]')[this.player.step];
    announce(`${this.place()}. ${caption?.textContent ?? ""}`);
  }

  private toggle(): void {
    if (reducedMotion.matches) return this.choose(this.player.step + 1);
    if (this.player.playing) this.stop();
    else this.start();
  }

  private start(): void {
    this.waiting = false;
    this.player.play();
    this.show();
    clearInterval(this.timer);
    this.timer = window.setInterval(() => this.pass(), TICK);
  }

  private stop(): void {
    this.waiting = false;
    clearInterval(this.timer);
    this.player.pause();
    this.tell();
    this.showPlaying();
  }

  private seen(isSeen: boolean): void {
    if (isSeen && this.waiting) this.start();
    else if (!isSeen && this.player.playing) {
      this.stop();
      this.waiting = true;
    }
  }

  private pass(): void {
    if (this.player.tick(TICK)) this.show();
    else this.showDone();
    if (!this.player.playing) this.stop();
  }

  private show(): void {
    const { step } = this.player;
    for (const element of this.querySelectorAll<HTMLElement>("[data-on]")) {
      element.toggleAttribute("data-off", !(element.dataset["on"] ?? "").split(" ").includes(`${step}`));
    }
    for (const element of this.querySelectorAll<HTMLElement>("[data-from]")) {
      const from = Number(element.dataset["from"]);
      element.toggleAttribute("data-off", from > step);
      element.toggleAttribute("data-fresh", from === step);
    }
    for (const file of this.querySelectorAll<HTMLElement>("[data-states]")) this.showFile(file);
    const look = this.buttons()[step]?.dataset["look"];
    for (const pane of this.querySelectorAll<HTMLElement>("[data-pane]")) {
      pane.toggleAttribute("data-looked", pane.dataset["pane"] === look);
    }
    part(this, "place").textContent = `${step + 1} of ${this.player.last + 1}`;
    part<HTMLButtonElement>(this, "back").disabled = step === 0;
    part<HTMLButtonElement>(this, "forward").disabled = step === this.player.last;
    this.showDone();
    this.showPlaying();
    if (step === this.player.last) this.tell();
  }

  private showFile(file: HTMLElement): void {
    const found = stateAt(file.dataset["states"] ?? "", this.player.step);
    file.toggleAttribute("data-off", found === null);
    file.dataset["state"] = found?.state ?? "";
    part(file, "state").textContent = found?.state ?? "";
  }

  private showDone(): void {
    for (const [step, button] of this.buttons().entries()) {
      button.toggleAttribute("data-past", step < this.player.step);
      if (step === this.player.step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      button.style.setProperty("--done", step === this.player.step ? `${this.player.done}` : "0");
    }
  }

  private showPlaying(): void {
    this.toggleAttribute("data-playing", this.player.playing);
  }

  private place(): string {
    return `Step ${this.player.step + 1} of ${this.player.last + 1}`;
  }

  /** Tells the server how far the reader came; whether it hears it does not matter to the reader. */
  private tell(): void {
    const url = this.dataset["progress"];
    if (!url || this.told === this.player.step) return;
    this.told = this.player.step;
    const body = new URLSearchParams({ step: `${this.player.step}` });
    void fetch(url, { method: "POST", headers: headers(), body, keepalive: true }).catch(() => {});
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('[data-role="steps"] button')];
  }
}

define("sb-film", Film);
