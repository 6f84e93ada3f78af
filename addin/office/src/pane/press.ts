// A button's questions, its progress and what it did.
import { download, type Pressed } from "../host";
import { Stopped } from "../service";
import type { ButtonInfo, ColumnInfo, Notice, Sheet, TableInfo, Tracker } from "../wire";
import type { App } from "./app";
import { h, momentText } from "./dom";

type Option = ButtonInfo["options"][number];

/** Ask for what the button needs; the selected row and the person's name are filled in. */
export async function openForm(
  app: App,
  button: ButtonInfo,
  given: Record<string, unknown> = {},
): Promise<void> {
  const known: Record<string, unknown> = { by: app.parts.settings.who, ...given };
  if (button.options.some((option) => option.name === "review_id") && !known.review_id) {
    known.review_id = await app.host.selectedKey("reviews").catch(() => "");
  }
  const fields = button.options.map((option) => [option, field(app, option, known[option.name])] as const);
  const problem = h("p", { class: "failure", role: "alert", hidden: true });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const options: Record<string, unknown> = {};
    const files: File[] = [];
    const missing: string[] = [];
    for (const [option, input] of fields) {
      const value = valueOf(option, input, files);
      if (value === "" && option.required) missing.push(option.title);
      if (value !== "" && option.type !== "file") options[option.name] = value;
    }
    if (missing.length > 0) {
      problem.hidden = false;
      problem.textContent = app.words("askFirst", { titles: missing.join("、") });
      return;
    }
    await runButton(app, button, options, files);
  };
  app.put(
    h(
      "form",
      { class: "ask", "data-button": button.name, submit: (event) => void submit(event) },
      h("h2", {}, button.title),
      h("p", { class: "muted" }, button.description),
      ...fields.map(([option, input]) =>
        h("label", {}, h("span", {}, option.title + (option.required ? " *" : "")), input),
      ),
      problem,
      h(
        "div",
        { class: "row" },
        h("button", { class: "primary", type: "submit" }, app.words("press")),
        h("button", { type: "button", click: () => void app.reload() }, app.words("cancel")),
      ),
    ),
  );
}

function field(app: App, option: Option, value: unknown): HTMLInputElement | HTMLSelectElement {
  const name = option.name;
  if (option.type === "choice") {
    const chosen = String(value ?? "");
    return h(
      "select",
      { name },
      h("option", { value: "" }, app.words("none")),
      ...option.choices.map(({ id, word }) => h("option", { value: id, selected: id === chosen }, word)),
    );
  }
  const types = { text: "text", file: "file", moment: "datetime-local", flag: "checkbox", money: "text" };
  const input = h("input", { name, type: types[option.type] });
  if (option.type === "file") input.multiple = app.host.manyFiles;
  if (option.type === "flag") input.checked = value === true;
  else if (option.type !== "file" && value !== undefined) input.value = String(value);
  return input;
}

function valueOf(
  option: Option,
  input: HTMLInputElement | HTMLSelectElement,
  files: File[],
): string | boolean {
  if (option.type === "flag") return (input as HTMLInputElement).checked;
  if (option.type !== "file") return input.value.trim();
  const chosen = [...((input as HTMLInputElement).files ?? [])];
  files.push(...chosen);
  return chosen.map((file) => file.name).join(" ");
}

export async function runButton(
  app: App,
  button: ButtonInfo,
  options: Record<string, unknown>,
  files: File[],
): Promise<void> {
  const stop = new AbortController();
  const { stops } = app.host;
  app.put(h("p", { class: "muted" }, app.words("busy", { title: button.title })));
  try {
    const phase = (name: string): void =>
      app.progress(name, button.title, stops && name !== "writing" ? () => stop.abort() : undefined);
    const pressed = await app.host.press({ button, options, files, phase, signal: stop.signal });
    await app.remember(options.by);
    app.lastSummary = pressed.summary;
    app.parts.changed?.();
    app.put(result(app, button, pressed, await app.tracker()));
  } catch (error) {
    if (error instanceof Stopped) app.put(h("p", { class: "muted" }, app.words("stopped")));
    else app.put(app.failure(error));
  } finally {
    app.progress(null);
  }
}

