// What travels between a host and the service.

export type Lang = "zh" | "en";
export type Scalar = number | string | boolean | null;
export type Cell = Scalar | { error: string };
export type WireArg = Cell | Cell[] | Cell[][];
export interface WireError {
  error: string;
  message?: string;
}
export type WireCell = Scalar | WireError;
export type WireResult = WireCell | WireResult[];

export interface Choice {
  id: string;
  word: string;
  /** In every language, as a tracker in another one holds it. */
  words?: string[];
}
export interface FunctionInfo {
  name: string;
  names: Record<string, string>;
  signature: string;
  description: string;
  result: string;
  parts: string[];
  parameters: {
    name: string;
    type: string;
    description: string;
    optional: boolean;
    repeating: boolean;
    choices: Choice[];
  }[];
}
export type Needs = Record<string, string[]>;
export interface ButtonInfo {
  name: string;
  title: string;
  description: string;
  group: string;
  needs: Needs;
  options: {
    name: string;
    title: string;
    type: "text" | "choice" | "file" | "moment" | "flag" | "money";
    required: boolean;
    choices: Choice[];
  }[];
}
export interface ColumnInfo {
  id: string;
  title: string;
  titles: Record<Lang, string>;
  type: string;
  format: string;
  part: "in" | "out" | "over";
  choices: Choice[];
}
export interface TableInfo {
  id: string;
  title: string;
  titles: Record<Lang, string>;
  key: string[];
  columns: ColumnInfo[];
}
export interface Tracker {
  tables: TableInfo[];
}
export interface TableCells {
  rows: number[];
  columns: Record<string, Cell[]>;
  formulas?: Record<string, number[]>;
  live?: string[];
  missing?: string[];
}
export type Tables = Record<string, TableCells>;
export type Memory = [string, string][];

export interface Notice {
  message: string;
  table: string;
  row: string;
  column: string;
  level: "info" | "warning" | "error";
}
export interface Summary {
  text: string[];
  counts: Record<string, number>;
  notices: Notice[];
}
export interface GridCell {
  value: Scalar;
  style: string;
  span: number;
}
export interface Chart {
  kind: "column" | "bar" | "line" | "pie" | "stacked";
  title: string;
  categories: [number, number, number];
  series: [string, number, number, number][];
  at: [number, number];
  size: [number, number];
  percent: boolean;
}
export interface Sheet {
  id: string;
  title: string;
  rows: (GridCell | null)[][];
  widths: number[];
  charts: Chart[];
  freeze_rows: number;
}
export interface SentFile {
  name: string;
  base64: string;
}
export interface Edits {
  tables: Record<
    string,
    { cells: Record<string, [number, Scalar][]>; append: Record<string, Scalar>[] }
  >;
  sheets?: Sheet[];
  files?: SentFile[];
  memory?: Memory;
  now?: number;
  summary?: Summary;
}
