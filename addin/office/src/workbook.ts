// The open workbook as a host.
import { type Applied, base64Of, type Host, localNow, type Press, type Pressed } from "./host";
import { findPlaces, type Place, Refused } from "./places";
import { readTable } from "./reading";
import { type Looks, putSheets } from "./sheets";
import { type Service, Stopped } from "./service";
import type { Edits, Lang, Memory, Needs, SentFile, Tables, Tracker } from "./wire";
import type { Words } from "./words";
import { Moved, writeMemory, writeNow, writeTables } from "./writing";

const MEMORY = "memory";
export const MOST_ROWS = 20_000;
const ATTEMPTS = 2;

interface Read {
  tables: Tables;
  memory: Memory;
  lang: Lang;
  name: string;
}

export class Workbook implements Host {
  readonly jumps = true;
  readonly manyFiles = false;
  readonly stops = true;
  private seen: Tables = {};

  constructor(
    private readonly service: Service,
    private readonly tracker: () => Promise<Tracker>,
    private readonly words: Words,
    private readonly looks: Looks,
  ) {}

  async readTables(needs: Needs): Promise<Tables> {
    return (await this.read(needs, "")).tables;
  }

  async applyEdits(edits: Edits): Promise<Applied> {
    const tracker = await this.tracker();
    return Excel.run(async (context) => {
      const places = await findPlaces(context, tracker, this.words);
      const applied = await writeTables(context, places, this.seen, edits.tables);
      const memory = places.get(MEMORY);
      if (edits.memory && memory) await writeMemory(context, memory, edits.memory);
      if (edits.now !== undefined) await writeNow(context, edits.now);
      if (edits.sheets) await putSheets(context, edits.sheets, this.looks);
      return applied;
    });
  }

  async press({ button, options, files, phase, signal }: Press): Promise<Pressed> {
    const sent: Record<string, SentFile> = {};
    const names = button.options.filter((option) => option.type === "file");
    for (const [i, option] of names.entries()) {
      const file = files[i];
      if (file) sent[option.name] = { name: file.name, base64: await base64Of(file) };
    }
    for (let attempt = 1; ; attempt++) {
      phase("reading");
      const read = await this.read(button.needs, button.name);
      phase("sending");
      const body = JSON.stringify({
        lang: read.lang,
        now: localNow(),
        options,
        memory: read.memory,
        snapshot: { name: read.name, tables: read.tables },
        files: sent,
      });
      const path = `/v1/buttons/${button.name}`;
      const edits = await this.service.watched<Edits>(path, body, phase, signal);
      if (signal.aborted) throw new Stopped();
      phase("writing");
      try {
        const applied = await this.applyEdits(edits);
        const summary = edits.summary ?? { text: [], counts: {}, notices: [] };
        return { summary, applied, files: edits.files ?? [], sheets: edits.sheets ?? [] };
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
        if (attempt === ATTEMPTS) throw new Refused(this.words("moved"));
        phase("again");
      }
    }
  }

  async jumpTo(table: string, row: number, column: string): Promise<void> {
    const tracker = await this.tracker();
    await Excel.run(async (context) => {
      const place = (await findPlaces(context, tracker, this.words)).get(table);
      if (!place) throw new Refused(this.words("noTable", { table }));
      const at = place.columns.get(column) ?? place.columns.get(place.table.key[0]!) ?? 0;
      const sheet = context.workbook.worksheets.getItem(place.sheet);
      sheet.activate();
      sheet.getRangeByIndexes(row - 1, at, 1, 1).select();
      await context.sync();
    });
  }

  async selectedKey(table: string): Promise<string> {
    const tracker = await this.tracker();
    return Excel.run(async (context) => {
      const range = context.workbook.getSelectedRange().load("rowIndex");
      const sheet = context.workbook.worksheets.getActiveWorksheet().load("name");
      const place = (await findPlaces(context, tracker, this.words)).get(table);
      await context.sync();
      const at = place?.columns.get(place.table.key[0]!);
      if (!place || at === undefined || sheet.name !== place.sheet) return "";
      if (range.rowIndex <= place.header) return "";
      const cell = sheet.getRangeByIndexes(range.rowIndex, at, 1, 1).load("values");
      await context.sync();
      return String(cell.values[0]![0] ?? "");
    });
  }

  async insertFormula(formula: string): Promise<boolean> {
    await Excel.run(async (context) => {
      context.workbook.getSelectedRange().getCell(0, 0).formulas = [[formula]];
      await context.sync();
    });
    return true;
  }

  private async read(needs: Needs, button: string): Promise<Read> {
    const tracker = await this.tracker();
    return Excel.run(async (context) => {
      const workbook = context.workbook.load("name");
      const places = await findPlaces(context, tracker, this.words);
      const known = [...places.values()].filter((place) => place.table.id !== MEMORY);
      if (known.length === 0) throw new Refused(this.words("noTracker"));
      const tables: Tables = {};
      for (const [id, columns] of Object.entries(needs)) {
        const place = places.get(id);
        if (!place) continue;
        const rows = place.end - place.header - 1;
        if (rows > MOST_ROWS) this.refuse(place, rows, button);
        tables[id] = await readTable(context, place, columns);
      }
      const notes = places.get(MEMORY);
      const memory = notes ? await readMemory(context, notes) : [];
      this.seen = { ...this.seen, ...tables };
      return { tables, memory, lang: known[0]!.lang, name: workbook.name };
    });
  }

  private refuse(place: Place, rows: number, button: string): never {
    const table = place.table.titles[place.lang];
    throw new Refused(this.words("tooMany", { table, rows, most: MOST_ROWS, button }));
  }
}

async function readMemory(context: Excel.RequestContext, place: Place): Promise<Memory> {
  const { rows, columns } = await readTable(context, place, ["name", "value"]);
  return rows.flatMap((_, i) => {
    const name = columns.name?.[i];
    const value = columns.value?.[i];
    return typeof name === "string" && typeof value === "string" ? [[name, value] as const] : [];
  }) as Memory;
}
