// An editor over a text field of a form, mounted when somebody reaches for the field. The field stays what the form sends.
import { languageSupport } from "./languages";

/**
 * Watches a field; what is typed into its editor is an "input" of the field, and what a page puts into the field it tells by
 * "sandbar:put". The editor is fetched while the page has nothing
 * else to do, so that whoever loses the network later has it; without it the field stays, and the next focus tries again.
 */
export function editorOver(field: HTMLTextAreaElement, language: string): void {
  const reached = () => {
    field.removeEventListener("focus", reached);
    void mount(field, language).catch(() => field.addEventListener("focus", reached));
  };
  field.addEventListener("focus", reached);
  whenIdle(() => {
    const marked = () => (field.dataset["editor"] = "fetched");
    void fetched(language).then(marked, () => {});
  });
}

const fetched = async (language: string) => (await Promise.all([import("./mount"), languageSupport(language, {})]))[0];

const whenIdle = (work: () => void) => ("requestIdleCallback" in globalThis ? requestIdleCallback(work) : setTimeout(work, 1000));

async function mount(field: HTMLTextAreaElement, language: string): Promise<void> {
  const { Editor } = await fetched(language);
  const label = field.labels?.[0];
  const host = document.createElement("div");
  host.className = "editor editor-over";
  field.after(host);
  const editor = await Editor.mount({
    parent: host,
    text: field.value,
    language,
    label: label?.textContent ?? "Text",
    schema: {},
    keys: [],
    onChange: () => {
      if (field.value === editor.text) return;
      field.value = editor.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  field.addEventListener("sandbar:put", () => (editor.text = field.value));
  // What was typed while the editor was on its way.
  if (editor.text !== field.value) editor.text = field.value;
  editor.view.dispatch({ selection: { anchor: Math.min(field.selectionStart, editor.view.state.doc.length) } });
  const describedBy = field.getAttribute("aria-describedby");
  if (describedBy) editor.view.contentDOM.setAttribute("aria-describedby", describedBy);
  label?.addEventListener("click", () => editor.focus());
  const focused = document.activeElement === field;
  field.hidden = true;
  if (focused) editor.focus();
}
