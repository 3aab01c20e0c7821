// The form that starts a run follows the saved job: its parameters, its next firing, whether it can be run.
import { define } from "../page/dom";
import { getFragment } from "../page/request";

class Start extends HTMLElement {
  private asked = 0;

  connectedCallback(): void {
    document.addEventListener("sandbar:saved", this.refresh);
  }

  disconnectedCallback(): void {
    document.removeEventListener("sandbar:saved", this.refresh);
  }

  private readonly refresh = async (): Promise<void> => {
    const ticket = ++this.asked;
    const fragment = await getFragment(this.dataset["part"] ?? "").catch(() => null);
    // While a run is being started, the form stays as it was sent.
    if (!fragment?.ok || ticket !== this.asked || this.contains(document.activeElement)) return;
    const typed = new Map(this.inputs().filter(({ value, defaultValue }) => value !== defaultValue).map(({ name, value }) => [name, value]));
    this.innerHTML = fragment.html;
    for (const input of this.inputs()) input.value = typed.get(input.name) ?? input.value;
  };

  private inputs(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>(".job-parameters input")];
  }
}

define("sb-start", Start);
