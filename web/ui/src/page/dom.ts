// Finding parts by their role, and the few small nodes that scripts make themselves: icons and words.

/** The element marked `data-role="…"` inside `root`. Throws when the template forgot it: that is a fault of ours. */
export function part<T extends Element = HTMLElement>(root: ParentNode, role: string): T {
  const found = root.querySelector<T>(`[data-role="${role}"]`);
  if (!found) throw new Error(`The page has no part "${role}"`);
  return found;
}

export function maybePart<T extends Element = HTMLElement>(root: ParentNode, role: string): T | null {
  return root.querySelector<T>(`[data-role="${role}"]`);
}

const SVG = "http://www.w3.org/2000/svg";

function spriteUrl(): string {
  const any = document.querySelector("use")?.getAttribute("href") ?? "";
  return any.split("#")[0] ?? "";
}

export function icon(name: string, ...classes: string[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", ...classes);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${spriteUrl()}#${name}`);
  svg.append(use);
  return svg;
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
