// A file that is not a notebook: one editor that saves itself.
import { LazyEditor } from "../editor/lazy";
import { define, part } from "../page/dom";
import { Saver } from "./saver";

class TextDocument extends HTMLElement {
  connectedCallback(): void {
    const readOnly = "readOnly" in this.dataset;
    const url = `/labs/${this.dataset["lab"]}/documents/${this.dataset["path"]}`;
    const editor: LazyEditor = new LazyEditor(part(this, "editor"), () => ({
      schema: {},
      readOnly,
      numbered: true,
      keys: [{ key: "Escape", run: () => leave(this) }],
      onChange: () => saver?.touch(),
      onBlur: () => void saver?.flush(),
    }));
    const saver = readOnly
      ? null
      : new Saver<{ text: string }>({
          url,
          revision: Number(this.dataset["revision"] ?? "0"),
          content: () => ({ text: editor.text }),
          asText: ({ text }) => text,
          restore: ({ text }) => (editor.text = text),
          place: document.querySelector('[data-role="save-state"]'),
        });
  }
}

function leave(element: HTMLElement): boolean {
  element.tabIndex = -1;
  element.focus();
  return true;
}

define("sb-document", TextDocument);
