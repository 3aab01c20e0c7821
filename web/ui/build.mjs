// Bundles scripts, styles, fonts and icons into dist/, with a content hash in every name.
//
// dist/manifest.json maps logical names (app.js) to hashed ones (app-X1Y2Z3A4.js). Beside each text file lie its
// .br and .gz forms, made once here instead of on every request.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { sprite } from "./sprite.mjs";

const root = new URL("./", import.meta.url);
const here = (name) => fileURLToPath(new URL(name, root));
const dist = here("dist/");

/** Every page's entry point; chunks that they import lazily are split off by esbuild. */
const ENTRIES = ["app", "lesson", "notebook", "job", "run", "quiz", "preview"];

const FONTS = {
  "atkinson-latin": "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  "jetbrains-latin": "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
};

const LICENSES = {
  "atkinson-hyperlegible-next": "@fontsource-variable/atkinson-hyperlegible-next/LICENSE",
  "jetbrains-mono": "@fontsource-variable/jetbrains-mono/LICENSE",
  "lucide": "lucide-static/LICENSE",
};

const modules = (name) => here(`../node_modules/${name}`);
const hashed = (name, bytes) => {
  const { dir, name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  return path.join(dir, `${stem}-${hash}${ext}`);
};

async function emit(manifest, logical, bytes) {
  const file = hashed(logical, bytes);
  await mkdir(path.dirname(path.join(dist, file)), { recursive: true });
  await writeFile(path.join(dist, file), bytes);
  manifest[logical] = file;
  return file;
}

async function bundleScripts(manifest) {
  const result = await build({
    entryPoints: Object.fromEntries(ENTRIES.map((name) => [name, here(`src/${name}.ts`)])),
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = path.basename(output.entryPoint, ".ts");
    if (ENTRIES.includes(name)) manifest[`${name}.js`] = path.basename(file);
  }
}

/** A sheet for every page, and those that only lessons, only quizzes, and only who writes them need. */
const SHEETS = ["app", "film", "question", "preview"];

/** The style sheet names fonts by their logical names; here they become the hashed ones. */
async function bundleStyles(manifest, name) {
  const result = await build({
    entryPoints: [here(`css/${name}.css`)],
    bundle: true,
    minify: true,
    write: false,
    external: ["*.woff2"],
    target: ["chrome123", "firefox120", "safari17.5"],
    logLevel: "warning",
  });
  let css = result.outputFiles[0].text;
  for (const [logical, file] of Object.entries(manifest)) {
    if (logical.startsWith("fonts/")) css = css.replaceAll(logical, file);
  }
  await emit(manifest, `${name}.css`, Buffer.from(css));
}

async function compressAll() {
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const manifest = {};
for (const [name, source] of Object.entries(FONTS)) {
  await emit(manifest, `fonts/${name}.woff2`, await readFile(modules(source)));
}
for (const [name, source] of Object.entries(LICENSES)) {
  await mkdir(path.join(dist, "licenses"), { recursive: true });
  await cp(modules(source), path.join(dist, `licenses/${name}.txt`));
}
await emit(manifest, "icons.svg", Buffer.from(await sprite(root)));
await emit(manifest, "favicon.svg", await readFile(here("favicon.svg")));
for (const name of SHEETS) await bundleStyles(manifest, name);
await bundleScripts(manifest);
await compressAll();
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");
console.log(Object.values(sorted).join("\n"));
