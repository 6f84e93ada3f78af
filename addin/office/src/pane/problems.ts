// What is wrong in the tables, each leading to its cell.
import type { Needs, Notice } from "../wire";
import type { App } from "./app";
import { h } from "./dom";
import { noticesList } from "./press";

const COLUMNS = new Set(["problems", "problem"]);

export async function problemsView(app: App): Promise<Node> {
  const tracker = await app.tracker();
  const needs: Needs = {};
  for (const table of tracker.tables) {
    const column = table.columns.find((known) => COLUMNS.has(known.id));
    if (column) needs[table.id] = [column.id];
  }
  const tables = await app.host.readTables(needs);
  const found: Notice[] = [];
  for (const table of tracker.tables) {
    const column = needs[table.id]?.[0];
    const cells = tables[table.id];
    if (!column || !cells) continue;
    cells.rows.forEach((row, i) => {
      const text = cells.columns[column]?.[i];
      if (typeof text !== "string" || text === "") return;
      found.push({ message: text, table: table.title, row: String(row), column, level: "warning" });
    });
  }
  const told = app.lastSummary?.notices ?? [];
  const empty = found.length + told.length === 0;
  return h(
    "section",
    { class: "problems" },
    h("button", { click: () => void app.reload() }, app.words("reload")),
    empty && h("p", { class: "muted" }, app.words("noProblems")),
    told.length > 0 && h("h2", {}, app.words("summary")),
    told.length > 0 && noticesList(app, told, tracker),
    noticesList(app, found, tracker),
  );
}