function result(app: App, button: ButtonInfo, pressed: Pressed, tracker: Tracker): Node {
  const { words } = app;
  const { applied, summary } = pressed;
  return h(
    "section",
    { class: "done", "data-done": button.name },
    h("h2", {}, words("told", { title: button.title, text: words("done") })),
    ...summary.text.map((line) => h("p", { class: "said" }, line)),
    summary.text.length > 0 && copyButton(app, summary.text.join("\n")),
    applied && h("p", { class: "muted" }, words("changed", { count: applied.cells, rows: applied.rows })),
    applied && applied.kept > 0 && h("p", { class: "warn" }, words("kept", { count: applied.kept })),
    ...(applied?.absent ?? []).map((table) => h("p", { class: "warn" }, words("noTable", { table }))),
    ...pressed.files.map((file) =>
      h("button", { click: () => download(file) }, `${words("download")} ${file.name}`),
    ),
    noticesList(app, summary.notices, tracker),
    ...(app.host.jumps ? [] : pressed.sheets.map((sheet) => sheetPreview(sheet))),
    h("button", { class: "primary", click: () => void app.reload() }, words("reload")),
  );
}

function copyButton(app: App, text: string): Node {
  const button = h("button", { class: "copy" }, app.words("copy"));
  button.addEventListener("click", () => {
    void copy(text).then((done) => {
      button.textContent = app.words(done ? "copied" : "copyByHand");
    });
  });
  return button;
}

/** Into the clipboard; some programs allow a pane only the old way. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", {});
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Problems as a list; where the host can, each leads to its cell. */
export function noticesList(app: App, notices: Notice[], tracker: Tracker): Node {
  return h(
    "ul",
    { class: "notices" },
    ...notices.slice(0, 300).map((notice) => {
      const { table, column } = placeOf(notice, tracker);
      const numbered = /^\d+$/.test(notice.row);
      const row = numbered ? app.words("row", { row: notice.row }) : notice.row;
      const where = [table?.title ?? notice.table, row, column?.title ?? notice.column]
        .filter(Boolean)
        .join(" · ");
      return h(
        "li",
        { class: notice.level },
        h("span", {}, notice.message),
        where !== "" && h("small", {}, where),
        app.host.jumps &&
          table &&
          numbered &&
          h(
            "button",
            { class: "link", click: () => void jumpTo(app, table.id, Number(notice.row), column?.id) },
            app.words("jump"),
          ),
      );
    }),
  );
}

/** The table and column that a notice names, by id or in either language. */
function placeOf(notice: Notice, tracker: Tracker): { table?: TableInfo; column?: ColumnInfo } {
  const named = (known: { id: string; titles: Record<string, string> }, name: string): boolean =>
    known.id === name || Object.values(known.titles).includes(name);
  const table = tracker.tables.find((known) => named(known, notice.table));
  const column = table?.columns.find((known) => named(known, notice.column));
  return { ...(table && { table }), ...(column && { column }) };
}

async function jumpTo(app: App, table: string, row: number, column = ""): Promise<void> {
  await app.host.jumpTo(table, row, column).catch((error: unknown) => app.put(app.failure(error)));
}

function sheetPreview(sheet: Sheet): Node {
  const cellText = (value: unknown, style: string): string => {
    if (value === null) return "";
    if (typeof value !== "number") return String(value);
    if (style === "moment") return momentText(value);
    if (style === "day") return momentText(value).slice(0, 10);
    if (style.includes("percent")) return `${(value * 100).toFixed(1)}%`;
    if (style.includes("money")) return `¥${value.toFixed(2)}`;
    return String(value);
  };
  return h(
    "div",
    { class: "sheet", "data-sheet": sheet.id },
    h("h3", {}, sheet.title),
    h(
      "table",
      {},
      ...sheet.rows.map((row) => {
        const cells: Node[] = [];
        for (let at = 0; at < row.length; at++) {
          const cell = row[at];
          const span = Math.max(1, cell?.span ?? 1);
          const text = cell ? cellText(cell.value, cell.style) : "";
          cells.push(h("td", { class: cell?.style ?? "", colspan: String(span) }, text));
          at += span - 1;
        }
        return h("tr", {}, ...cells);
      }),
    ),
  );
}
