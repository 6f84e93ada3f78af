// Excel: functions, ribbon and pane in one runtime.
import { Batcher } from "./batch";
import type { ClientFunction } from "./cells";
import { associate } from "./functions";
import { App } from "./pane/app";
import { associateRibbon, type RibbonButton } from "./ribbon";
import { loadSettings, type Settings } from "./settings";
import type { Looks } from "./sheets";
import { Service } from "./service";
import type { Lang, WireResult } from "./wire";
import { words as wordsOf } from "./words";
import { Workbook } from "./workbook";

interface Config {
  lang: Lang;
  functions: ClientFunction[];
  buttons: RibbonButton[];
  looks: Looks;
}
declare global {
  // eslint-disable-next-line no-var
  var FANPAN_CONFIG: Config;
}

function start(config: Config): void {
  let settings: Settings = { token: "", who: "", lang: "", cells: "" };
  const loaded = loadSettings().then((found) => {
    settings = Object.assign(settings, found);
    return settings;
  });
  const shown = (): Lang =>
    settings.lang || (Office.context?.displayLanguage?.toLowerCase().startsWith("zh") === false ? "en" : config.lang);
  const words = wordsOf(shown);
  const service = new Service({
    base: location.origin,
    token: async () => (await loaded).token,
    told: { unreachable: words("unreachable"), strange: words("strange") },
  });
  const batcher = new Batcher({
    send: (body) => service.post<{ results: WireResult[] }>("/v1/calls", body),
    lang: () => settings.cells || config.lang,
    strange: () => words("strange"),
  });
  associate(config.functions, batcher, () => words("preview"));
  const app = Promise.all([Office.onReady(), loaded]).then(async () => {
    service.told = { unreachable: words("unreachable"), strange: words("strange") };
    const made: App = new App({
      root: document.getElementById("pane")!,
      host: new Workbook(service, () => made.tracker(), words, config.looks),
      service,
      settings,
      lang: shown,
      words,
      changed: () => batcher.forget(),
    });
    await made.start();
    return made;
  });
  associateRibbon(config.buttons, app);
}

start(globalThis.FANPAN_CONFIG);
