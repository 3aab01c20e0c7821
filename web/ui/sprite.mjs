// One SVG file with a <symbol> for each icon named in icons.txt, plus our own marks from icons/.
import { readFile, readdir } from "node:fs/promises";

const inner = (svg) => svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "");
const squeeze = (text) => text.replace(/\s*\n\s*/g, " ").replace(/> </g, "><").trim();

export async function sprite(root) {
  const names = (await readFile(new URL("icons.txt", root), "utf8")).split("\n").filter(Boolean);
  const lucide = new URL("../node_modules/lucide-static/icons/", root);
  const symbols = [];
  for (const name of names) {
    const svg = await readFile(new URL(`${name}.svg`, lucide), "utf8");
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
        `stroke-linecap="round" stroke-linejoin="round">${squeeze(inner(svg))}</symbol>`,
    );
  }
  for (const file of (await readdir(new URL("icons/", root))).sort()) {
    const svg = await readFile(new URL(`icons/${file}`, root), "utf8");
    const box = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? "0 0 24 24";
    symbols.push(`<symbol id="${file.replace(/\.svg$/, "")}" viewBox="${box}">${squeeze(inner(svg))}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
