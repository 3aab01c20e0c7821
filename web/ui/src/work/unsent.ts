// What was answered in an attempt and the server has not confirmed, question by question: here and on this device, so that
// it outlives the page. Tabs that show the same attempt never touch each other's questions.

export class Unsent {
  private readonly fields = new Map<string, string>();

  /** `attempt` names it among all that this device has seen. `storage` may refuse: the server gets every answer all the same. */
  constructor(
    private readonly attempt: string,
    private readonly storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {}

  get questions(): string[] {
    return [...this.fields.keys()];
  }

  /** The key under which a question is kept. */
  key(question: string): string {
    return `sandbar:answers:3:${this.attempt}:${question}`;
  }

  /** The question was answered so, as its form fields say. */
  add(question: string, fields: string): void {
    this.fields.set(question, fields);
    this.onDevice((storage) => storage.setItem(this.key(question), fields));
  }

  /** What this device kept of a question, in this page or an earlier one. */
  kept(question: string): string | null {
    return this.onDevice((storage) => storage.getItem(this.key(question)));
  }

  /** What a request takes along. */
  taken(): Map<string, string> {
    return new Map(this.fields);
  }

  /** The server has these; what was changed meanwhile stays. */
  confirm(taken: Map<string, string>): void {
    for (const [question, fields] of taken) {
      if (this.fields.get(question) !== fields) continue;
      this.fields.delete(question);
      this.onDevice((storage) => {
        if (storage.getItem(this.key(question)) === fields) storage.removeItem(this.key(question));
      });
    }
  }

  private onDevice<T>(use: (storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) => T): T | null {
    try {
      return use(this.storage());
    } catch {
      // Private windows may refuse.
      return null;
    }
  }
}
