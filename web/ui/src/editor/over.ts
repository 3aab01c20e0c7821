// An editor over a text field of a form, mounted when somebody reaches for the field. The field stays what the form sends.

/** Watches a field; what is typed into its editor is an "input" of the field. Without the editor's chunk the field stays. */
export function editorOver(field: HTMLTextAreaElement, language: string): void {
  field.addEventListener("focus", () => void mount(field, language).catch(() => {}), { once: true });
}

async function mount(field: HTMLTextAreaElement, language: string): Promise<void> {
  const { Editor } = await import("./mount");
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
      field.value = editor.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
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
