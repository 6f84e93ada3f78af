// The page in a browser: the same pane over a tracker file.
import { BrowserFile } from "./files";
import { download } from "./host";
import { App } from "./pane/app";
import { h } from "./pane/dom";
import { openForm } from "./pane/press";
import { loadSettings } from "./settings";
import { Service } from "./service";
import type { Lang } from "./wire";
import { words as wordsOf } from "./words";

const IMPORT = "import";

/** Files that were dropped or chosen: a tracker is opened, everything else is an export to import. */
async function take(app: App, host: BrowserFile, files: FileList | null): Promise<void> {
  const exports = new DataTransfer();
  let opened = false;
  app.progress("reading");
  try {
    for (const file of [...(files ?? [])]) {
      if (!/\.xls[xm]$/i.test(file.name) || !(await host.isTracker(file))) exports.items.add(file);
      else if (!host.unsaved || confirm(app.words("unsaved", { file: host.tracker!.name }))) {
        host.open(file);
        opened = true;
      }
    }
    if (opened) await app.start("cases");
    if (exports.files.length > 0) await askForImport(app, exports.files);
  } catch (error) {
    app.put(app.failure(error));
  } finally {
    app.progress(null);
  }
}

async function askForImport(app: App, exports: FileList): Promise<void> {
  const button = (await app.buttons()).find((known) => known.name === IMPORT);
  if (!button) return;
  await openForm(app, button);
  const input = document.querySelector<HTMLInputElement>("form.ask input[type=file]");
  if (input) input.files = exports;
}

async function start(): Promise<void> {
  const settings = await loadSettings();
  const shown = (): Lang => settings.lang || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
  const words = wordsOf(shown);
  const told = () => ({ unreachable: words("unreachable"), strange: words("strange") });
  const service = new Service({ base: location.origin, token: () => settings.token, told: told() });
  const host: BrowserFile = new BrowserFile(service, shown, words, () => app.tracker());
  const top = (app: App): Node => {
    const choose = h("input", { type: "file", multiple: true, hidden: true, id: "files" });
    choose.addEventListener("change", () => {
      void take(app, host, choose.files).finally(() => {
        choose.value = ""; // so that the same file can be chosen once more
      });
    });
    const area = h(
      "label",
      { class: host.tracker ? "drop" : "drop first", for: "files" },
      h("b", {}, host.tracker?.name ?? ""),
      words("drop"),
      choose,
    );
    const keep = h(
      "button",
      { id: "keep", class: host.unsaved ? "primary" : "", hidden: host.tracker === null, click: () => void save() },
      words("downloadTracker"),
    );
    return h("div", { class: "top" }, area, keep);
  };
  const changed = (): void => {
    const keep = document.getElementById("keep");
    keep?.toggleAttribute("hidden", host.tracker === null);
    keep?.classList.toggle("primary", host.unsaved);
    service.told = told();
  };
  const save = async (): Promise<void> => {
    const file = await host.file();
    if (!file) return;
    download(file);
    host.unsaved = false;
    changed();
  };
  const app: App = new App({ root: document.getElementById("pane")!, host, service, settings, lang: shown, words, top, changed });
  window.addEventListener("beforeunload", (event) => {
    if (host.unsaved) event.preventDefault();
  });
  // Anywhere on the page: beside the area the browser would open the file in place of the page.
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    void take(app, host, event.dataTransfer?.files ?? null);
  });
  await app.start();
}

void start();
