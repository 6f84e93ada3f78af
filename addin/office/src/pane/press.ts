// A button's questions, its progress and what it did.
import { download, type Pressed } from "../host";
import type { ButtonInfo, Notice, Sheet } from "../wire";
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
  app.put(h("p", { class: "muted" }, app.words("busy", { title: button.title })));
  try {
    const phase = (name: string): void => app.progress(name, button.title);
    const pressed = await app.host.press({ button, options, files, phase });
    app.lastSummary = pressed.summary;
    app.parts.changed?.();
    app.put(result(app, button, pressed));
  } catch (error) {
    app.put(app.failure(error));
  } finally {
    app.progress(null);
  }
}

function result(app: App, button: ButtonInfo, pressed: Pressed): Node {
  const { words } = app;
  const { applied, summary } = pressed;
  return h(
    "section",
    { class: "done", "data-done": button.name },
    h("h2", {}, `${button.title}：${words("done")}`),
    ...summary.text.map((line) => h("p", {}, line)),
    applied && h("p", { class: "muted" }, words("changed", { count: applied.cells, rows: applied.rows })),
    applied && applied.kept > 0 && h("p", { class: "warn" }, words("kept", { count: applied.kept })),
    ...(applied?.absent ?? []).map((table) => h("p", { class: "warn" }, words("noTable", { table }))),
    ...pressed.files.map((file) =>
      h("button", { click: () => download(file) }, `${words("download")} ${file.name}`),
    ),
    noticesList(app, summary.notices),
    ...(app.host.jumps ? [] : pressed.sheets.map((sheet) => sheetPreview(sheet))),
    h("button", { class: "primary", click: () => void app.reload() }, words("reload")),
  );
}

/** Problems as a list; where the host can, each leads to its cell. */
export function noticesList(app: App, notices: Notice[]): Node {
  return h(
    "ul",
    { class: "notices" },
    ...notices.slice(0, 300).map((notice) => {
      const where = [notice.table, notice.row, notice.column].filter(Boolean).join(" · ");
      return h(
        "li",
        { class: notice.level },
        h("span", {}, notice.message),
        where !== "" && h("small", {}, where),
        app.host.jumps &&
          /^\d+$/.test(notice.row) &&
          h("button", { class: "link", click: () => void jumpTo(app, notice) }, app.words("jump")),
      );
    }),
  );
}

async function jumpTo(app: App, notice: Notice): Promise<void> {
  const tracker = await app.tracker();
  const named = (titles: Record<string, string>, name: string): boolean =>
    Object.values(titles).includes(name);
  const table = tracker.tables.find((t) => t.id === notice.table || named(t.titles, notice.table));
  if (!table) return;
  const column = table.columns.find((c) => c.id === notice.column || named(c.titles, notice.column));
  await app.host
    .jumpTo(table.id, Number(notice.row), column?.id ?? "")
    .catch((error: unknown) => app.put(app.failure(error)));
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
