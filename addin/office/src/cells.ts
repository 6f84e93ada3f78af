// Excel's cell values to the wire and back.
import type { Cell, WireArg, WireCell, WireResult } from "./wire";

/** What the client knows of a function; rendered from the registry. */
export interface ClientFunction {
  id: string;
  kinds: string[];
  /** How many arguments a call must have; a blank one of them is sent as such. */
  least: number;
  repeats: boolean;
  part: number | null;
  rules: number | null;
  result: string;
  parts: [id: string, kind: string, words: string[]][];
}
export interface Prepared {
  args: WireArg[];
  rules?: string;
  /** A column of answers, not the cells of one row. */
  down: boolean;
  kinds: string[];
}
export interface Shower {
  error(code: string, message?: string): unknown;
  /** Null where the program cannot show a formatted value from a function. */
  formatted: ((value: number, format: string) => unknown) | null;
}

const NOT_ONE_CELL = new Set(["column", "table", "rules", "row", "rows"]);
// An empty cell may arrive as 0; in these kinds 0 means nothing else.
const ZERO_IS_BLANK = new Set(["moment", "day", "text", "choice", "rules"]);
const RULES_HEAD = "fanpan-rules";
const FORMATS: Record<string, string> = { moment: "yyyy-mm-dd hh:mm", day: "yyyy-mm-dd" };

export function cell(value: unknown, kind: string): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return value === 0 && ZERO_IS_BLANK.has(kind) ? null : value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "object") {
    const given = value as { code?: unknown; type?: unknown; basicValue?: unknown };
    if (typeof given.code === "string" && given.code.startsWith("#")) return { error: given.code };
    if (given.type === "Error") return { error: String(given.basicValue ?? "#VALUE!") };
    if ("basicValue" in given) return cell(given.basicValue, kind);
  }
  return String(value);
}

export function argument(value: unknown, kind: string): WireArg {
  if (!Array.isArray(value)) return cell(value, kind);
  const rows = value as unknown[][];
  if (kind !== "table" && rows.length === 1 && rows[0]?.length === 1) return cell(rows[0][0], kind);
  if (kind !== "table" && rows.every((row) => row.length === 1)) {
    return rows.map((row) => cell(row[0], kind));
  }
  return rows.map((row) => row.map((item) => cell(item, kind)));
}

/** Arguments as Excel hands them over → a call. */
export function prepare(fn: ClientFunction, given: unknown[]): Prepared {
  const fixed = fn.repeats ? fn.kinds.length - 1 : fn.kinds.length;
  const args = given.slice(0, fixed).map((value, i) => argument(value, fn.kinds[i] ?? "any"));
  if (fn.repeats && Array.isArray(given[fixed])) {
    for (const value of given[fixed] as unknown[]) args.push(argument(value, "any"));
  }
  const trim = (): void => {
    while (args.length > fn.least && args.at(-1) === null) args.pop();
  };
  trim();
  let rules: string | undefined;
  const at = fn.rules;
  if (at !== null && at < fixed) {
    // Rules that stand in the place of `part` are meant for the rules.
    const place = fn.part !== null && isRules(args[fn.part]) && args.length === fn.part + 1;
    const from = place ? fn.part! : at;
    if (isRules(args[from])) {
      rules = args[from] as string;
      args.length = from;
      trim();
    }
  }
  const spread = args.some((arg, i) => Array.isArray(arg) && !NOT_ONE_CELL.has(fn.kinds[i] ?? "any"));
  return { args, rules, down: spread || fn.result !== "row", kinds: kindsOf(fn, args) };
}

function isRules(arg: WireArg | undefined): arg is string {
  return typeof arg === "string" && arg.startsWith(RULES_HEAD);
}

/** The kind of each column of the answer. */
function kindsOf(fn: ClientFunction, args: WireArg[]): string[] {
  if (fn.parts.length === 0) return [fn.result];
  const part = fn.part === null ? null : args[fn.part];
  if (typeof part === "string" && part !== "") {
    return [fn.parts.find(([, , words]) => words.includes(part))?.[1] ?? "any"];
  }
  return fn.parts.map(([, kind]) => kind);
}

/** An answer → the cells that Excel spills. A single error is thrown by the caller. */
export function shown(prepared: Prepared, result: WireResult, shower: Shower): unknown[][] {
  if (Array.isArray(result) && result.length === 0) return [[""]]; // a table without rows
  const rows: WireResult[][] = !Array.isArray(result)
    ? [[result]]
    : prepared.down
      ? result.map((row) => (Array.isArray(row) ? row : [row]))
      : [result];
  const width = Math.max(1, ...rows.map((row) => row.length));
  return rows.map((row) =>
    Array.from({ length: width }, (_, i) => {
      const kind = prepared.kinds.length === 1 ? prepared.kinds[0]! : (prepared.kinds[i] ?? "any");
      return one(row[i] as WireCell | undefined, kind, shower);
    }),
  );
}

function one(value: WireCell | undefined, kind: string, shower: Shower): unknown {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return (value as WireResult[]).map((item) => item ?? "").join("、");
  if (typeof value === "object") return shower.error(value.error, value.message);
  const format = FORMATS[kind];
  if (typeof value === "number" && format && shower.formatted) return shower.formatted(value, format);
  return value;
}
