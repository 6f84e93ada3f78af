// The sidebar of Google Sheets: the same pane, whose tables and service the script reaches.
import { type Applied, base64Of, type Host, type Press, type Pressed } from "./host";
import { App } from "./pane/app";
import { loadSettings } from "./settings";
import { Service } from "./service";
import type { Edits, Lang, Needs, SentFile, Tables } from "./wire";
import { words as wordsOf } from "./words";

interface Script {
  withSuccessHandler(done: (value: never) => void): Script;
  withFailureHandler(failed: (error: Error) => void): Script;
  [name: string]: (...args: never[]) => unknown;
}
declare const google: { script: { run: Script } };
declare const FANPAN_SIDEBAR: { lang: Lang; button: string };

/** Run a function of the script on Google's side. */
function run<T>(name: string, ...args: unknown[]): Promise<T> {
  return new Promise((done, failed) => {
    const script = google.script.run
      .withSuccessHandler(done as (value: never) => void)
      .withFailureHandler((error) => failed(new Error(error.message)));
    script[name]!(...(args as never[]));
  });
}

/** The service through the script, which alone holds the token. */
const throughScript: typeof fetch = async (input, init) => {
  const body = typeof init?.body === "string" ? init.body : "";
  const { status, text } = await run<{ status: number; text: string }>(
    "fanpanAsk", init?.method ?? "GET", String(input), body,
  );
  return new Response(text, { status, headers: { "Content-Type": "application/json" } });
};

class Spreadsheet implements Host {
  readonly jumps = true;
  readonly manyFiles = false;
  readonly stops = false;

  /** What the person saw: a cell is written only where its row is still the same. */
  private seen: Tables = {};

  async readTables(needs: Needs): Promise<Tables> {
    const found = JSON.parse(await run<string>("fanpanReadTables", needs)) as Tables;
    Object.assign(this.seen, found);
    return found;
  }

  applyEdits(edits: Edits): Promise<Applied> {
    const seen = Object.fromEntries(Object.keys(edits.tables).map((id) => [id, this.seen[id]]));
    return run("fanpanApply", edits.tables, seen);
  }

  async press({ button, options, files, phase }: Press): Promise<Pressed> {
    const sent: Record<string, SentFile> = {};
    const names = button.options.filter((option) => option.type === "file");
    for (const [i, option] of names.entries()) {
      const file = files[i];
      if (file) sent[option.name] = { name: file.name, base64: await base64Of(file) };
    }
    phase("compute");
    return run<Pressed>("fanpanPress", button.name, options, sent);
  }

  jumpTo(table: string, row: number, column: string): Promise<void> {
    return run("fanpanJump", table, row, column);
  }

  selectedKey(table: string): Promise<string> {
    return run("fanpanSelected", table);
  }

  insertFormula(formula: string): Promise<boolean> {
    return run("fanpanInsert", formula.replace(/^=FANPAN\./, "=FANPAN_"));
  }
}

async function start(): Promise<void> {
  const settings = await loadSettings();
  const shown = (): Lang => settings.lang || FANPAN_SIDEBAR.lang;
  const words = wordsOf(shown);
  const told = { unreachable: words("unreachable"), strange: words("strange") };
  const service = new Service({ base: "", fetch: throughScript, told });
  const root = document.getElementById("pane")!;
  const app = new App({ root, host: new Spreadsheet(), service, settings, lang: shown, words });
  await app.start();
  if (FANPAN_SIDEBAR.button) await app.pressNamed(FANPAN_SIDEBAR.button);
}

void start();
