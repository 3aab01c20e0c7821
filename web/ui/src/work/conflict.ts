// Asks which of two versions stays, showing what differs.
import { part } from "../page/dom";
import { difference } from "./difference";

export type Choice = "mine" | "theirs";

export function askWhich(mine: string, theirs: string, when: string): Promise<Choice> {
  const dialog = document.getElementById("conflict") as HTMLDialogElement;
  part(dialog, "other-time").textContent = when ? `at ${when}` : "";
  part(dialog, "difference").replaceChildren(
    ...difference(theirs, mine)
      .filter((line) => line.kind !== "same")
      .map(({ kind, text }) => {
        const row = document.createElement("div");
        row.className = kind;
        row.textContent = `${kind === "added" ? "+ mine" : "- other"}  ${text}`;
        return row;
      }),
  );
  dialog.showModal();
  return new Promise((resolve) => {
    const settle = (choice: Choice): void => {
      dialog.close();
      resolve(choice);
    };
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    for (const button of dialog.querySelectorAll<HTMLButtonElement>("[data-choice]")) {
      button.onclick = () => settle(button.dataset["choice"] as Choice);
    }
  });
}
