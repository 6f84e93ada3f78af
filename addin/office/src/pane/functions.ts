// The catalogue of functions, each to be tried with values of one's own.
import type { FunctionInfo, WireArg, WireResult } from "../wire";
import type { App } from "./app";
import { h } from "./dom";

const PAUSE_MS = 300;
const AREA = new Set(["column", "table", "rules", "any"]);
const NUMBERS = /^-?\d{1,15}(\.\d+)?$/;

export async function functionsView(app: App): Promise<Node> {
  const all = await app.functions();
  const list = h("div", { class: "functions" });
  const show = (query: string): void => {
    const wanted = query.trim().toLowerCase();
    const found = all.filter((fn) =>
      [fn.name, ...Object.values(fn.names), fn.description].some((text) => text.toLowerCase().includes(wanted)),
    );
    list.replaceChildren(...found.map((fn) => entry(app, fn)));
  };
  const search = h("input", {
    type: "search",
    placeholder: app.words("search"),
    "aria-label": app.words("search"),
    input: (event) => show((event.target as HTMLInputElement).value),
  });
  show("");
  return h("section", {}, search, list);
}

function entry(app: App, fn: FunctionInfo): Node {
  const details = h(
    "details",
    { "data-function": fn.name },
    h("summary", {}, h("code", {}, fn.signature), h("small", {}, fn.description)),
  );
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(tryOut(app, fn));
  });
  return details;
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function tryOut(app: App, fn: FunctionInfo): Node {
  const output = h("output", {}, "");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), PAUSE_MS);
  };
  const fields = fn.parameters.map((parameter) => {
    const attributes = { name: parameter.name, input: changed };
    const field: Field =
      parameter.choices.length > 0
        ? h(
            "select",
            attributes,
            h("option", { value: "" }, app.words("none")),
            ...parameter.choices.map(({ id, word }) => h("option", { value: id }, word)),
          )
        : AREA.has(parameter.type)
          ? h("textarea", { ...attributes, rows: "2" })
          : h("input", attributes);
    return [parameter, field] as const;
  });
  const args = (): WireArg[] => {
    const found = fields.map(([parameter, field]) => read(parameter.type, field.value));
    while (found.length > 0 && found.at(-1) === null) found.pop();
    return found;
  };
  const run = async (): Promise<void> => {
    try {
      const body = { lang: app.parts.lang(), words: true, calls: [{ f: fn.name, args: args() }] };
      const answer = await app.parts.service.post<{ results: WireResult[] }>("/v1/calls", JSON.stringify(body));
      show(output, answer.results[0] ?? null);
    } catch (error) {
      output.replaceChildren(app.failure(error));
    }
  };
  const insert = async (): Promise<void> => {
    await app.host
      .insertFormula(`=FANPAN.${fn.name}(${args().map(literal).join(",")})`)
      .catch((error: unknown) => output.replaceChildren(app.failure(error)));
  };
  return h(
    "div",
    { class: "try" },
    ...fields.map(([parameter, field]) =>
      h(
        "label",
        {},
        h(
          "span",
          {},
          parameter.description,
          h("small", {}, [parameter.name, parameter.optional && app.words("optional")].filter(Boolean).join(" · ")),
        ),
        field,
      ),
    ),
    h("div", { class: "row" },
      h("button", { class: "primary", click: () => void run() }, app.words("tryIt")),
      app.host.jumps && h("button", { click: () => void insert() }, app.words("insert"))),
    output,
  );
}

/** A value as a formula has it; rows of a table are divided by semicolons. */
export function literal(arg: WireArg): string {
  if (Array.isArray(arg)) {
    const rows = arg.map((row) => (Array.isArray(row) ? row : [row]));
    // An array in a formula holds no empty cell.
    return `{${rows.map((row) => row.map((item) => literal(item ?? "")).join(",")).join(";")}}`;
  }
  if (typeof arg === "string") return `"${arg.replaceAll('"', '""')}"`;
  return arg === null ? "" : String(arg).toUpperCase();
}

/** What a person typed: numbers as numbers, lines as rows, commas or tabs as columns. */
function read(type: string, text: string): WireArg {
  if (text.trim() === "") return null;
  const one = (piece: string): string | number =>
    type !== "text" && NUMBERS.test(piece.trim()) ? Number(piece) : piece.trim();
  if (!AREA.has(type) || text.startsWith("fanpan-rules")) return one(text);
  const rows = text.trim().split("\n").map((line) => line.split(/[\t,，]/).map(one));
  if (type === "any" && rows.length === 1 && rows[0]!.length === 1) return rows[0]![0]!;
  return rows.every((row) => row.length === 1) && type !== "table" ? rows.map((row) => row[0]!) : rows;
}

function show(output: HTMLOutputElement, result: WireResult): void {
  const cellText = (cell: WireResult): string =>
    cell === null
      ? ""
      : typeof cell === "object" && !Array.isArray(cell)
        ? `${cell.error} ${cell.message ?? ""}`
        : String(cell).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2");
  if (!Array.isArray(result)) {
    output.className = typeof result === "object" && result !== null ? "failure" : "";
    output.replaceChildren(cellText(result));
    return;
  }
  output.className = "";
  const rows = result.some(Array.isArray) ? (result as WireResult[][]) : [result];
  output.replaceChildren(
    h("table", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cellText(cell)))))),
  );
}
