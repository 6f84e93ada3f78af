// node build.mjs [FOLDER]: the files that the wheel ships, from src/.
// The tools stand in build/office, outside the package, so that a wheel never carries them.
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tools = createRequire(join(here, "..", "..", "build", "office", "package.json"));
const { build } = tools("esbuild");
const target = process.argv[2] ?? join(here, "dist");

await build({
  absWorkingDir: here,
  entryPoints: { pane: "src/excel.ts", "web/web": "src/web.ts", "google/sidebar": "src/google.ts" },
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["es2022"],
  legalComments: "none",
  outdir: target,
});
await mkdir(join(target, "web"), { recursive: true });
for (const [from, to] of [
  ["src/pages/taskpane.html", "taskpane.html"],
  ["src/pages/pane.css", "pane.css"],
  ["src/pages/index.html", "web/index.html"],
  ["src/pages/pane.css", "web/pane.css"],
  ["icons/icon-32.png", "web/icon-32.png"],
]) {
  await copyFile(join(here, from), join(target, to));
}
