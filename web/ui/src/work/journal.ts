// What was typed and not yet stored by the server, kept in this browser: survives a lost network and a closed tab.

export interface Entry<T> {
  /** The stored revision that this text is based on. */
  revision: number;
  content: T;
}

export class Journal<T> {
  private readonly key: string;

  constructor(url: string) {
    this.key = `sandbar:unsaved:${url}`;
  }

  keep(entry: Entry<T>): boolean {
    try {
      localStorage.setItem(this.key, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }

  read(): Entry<T> | null {
    try {
      const text = localStorage.getItem(this.key);
      return text ? (JSON.parse(text) as Entry<T>) : null;
    } catch {
      return null;
    }
  }

  clear(): void {
    localStorage.removeItem(this.key);
  }
}
