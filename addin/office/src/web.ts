// The page in a browser: the same pane over a tracker file.
import { BrowserFile } from "./files";
import { download } from "./host";
import { App } from "./pane/app";
import { h } from "./pane/dom";
import { openForm } from "./pane/press";
import { loadSettings } from "./settings";
import { type Lang, Service } from "./wire";
import { words as wordsOf } from "./words";

const IMPORT = "import";

/** A workbook or an export: the first workbook dropped is the tracker, everything else is imported. */
async function take(app: App, host: BrowserFile, files: FileList | null): Promise<void> {
  for (const file of files ?? []) {
    if (/\.xls[xm]$/i.test(file.name) && !host.tracker) {
      host.open(file);
      await app.start();
      continue;
    }
    const button = (await app.buttons()).find((known) => known.name === IMPORT);
    if (!button) return;
    await openForm(app, button);
    const input = document.querySelector<HTMLInputElement>("form.ask input[type=file]");
    const passed = new DataTransfer();
    passed.items.add(file);
    if (input) input.files = passed.files;
  }
}

async function start(): Promise<void> {
  const settings = await loadSettings();
  const shown = (): Lang => settings.lang || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
  const words = wordsOf(shown);
  const told = () => ({ unreachable: words("unreachable"), strange: words("strange") });
  const service = new Service({ base: location.origin, token: () => settings.token, told: told() });
  const host = new BrowserFile(service, shown, words);
  const top = (app: App): Node => {
    const choose = h("input", { type: "file", multiple: true, hidden: true, id: "files" });
    choose.addEventListener("change", () => void take(app, host, choose.files));
    const area = h(
      "label",
      { class: "drop", for: "files" },
      h("b", {}, host.tracker?.name ?? ""),
      words("drop"),
      choose,
    );
    area.addEventListener("dragover", (event) => event.preventDefault());
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      void take(app, host, event.dataTransfer?.files ?? null);
    });
    const keep = h("button", { id: "keep", hidden: host.tracker === null, click: () => void save(host) }, words("downloadTracker"));
    return h("div", { class: "top" }, area, keep);
  };
  const changed = (): void => {
    document.getElementById("keep")?.toggleAttribute("hidden", host.tracker === null);
    service.told = told();
  };
  const app = new App({ root: document.getElementById("pane")!, host, service, settings, lang: shown, words, top, changed });
  await app.start();
}

async function save(host: BrowserFile): Promise<void> {
  const file = await host.file();
  if (file) download(file);
}

void start();
