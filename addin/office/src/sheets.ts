// Report sheets: added, or replaced as a whole when they stand there already.
import { parseReference } from "./places";
import type { Chart, GridCell, Sheet } from "./wire";
import { guarded } from "./writing";

/** Looks of report cells as the workbook writer has them; rendered from there. */
export interface Looks {
  styles: Record<string, Record<string, string | number | boolean>>;
  heights: Record<string, number>;
  colours: string[];
}
const ROW_HEIGHT = 18;
const ALIGN: Record<string, Excel.HorizontalAlignment> = {
  center: "Center" as Excel.HorizontalAlignment,
  right: "Right" as Excel.HorizontalAlignment,
};
const CHARTS: Record<Chart["kind"], string> = {
  column: "ColumnClustered",
  bar: "BarClustered",
  line: "Line",
  pie: "Pie",
  stacked: "ColumnStacked",
};

export const markOf = (id: string): string => `_fp.sheet.${id.replace(/[^\p{L}\p{N}_]/gu, "_")}`;

export async function putSheets(
  context: Excel.RequestContext,
  sheets: Sheet[],
  looks: Looks,
): Promise<void> {
  for (const sheet of sheets) await putSheet(context, sheet, looks);
}

async function putSheet(
  context: Excel.RequestContext,
  edit: Sheet,
  looks: Looks,
): Promise<void> {
  const mark = markOf(edit.id);
  const named = context.workbook.names.getItemOrNullObject(mark).load("formula");
  const all = context.workbook.worksheets.load("items/name");
  await context.sync();
  const at = named.isNullObject ? null : parseReference(String(named.formula));
  const standing = all.items.find((sheet) => sheet.name === at?.sheet);
  let sheet: Excel.Worksheet;
  if (standing) {
    sheet = standing;
    sheet.getRange().clear();
    const charts = sheet.charts.load("items/name");
    await context.sync();
    for (const chart of charts.items) chart.delete();
  } else {
    sheet = context.workbook.worksheets.add(freeName(edit.title, all.items.map((s) => s.name)));
    if (!named.isNullObject) named.delete();
    context.workbook.names.add(mark, sheet.getRange("A1"));
  }
  fill(sheet, edit, looks);
  for (const chart of edit.charts) draw(sheet, chart, looks);
  sheet.activate();
  await context.sync();
}

/** A name that Excel takes and that no other sheet has. */
export function freeName(title: string, taken: string[]): string {
  const lower = new Set(taken.map((name) => name.toLowerCase()).concat("history"));
  const clean = title.replace(/[\\/?*[\]:]/g, " ").replace(/^'+|'+$/g, "").trim().slice(0, 31);
  for (let number = 1; ; number++) {
    const end = number === 1 ? "" : ` ${number}`;
    const name = (clean || "Sheet").slice(0, 31 - end.length) + end;
    if (!lower.has(name.toLowerCase())) return name;
  }
}

function fill(sheet: Excel.Worksheet, edit: Sheet, looks: Looks): void {
  sheet.showGridlines = false;
  edit.widths.forEach((width, column) => {
    // A width of one is about one digit; Office.js counts points.
    sheet.getRangeByIndexes(0, column, 1, 1).format.columnWidth = (width * 7 + 5) * 0.75;
  });
  edit.rows.forEach((row, number) => {
    let height = ROW_HEIGHT;
    row.forEach((cell, column) => {
      if (!cell) return;
      height = Math.max(height, looks.heights[cell.style] ?? 0, linesHeight(cell, column, edit, looks));
      const range = sheet.getRangeByIndexes(number, column, 1, Math.max(1, cell.span));
      if (cell.span > 1) range.merge();
      dress(range, looks.styles[cell.style] ?? {});
      sheet.getRangeByIndexes(number, column, 1, 1).values = [[guarded(cell.value)]];
    });
    sheet.getRangeByIndexes(number, 0, 1, 1).format.rowHeight = Math.min(height, 400);
  });
  if (edit.freeze_rows > 0) sheet.freezePanes.freezeRows(edit.freeze_rows);
}

function linesHeight(cell: GridCell, column: number, edit: Sheet, looks: Looks): number {
  if (typeof cell.value !== "string" || !looks.styles[cell.style]?.text_wrap) return 0;
  let room = -2;
  for (let i = column; i < column + Math.max(1, cell.span); i++) room += edit.widths[i] ?? 12;
  let lines = 0;
  for (const line of cell.value.split("\n")) {
    const width = [...line].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
    lines += Math.max(1, Math.ceil(width / Math.max(1, room)));
  }
  return lines * 16 + 4;
}

function dress(range: Excel.Range, style: Record<string, string | number | boolean>): void {
  const { format } = range;
  if (style.font_name) format.font.name = String(style.font_name);
  if (style.font_size) format.font.size = Number(style.font_size);
  if (style.font_color) format.font.color = String(style.font_color);
  if (style.bold) format.font.bold = true;
  if (style.bg_color) format.fill.color = String(style.bg_color);
  if (style.text_wrap) format.wrapText = true;
  if (style.align) format.horizontalAlignment = ALIGN[String(style.align)] ?? "General";
  if (style.indent) format.indentLevel = Number(style.indent);
  format.verticalAlignment = style.valign === "top" ? "Top" : "Center";
  if (style.num_format) range.numberFormat = [[String(style.num_format)]];
  for (const [edge, colour] of [
    ["EdgeBottom", style.bottom_color ?? style.border_color],
    ["EdgeLeft", style.left_color ?? style.border_color],
    ["EdgeRight", style.right_color ?? style.border_color],
  ] as const) {
    if (!colour) continue;
    const border = format.borders.getItem(edge);
    border.style = "Continuous";
    border.color = String(colour);
  }
}

function draw(sheet: Excel.Worksheet, chart: Chart, looks: Looks): void {
  const [row, column, count] = chart.categories;
  const categories = sheet.getRangeByIndexes(row, column, Math.max(1, count), 1);
  const values = chart.series.map(([, first, at, length]) =>
    sheet.getRangeByIndexes(first, at, Math.max(1, length), 1),
  );
  if (!values[0]) return;
  const drawn = sheet.charts.add(CHARTS[chart.kind] as Excel.ChartType, values[0], "Columns");
  drawn.title.text = chart.title;
  drawn.legend.visible = chart.kind === "pie" || chart.series.length > 1;
  chart.series.forEach(([name], i) => {
    const series = i === 0 ? drawn.series.getItemAt(0) : drawn.series.add(name);
    series.name = name;
    if (i > 0) series.setValues(values[i]!);
    series.setXAxisValues(categories);
    if (chart.kind !== "pie") series.format.fill.setSolidColor(looks.colours[i % looks.colours.length]!);
  });
  drawn.setPosition(sheet.getRangeByIndexes(chart.at[0], chart.at[1], 1, 1));
  drawn.width = chart.size[0] * 0.75;
  drawn.height = chart.size[1] * 0.75;
}
