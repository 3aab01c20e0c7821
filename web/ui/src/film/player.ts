// Where a film is: which step, how far in it, and whether it plays. No page in here, so that it can be tested alone.

export class Player {
  step: number;
  playing = false;
  speed = 1;
  /** Milliseconds that the step has been shown while it played. */
  private shown = 0;

  /** `seconds` has how long each step takes. */
  constructor(
    private readonly seconds: readonly number[],
    start = 0,
  ) {
    this.step = this.within(start);
  }

  get last(): number {
    return Math.max(0, this.seconds.length - 1);
  }

  /** From 0 to 1: how much of the step is over. */
  get done(): number {
    return Math.min(1, this.shown / this.length());
  }

  /** Whether the last step was played to its end. */
  get ended(): boolean {
    return this.step === this.last && this.done === 1;
  }

  /** Plays on; from the beginning when it had ended. */
  play(): void {
    if (this.ended) this.go(0);
    this.playing = true;
  }

  pause(): void {
    this.playing = false;
  }

  go(step: number): void {
    this.step = this.within(step);
    this.shown = 0;
  }

  /** Lets that many milliseconds pass. Says whether another step is in view. */
  tick(milliseconds: number): boolean {
    if (!this.playing) return false;
    this.shown += milliseconds * this.speed;
    if (this.shown < this.length()) return false;
    if (this.step === this.last) {
      this.shown = this.length();
      this.playing = false;
      return false;
    }
    this.go(this.step + 1);
    return true;
  }

  private length(): number {
    return Math.max(1, this.seconds[this.step] ?? 1) * 1000;
  }

  private within(step: number): number {
    return Number.isFinite(step) ? Math.min(this.last, Math.max(0, Math.trunc(step))) : 0;
  }
}

/** What an element is at a step, from `1:live 3:removed`; nothing before its first step. */
export function stateAt(states: string, step: number): { state: string; fresh: boolean } | null {
  let found: { state: string; fresh: boolean } | null = null;
  for (const entry of states.split(" ")) {
    const [from, state] = entry.split(":");
    if (state !== undefined && Number(from) <= step) found = { state, fresh: Number(from) === step };
  }
  return found;
}
