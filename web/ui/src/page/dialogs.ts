// `data-open="id"` opens a dialog, `data-close` closes the one it is in; `?` lists the keys where a page has that list.

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-open]");
  if (opener?.dataset["open"]) openDialog(opener.dataset["open"]);
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  const dismissed = target.closest("[data-dismiss]");
  if (dismissed) dismissed.closest("section")?.remove();
});

const typing = (element: Element | null): boolean =>
  element !== null && (element.matches("input, textarea, select") || (element as HTMLElement).isContentEditable);

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || typing(document.activeElement)) return;
  if (document.getElementById("keys")) {
    event.preventDefault();
    openDialog("keys");
  }
});
