/**
 * Bundles editor.js with CodeMirror into one minified file, and gathers the licences of all it holds:
 *
 *     npm ci && npm run build
 *
 * writes editor.min.js and editor.licences.txt into the folder that is named. The same versions (package-lock.json)
 * make the same bytes.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2];
const result = await build({
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "// @ts-nocheck: made by build.mjs from editor.js" },
  metafile: true,
  outfile: join(folder, "editor.min.js"),
});

const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const name = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name) packages.add(name);
}
const texts = [...packages].sort().map((name) => {
  const place = join("node_modules", name);
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(join(place, file))) throw new Error(`${name} has no licence file`);
  const { version } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(place, file), "utf8").trim()}\n`;
});
writeFileSync(join(folder, "editor.licences.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
