// Tables of a workbook as the service wants them: columns, row numbers, cells not to be written.
import type { Place } from "./places";
import type { Cell, TableCells } from "./wire";

/** Cells per request to the workbook; Excel on the web refuses answers of more than 5 MB. */
const MOST_CELLS = 30_000;
const OURS = /(?:^|[^\w.])(?:FANPAN\.|_xldudf_FANPAN_)/i;

export interface Block {
  cells: Cell[];
  formula: boolean[];
  ours: boolean;
  format: string[];
}
const none = (): Block => ({ cells: [], formula: [], ours: false, format: [] });

/** The named columns between two rows (0-based, the second excluded). */
export async function readColumns(
  context: Excel.RequestContext,
  place: Place,
  columns: string[],
  from: number,
  to: number,
  formats = false,
): Promise<Map<string, Block>> {
  const found = new Map(columns.map((id) => [id, none()]));
  const sheet = context.workbook.worksheets.getItem(place.sheet);
  const wanted = columns.map((id) => [id, place.columns.get(id)!] as const);
  const fields = `values,formulas,valueTypes${formats ? ",numberFormat" : ""}`;
  const runs = neighbours(wanted.map(([, column]) => column));
  const height = Math.max(1, Math.floor(MOST_CELLS / Math.max(1, wanted.length)));
  for (let start = from; start < to; start += height) {
    const count = Math.min(height, to - start);
    const ranges = runs.map(([first, last]) => ({
      first,
      last,
      range: sheet.getRangeByIndexes(start, first, count, last - first + 1).load(fields),
    }));
    await context.sync();
    for (const [id, column] of wanted) {
      const { first, range } = ranges.find((run) => run.first <= column && column <= run.last)!;
      const block = found.get(id)!;
      for (let row = 0; row < count; row++) take(block, range, row, column - first, formats);
    }
  }
  return found;
}

function take(block: Block, range: Excel.Range, row: number, at: number, formats: boolean): void {
  const value: unknown = range.values[row]![at];
  const formula: unknown = range.formulas[row]![at];
  const error = range.valueTypes[row]![at] === "Error";
  const live = typeof formula === "string" && formula.startsWith("=") && formula !== value;
  block.cells.push(
    error ? { error: String(value) } : value === "" || value === undefined ? null : (value as Cell),
  );
  block.formula.push(live);
  block.ours ||= live && OURS.test(formula as string);
  if (formats) block.format.push(String(range.numberFormat[row]![at]));
}

function neighbours(columns: number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const column of [...new Set(columns)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && column - last[1] <= 1) last[1] = column;
    else runs.push([column, column]);
  }
  return runs;
}

/** One table, rows that people left blank passed over. */
export async function readTable(
  context: Excel.RequestContext,
  place: Place,
  wanted: string[],
): Promise<TableCells> {
  const columns = [...new Set([...place.table.key, ...wanted])];
  const present = columns.filter((id) => place.columns.has(id));
  const first = place.header + 1;
  const blocks = await readColumns(context, place, present, first, place.end);
  const part = new Map(place.table.columns.map((column) => [column.id, column.part]));
  const typed = present.filter((id) => part.get(id) !== "out");
  const rows: number[] = [];
  for (let row = first; row < place.end; row++) {
    const at = row - first;
    if (typed.some((id) => blocks.get(id)!.cells[at] !== null)) rows.push(row + 1);
  }
  const table: Required<TableCells> = {
    rows,
    columns: {},
    formulas: {},
    live: [],
    missing: columns.filter((id) => !place.columns.has(id)),
  };
  for (const id of present) {
    const block = blocks.get(id)!;
    const at = rows.map((row) => row - 1 - first);
    table.columns[id] = at.map((position) => block.cells[position]!);
    const locked = at.flatMap((position, i) => (block.formula[position] ? [i] : []));
    if (locked.length > 0) table.formulas[id] = locked;
    if (block.ours && part.get(id) === "out") table.live.push(id);
  }
  return table;
}
