// The form fields of a question in an attempt: `a3` is the third question's, `a3.PLACE` those of an order or of pairs.

/** Whether a field is one of the question with that number. */
export const belongsTo = (name: string, number: string): boolean =>
  name === `a${number}` || name.startsWith(`a${number}.`);

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function controls(question: HTMLElement): Control[] {
  const number = question.dataset["question"] ?? "";
  return [...question.querySelectorAll<Control>("input, select, textarea")].filter(({ name }) => belongsTo(name, number));
}

const isChoice = (control: Control): control is HTMLInputElement => ["radio", "checkbox"].includes(control.type);

/** A question's answer as the form says it. */
export function fieldsOf(question: HTMLElement): URLSearchParams {
  const given = controls(question).filter((control) => !isChoice(control) || control.checked);
  return new URLSearchParams(given.map(({ name, value }) => [name, value]));
}

/** The other way round. */
export function put(question: HTMLElement, fields: URLSearchParams): void {
  for (const control of controls(question)) {
    if (isChoice(control)) control.checked = fields.getAll(control.name).includes(control.value);
    else control.value = fields.get(control.name) ?? "";
    if (control instanceof HTMLTextAreaElement) control.dispatchEvent(new Event("sandbar:put"));
  }
  for (const list of question.querySelectorAll(".ordering")) arrange(list);
}

/** Items that all have a place stand in it. */
export function arrange(list: Element): void {
  const place = (item: Element): number => Number(item.querySelector("select")?.value);
  const items = [...list.children];
  if (items.every((item) => place(item) > 0)) list.append(...items.sort((one, other) => place(one) - place(other)));
}

/** An item whose place was chosen in its list goes there; the others close up. */
export function placeItem(control: Element): void {
  const item = control.closest(".ordering > li");
  const list = item?.parentElement;
  if (!item || !list || !(control instanceof HTMLSelectElement) || control.value === "") return;
  const others = [...list.children].filter((other) => other !== item);
  list.insertBefore(item, others[Number(control.value) - 1] ?? null);
  numberItems(list);
  control.focus();
}

export function numberItems(list: Element): void {
  [...list.children].forEach((item, place) => {
    const select = item.querySelector("select");
    if (select) select.value = String(place + 1);
  });
}
