// Which sheet is which table, which column is which: defined names first, titles as fallback.
import type { Lang, TableInfo, Tracker } from "./wire";
import type { Words } from "./words";

export const PREFIX = "_fp.";
const HEADER_ROWS = 10;

export interface Place {
  table: TableInfo;
  sheet: string;
  /** 0-based, as Office.js counts. */
  header: number;
  columns: Map<string, number>;
  /** Columns found by title only; their names are recorded on the next write. */
  unnamed: Set<string>;
  /** Row after the last one in use. */
  end: number;
  /** In which most of the titles are written: its cells hold words of that language. */
  lang: Lang;
}
/** A refusal with a sentence for the person; `hint`: nothing is wrong yet. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly hint = false,
  ) {
    super(message);
  }
}

/** NFKC without invisible marks at the ends, as the command line compares titles. */
export function normalise(text: string): string {
  return text.normalize("NFKC").replace(/^[\s\u3000\ufeff\u200b]+|[\s\u3000\ufeff\u200b]+$/g, "");
}

const REFERENCE = /^=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::.*)?$/;

export function parseReference(text: string): { sheet: string; row: number; column: number } | null {
  const match = REFERENCE.exec(text);
  if (!match) return null;
  let column = 0;
  for (const letter of match[3]!) column = column * 26 + letter.charCodeAt(0) - 64;
  const sheet = match[1] === undefined ? match[2]! : match[1].replaceAll("''", "'");
  return { sheet, row: Number(match[4]) - 1, column: column - 1 };
}

export function columnLetters(column: number): string {
  let text = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  }
  return text;
}

/** Every place of the workbook. Names of other programs, and names whose cell is gone, are passed. */
export async function findPlaces(
  context: Excel.RequestContext,
  tracker: Tracker,
  words: Words,
): Promise<Map<string, Place>> {
  const names = context.workbook.names.load("items/name,items/formula");
  const sheets = context.workbook.worksheets.load("items/name");
  await context.sync();
  const places = new Map<string, Place>();
  const tables = new Map(tracker.tables.map((table) => [table.id, table]));
  const present = new Set(sheets.items.map((sheet) => sheet.name));
  for (const { name, formula } of names.items) {
    if (!name.startsWith(PREFIX)) continue;
    const [id = "", column = ""] = name.slice(PREFIX.length).split(".");
    const table = tables.get(id);
    const at = parseReference(String(formula));
    if (!table || !at || !present.has(at.sheet)) continue;
    if (!table.columns.some((known) => known.id === column)) continue;
    const place = places.get(id) ?? newPlace(table, at.sheet, at.row);
    if (place.sheet === at.sheet) place.columns.set(column, at.column);
    places.set(id, place);
  }
  const used = new Map(
    sheets.items.map((sheet) => [
      sheet.name,
      sheet.getUsedRangeOrNullObject(true).load("rowIndex,columnIndex,rowCount,columnCount"),
    ]),
  );
  await context.sync();
  await complete(context, places, used, words);
  const taken = new Set([...places.values()].map((place) => place.sheet));
  const free = sheets.items.map((sheet) => sheet.name).filter((name) => !taken.has(name));
  await byTitles(context, tracker, places, free, used, words);
  for (const place of places.values()) {
    const range = used.get(place.sheet)!;
    place.end = range.isNullObject ? place.header + 1 : range.rowIndex + range.rowCount;
  }
  return places;
}

function newPlace(table: TableInfo, sheet: string, header: number): Place {
  return { table, sheet, header, columns: new Map(), unnamed: new Set(), end: header + 1, lang: "zh" };
}

function titlesOf(table: TableInfo): Map<string, string> {
  const found = new Map<string, string>();
  for (const column of table.columns) {
    for (const title of [column.titles.zh, column.titles.en, column.id]) {
      if (!found.has(normalise(title))) found.set(normalise(title), column.id);
    }
  }
  return found;
}

/** Columns of a named table that lost their name but still carry their title. */
async function complete(
  context: Excel.RequestContext,
  places: Map<string, Place>,
  used: Map<string, Excel.Range>,
  words: Words,
): Promise<void> {
  const headers: [Place, Excel.Range][] = [];
  for (const place of places.values()) {
    const range = used.get(place.sheet)!;
    if (range.isNullObject) continue;
    const sheet = context.workbook.worksheets.getItem(place.sheet);
    const width = range.columnIndex + range.columnCount;
    headers.push([place, sheet.getRangeByIndexes(place.header, 0, 1, width).load("values")]);
  }
  await context.sync();
  for (const [place, range] of headers) {
    const titles = titlesOf(place.table);
    const named = new Set(place.columns.values());
    place.lang = languageOf(place, range.values[0] ?? []);
    (range.values[0] ?? []).forEach((value: unknown, column: number) => {
      if (named.has(column) || typeof value !== "string") return;
      const id = titles.get(normalise(value));
      if (id === undefined || (place.columns.has(id) && !place.unnamed.has(id))) return;
      if (place.unnamed.has(id)) throw new Refused(words("twoColumns", { title: value }));
      if (place.table.columns.find((known) => known.id === id)?.part === "out") {
        throw new Refused(words("notOurs", { title: value }));
      }
      place.columns.set(id, column);
      place.unnamed.add(id);
    });
  }
}

/** Tables without our names: the row that carries most of a table's titles, its key among them. */
async function byTitles(
  context: Excel.RequestContext,
  tracker: Tracker,
  places: Map<string, Place>,
  sheets: string[],
  used: Map<string, Excel.Range>,
  words: Words,
): Promise<void> {
  const heads: [string, Excel.Range][] = [];
  for (const name of sheets) {
    const range = used.get(name)!;
    if (range.isNullObject) continue;
    const sheet = context.workbook.worksheets.getItem(name);
    const width = range.columnIndex + range.columnCount;
    const height = Math.min(HEADER_ROWS, range.rowIndex + range.rowCount);
    heads.push([name, sheet.getRangeByIndexes(0, 0, height, width).load("values")]);
  }
  await context.sync();
  const taken = new Set<string>();
  for (const table of tracker.tables) {
    if (places.has(table.id)) continue;
    let best: Place | null = null;
    for (const [name, range] of heads) {
      if (taken.has(name)) continue;
      range.values.forEach((row: unknown[], number: number) => {
        const found = titledRow(table, row, words);
        const keyed = table.key.some((key) => found.has(key));
        if (!keyed || found.size < 2 || found.size <= (best?.columns.size ?? 0)) return;
        best = newPlace(table, name, number);
        best.columns = found;
        best.unnamed = new Set(found.keys());
        best.lang = languageOf(best, row);
      });
    }
    const place = best as Place | null;
    if (place) {
      places.set(table.id, place);
      taken.add(place.sheet);
    }
  }
}

function languageOf(place: Place, header: unknown[]): Lang {
  let english = 0;
  for (const column of place.table.columns) {
    const title = header[place.columns.get(column.id) ?? -1];
    if (title === undefined || column.titles.en === column.titles.zh) continue;
    english += Number(title === column.titles.en) - Number(title === column.titles.zh);
  }
  return english > 0 ? "en" : "zh";
}

function titledRow(table: TableInfo, row: unknown[], words: Words): Map<string, number> {
  const titles = titlesOf(table);
  const found = new Map<string, number>();
  row.forEach((value, column) => {
    const id = typeof value === "string" ? titles.get(normalise(value)) : undefined;
    if (id === undefined) return;
    if (found.has(id)) throw new Refused(words("twoColumns", { title: String(value) }));
    found.set(id, column);
  });
  return found;
}
