// The day's cases, red first, each with its buttons.
import type { Cell, TableCells, TableInfo } from "../wire";
import type { Words } from "../words";
import type { App } from "./app";
import { h, momentText } from "./dom";
import { openForm } from "./press";

const COLUMNS = [
  "review_id", "shop", "product", "is_bad", "kind", "kind_confirmed", "case_state",
  "state_response", "state_solution", "due_response", "due_solution", "due_close",
  "minutes_left", "handler", "agent", "next_step", "next_due",
];
const ENDED = new Set(["closed", "not_needed"]);
const RED = "overdue";
const AMBER = "due_soon";
const MOST = 200;

export interface CaseCard {
  id: string;
  title: string;
  kind: string;
  state: string;
  agent: string;
  due: number | string | null;
  rank: 0 | 1 | 2;
  minutes: number | null;
}

/** Cells of a column as choice ids, so that the words of either language are understood. */
export function ids(table: TableInfo, cells: TableCells, column: string): string[] {
  const choices = table.columns.find((known) => known.id === column)?.choices ?? [];
  const known = new Map(choices.flatMap(({ id, words = [] }) => [id, ...words].map((word) => [word, id])));
  return (cells.columns[column] ?? []).map((cell) => known.get(String(cell)) ?? String(cell ?? ""));
}

export function caseCards(table: TableInfo, cells: TableCells): CaseCard[] {
  const at = (column: string, i: number): Cell => cells.columns[column]?.[i] ?? null;
  const text = (column: string, i: number): string => {
    const cell = at(column, i);
    return cell === null || typeof cell === "object" ? "" : String(cell);
  };
  const states = ids(table, cells, "case_state");
  const clocks = ["state_response", "state_solution"].map((column) => ids(table, cells, column));
  const bad = ids(table, cells, "is_bad");
  const shown = (column: string, i: number): string => {
    const choices = table.columns.find((known) => known.id === column)?.choices ?? [];
    const found = text(column, i);
    return choices.find(({ id, words = [] }) => id === found || words.includes(found))?.word ?? found;
  };
  const cards: CaseCard[] = [];
  cells.rows.forEach((_, i) => {
    if (!states[i] || ENDED.has(states[i]!) || bad[i] === "no") return;
    const minutes = at("minutes_left", i);
    const left = typeof minutes === "number" ? minutes : null;
    const now = clocks.map((clock) => clock[i]);
    const rank = now.includes(RED) || (left !== null && left < 0) ? 0 : now.includes(AMBER) ? 1 : 2;
    const due = at("next_due", i) ?? at("due_solution", i) ?? at("due_close", i);
    cards.push({
      id: text("review_id", i),
      title: text("product", i) || text("shop", i),
      kind: shown("kind_confirmed", i) || shown("kind", i),
      state: shown("case_state", i),
      agent: text("agent", i) || shown("handler", i),
      due: typeof due === "number" || typeof due === "string" ? due : null,
      rank,
      minutes: left,
    });
  });
  const late = (card: CaseCard): number => card.minutes ?? Number.MAX_SAFE_INTEGER;
  return cards.sort((a, b) => a.rank - b.rank || late(a) - late(b));
}

/** How late a case is, or how long it has, in the two units that matter. */
function timeLeft(words: Words, left: number): string {
  const all = Math.abs(Math.round(left));
  const [days, hours, minutes] = [Math.floor(all / 1440), Math.floor((all % 1440) / 60), all % 60];
  const time = days > 0 ? words("days", { days, hours }) : words("hours", { hours, minutes });
  return words(left < 0 ? "late" : "left", { time });
}

export async function casesView(app: App): Promise<Node> {
  const tracker = await app.tracker();
  const table = tracker.tables.find((known) => known.id === "reviews")!;
  const known = new Set(table.columns.map((column) => column.id));
  const columns = COLUMNS.filter((column) => known.has(column));
  const cells = (await app.host.readTables({ reviews: columns })).reviews;
  const cards = cells ? caseCards(table, cells) : [];
  const buttons = (await app.buttons()).filter((button) => button.group === "case");
  const tones = ["red", "amber", "plain"];
  return h(
    "section",
    { class: "cases" },
    h("p", { class: "row" },
      h("span", {}, app.words("open", { count: cards.length, late: cards.filter((card) => card.rank === 0).length })),
      h("button", { class: "aside", click: () => void app.reload() }, app.words("reload"))),
    cards.length === 0 && h("p", { class: "muted" }, app.words("noCases")),
    ...cards.slice(0, MOST).map((card) =>
      h(
        "details",
        { class: `case ${tones[card.rank]}`, "data-case": card.id },
        h(
          "summary",
          {},
          h("b", {}, [card.kind, card.title].filter(Boolean).join(" · ") || card.id),
          h("span", { class: "chip" }, card.state),
          h("small", {}, [
            card.minutes === null ? "" : timeLeft(app.words, card.minutes),
            card.due === null ? "" : `${app.words("due")} ${momentText(card.due)}`,
            card.agent,
            card.id,
          ].filter(Boolean).join(" · ")),
        ),
        h(
          "div",
          { class: "group" },
          ...buttons.map((button) =>
            h(
              "button",
              {
                "data-press": button.name,
                title: button.description,
                click: () => void openForm(app, button, { review_id: card.id }),
              },
              button.title,
            ),
          ),
        ),
      ),
    ),
  );
}
