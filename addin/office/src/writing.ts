// Edits into a workbook: only what was named, only where nothing moved, texts always as texts.
import type { Applied } from "./host";
import { columnLetters, parseReference, PREFIX, type Place } from "./places";
import { readColumns } from "./reading";
import type { Cell, Edits, Scalar, TableCells, Tables } from "./wire";

/** The table is no longer what the edits were computed from. */
export class Moved extends Error {}

// A text is guarded in a cell that stands, whatever its format.
const PLAIN = new Set(["General", "@"]);
const MOST_WRITES = 1500;
// What Excel would take for a formula, a number, a date or a truth value.
const READS_AS_OTHER = /^\s*(?:[=+\-@'#(¥$€£.\d]|true$|false$)/i;

/** A text that stays a text whatever it looks like. */
export function guarded(value: Scalar, plain = false): Scalar {
  if (value === null) return "";
  return typeof value === "string" && !plain && READS_AS_OTHER.test(value) ? `'${value}` : value;
}

const same = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export async function writeTables(
  context: Excel.RequestContext,
  places: Map<string, Place>,
  seen: Tables,
  edits: Edits["tables"],
): Promise<Applied> {
  const applied: Applied = { cells: 0, rows: 0, kept: 0, absent: [] };
  const jobs: [Place, Edits["tables"][string], TableCells | undefined][] = [];
  for (const [id, edit] of Object.entries(edits)) {
    const place = places.get(id);
    if (place) jobs.push([place, edit, seen[id]]);
    else applied.absent.push(id);
  }
  // Every table is checked before the first is written.
  for (const [place, , table] of jobs) if (table) await checkKeys(context, place, table);
  const pace = new Pace(context);
  for (const [place, edit, table] of jobs) {
    await writeCells(context, place, edit.cells, table, applied, pace);
    if (edit.append.length > 0) await append(context, place, edit.append, applied);
    record(context, place);
  }
  await context.sync();
  return applied;
}

async function checkKeys(
  context: Excel.RequestContext,
  place: Place,
  table: TableCells,
): Promise<void> {
  if (table.rows.length === 0) return;
  const first = table.rows[0]! - 1;
  const end = table.rows.at(-1)!;
  const keys = place.table.key.filter((id) => table.columns[id] && place.columns.has(id));
  const now = await readColumns(context, place, keys, first, end);
  for (const id of keys) {
    const cells = now.get(id)!.cells;
    const before = table.columns[id]!;
    table.rows.forEach((row, i) => {
      if (!same(cells[row - 1 - first], before[i])) throw new Moved();
    });
  }
}

/** Sends what has gathered, now and then: one request must not grow without end. */
class Pace {
  private waiting = 0;
  constructor(private readonly context: Excel.RequestContext) {}
  async step(): Promise<void> {
    if (++this.waiting < MOST_WRITES) return;
    this.waiting = 0;
    await this.context.sync();
  }
}

async function writeCells(
  context: Excel.RequestContext,
  place: Place,
  cells: Record<string, [number, Scalar][]>,
  table: TableCells | undefined,
  applied: Applied,
  pace: Pace,
): Promise<void> {
  const sheet = context.workbook.worksheets.getItem(place.sheet);
  const formats = new Map(place.table.columns.map((column) => [column.id, column.format]));
  const position = new Map(table?.rows.map((row, i) => [row, i]));
  for (const [id, values] of Object.entries(cells)) {
    const column = place.columns.get(id);
    if (column === undefined || values.length === 0) continue;
    const sorted = [...values].sort((a, b) => a[0] - b[0]);
    const first = sorted[0]![0] - 1;
    const now = (
      await readColumns(context, place, [id], first, sorted.at(-1)![0], true)
    ).get(id)!;
    const before = table?.columns[id];
    const free = sorted.filter(([row]) => {
      const at = row - 1 - first;
      const i = position.get(row);
      const held = before === undefined || i === undefined || same(now.cells[at], before[i]);
      if (now.formula[at] || !held) applied.kept += 1;
      return held && !now.formula[at];
    });
    const format = formats.get(id) ?? "General";
    for (const run of runsOf(free)) {
      const range = sheet.getRangeByIndexes(run[0]![0] - 1, column, run.length, 1);
      const at = run[0]![0] - 1 - first;
      if (!PLAIN.has(format) && run.some((_, i) => now.format[at + i] === "General")) {
        range.numberFormat = run.map((_, i) =>
          now.format[at + i] === "General" ? [format] : [now.format[at + i]!],
        );
      }
      range.values = run.map(([, value]) => [guarded(value)]);
      applied.cells += run.length;
      await pace.step();
    }
  }
  await context.sync();
}

function runsOf(values: [number, Scalar][]): [number, Scalar][][] {
  const runs: [number, Scalar][][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last && last.at(-1)![0] + 1 === value[0]) last.push(value);
    else runs.push([value]);
  }
  return runs;
}

/** New rows below the last one; a list object that ended there grows with them. */
async function append(
  context: Excel.RequestContext,
  place: Place,
  rows: Record<string, Scalar>[],
  applied: Applied,
): Promise<void> {
  const sheet = context.workbook.worksheets.getItem(place.sheet);
  const lists = sheet.tables.load("items/name");
  await context.sync();
  const ranges = lists.items.map((list) =>
    list.getRange().load("rowIndex,columnIndex,rowCount,columnCount"),
  );
  const start = await lastRow(context, place);
  await context.sync();
  for (const column of place.table.columns) {
    const at = place.columns.get(column.id);
    if (at === undefined || rows.every((row) => (row[column.id] ?? null) === null)) continue;
    const range = sheet.getRangeByIndexes(start, at, rows.length, 1);
    const { format } = column;
    if (format !== "General") range.numberFormat = rows.map(() => [format]);
    const plain = format === "@";
    range.values = rows.map((row) => [guarded(row[column.id] ?? null, plain)]);
  }
  const end = start + rows.length;
  lists.items.forEach((list, i) => {
    const range = ranges[i]!;
    const reaches = range.rowIndex === place.header && range.rowIndex + range.rowCount <= end;
    if (reaches) {
      list.resize(
        sheet.getRangeByIndexes(range.rowIndex, range.columnIndex, end - range.rowIndex, range.columnCount),
      );
    }
  });
  applied.rows += rows.length;
  await context.sync();
}

/** Row after the last that holds anything in a column of ours. */
async function lastRow(context: Excel.RequestContext, place: Place): Promise<number> {
  const columns = [...place.columns.keys()];
  const blocks = await readColumns(context, place, columns, place.header + 1, place.end);
  for (let at = place.end - place.header - 2; at >= 0; at--) {
    if (columns.some((id) => blocks.get(id)!.cells[at] !== null)) return place.header + 2 + at;
  }
  return place.header + 1;
}

/** Names for the columns that were found by title, so that retitling loses nothing. */
function record(context: Excel.RequestContext, place: Place): void {
  const sheet = context.workbook.worksheets.getItem(place.sheet);
  for (const id of place.unnamed) {
    const cell = sheet.getRange(`${columnLetters(place.columns.get(id)!)}${place.header + 1}`);
    context.workbook.names.add(`${PREFIX}${place.table.id}.${id}`, cell).visible = false;
  }
}

/** The cell whose moment live formulas read. */
export async function writeNow(context: Excel.RequestContext, moment: number): Promise<void> {
  const named = context.workbook.names.getItemOrNullObject(`${PREFIX}now`).load("formula");
  await context.sync();
  const at = named.isNullObject ? null : parseReference(String(named.formula));
  if (!at) return;
  const sheet = context.workbook.worksheets.getItem(at.sheet);
  sheet.getRangeByIndexes(at.row, at.column, 1, 1).values = [[moment]];
  await context.sync();
}

/** The hidden sheet of notes, rewritten as a whole. */
export async function writeMemory(
  context: Excel.RequestContext,
  place: Place,
  memory: [string, string][],
): Promise<void> {
  const sheet = context.workbook.worksheets.getItem(place.sheet);
  const name = place.columns.get("name")!;
  const value = place.columns.get("value")!;
  const first = place.header + 1;
  const count = Math.max(memory.length, place.end - first);
  for (let at = 0; at < count; at++) {
    const note = memory[at];
    sheet.getRangeByIndexes(first + at, name, 1, 1).values = [[guarded(note?.[0] ?? null)]];
    sheet.getRangeByIndexes(first + at, value, 1, 1).values = [[guarded(note?.[1] ?? null)]];
  }
  await context.sync();
}
