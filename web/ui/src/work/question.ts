// A question in a lesson's text: checked without leaving the page.
import { announce } from "../page/announce";
import { define, part } from "../page/dom";
import { offlineNotice, postForm } from "../page/request";

class Question extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.check(event.target as HTMLFormElement);
    });
  }

  private async check(form: HTMLFormElement): Promise<void> {
    const button = part<HTMLButtonElement>(this, "check");
    button.disabled = true;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.append(name, String(value));
    try {
      this.show((await postForm(form.action, fields)).html);
    } catch {
      button.disabled = false;
      button.after(offlineNotice());
    }
  }

  /** The question as the server says it now, in this one's place; the reader stays at the button. */
  private show(html: string): void {
    const place = document.createElement("template");
    place.innerHTML = html;
    const next = place.content.querySelector<HTMLElement>("sb-question");
    if (!next) {
      this.append(place.content);
      part<HTMLButtonElement>(this, "check").disabled = false;
      return;
    }
    this.replaceWith(next);
    part(next, "check").focus({ preventScroll: true });
    announce([...next.querySelectorAll('[data-role="verdict"], .option-feedback')].map((said) => said.textContent?.trim()).join(" "));
  }
}

define("sb-question", Question);
