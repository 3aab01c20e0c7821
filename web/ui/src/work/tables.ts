// The panel with the workspace's tables: asks for itself again after every run, and tells editors what can be completed. A lazy
// one asks first when the fold around it is opened.
import type { Schema } from "../editor/languages";
import { define } from "../page/dom";
import { getFragment } from "../page/request";

export class SchemaChanged extends Event {
  constructor(readonly schema: Schema) {
    super("sandbar:schema");
  }
}

/** Names of tables and columns as the panel shows them. */
export function schemaInPage(): Schema {
  const schema: Schema = {};
  for (const card of document.querySelectorAll<HTMLElement>("#tables [data-table]")) {
    const columns = [...card.querySelectorAll(".columns dt")].map((name) => name.textContent?.trim() ?? "");
    schema[card.dataset["table"] ?? ""] = columns;
  }
  return schema;
}

class Tables extends HTMLElement {
  private readonly refresh = (): void => void this.load();

  connectedCallback(): void {
    document.addEventListener("sandbar:ran", this.refresh);
    if ("lazy" in this.dataset) this.closest("details")?.addEventListener("toggle", this.refresh, { once: true });
  }

  disconnectedCallback(): void {
    document.removeEventListener("sandbar:ran", this.refresh);
  }

  private async load(): Promise<void> {
    const fragment = await getFragment(this.dataset["src"] ?? "").catch(() => null);
    if (!fragment?.ok) return;
    const folded = new Map([...this.cards()].map((card) => [card.dataset["table"], card.open]));
    this.innerHTML = fragment.html;
    for (const card of this.cards()) card.open = folded.get(card.dataset["table"]) ?? card.open;
    document.dispatchEvent(new SchemaChanged(schemaInPage()));
  }

  private cards(): NodeListOf<HTMLDetailsElement> {
    return this.querySelectorAll<HTMLDetailsElement>("details[data-table]");
  }
}

define("sb-tables", Tables);
