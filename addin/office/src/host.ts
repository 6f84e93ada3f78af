// Where the tables live: an open workbook, or a file in the browser. The pane knows only this.
import type { ButtonInfo, Edits, Needs, SentFile, Sheet, Summary, Tables } from "./wire";

export type Phase = (name: string) => void;
export interface Applied {
  cells: number;
  rows: number;
  /** Cells that somebody changed meanwhile, and that were left alone. */
  kept: number;
  /** Tables that the place does not have. */
  absent: string[];
}
export interface Pressed {
  summary: Summary;
  applied: Applied | null;
  files: SentFile[];
  sheets: Sheet[];
}
export interface Press {
  button: ButtonInfo;
  options: Record<string, unknown>;
  files: File[];
  phase: Phase;
  /** Aborted when the person stops the press; from the first written cell on it is too late. */
  signal: AbortSignal;
}
export interface Host {
  readonly jumps: boolean;
  /** Whether one import takes several exports. */
  readonly manyFiles: boolean;
  /** Whether a running press can be stopped. */
  readonly stops: boolean;
  /** Tables and columns as they stand; a table that is not there is left out. */
  readTables(needs: Needs): Promise<Tables>;
  applyEdits(edits: Edits): Promise<Applied>;
  press(press: Press): Promise<Pressed>;
  jumpTo(table: string, row: number, column: string): Promise<void>;
  /** Key of the row that is selected, to fill in what a button asks for. */
  selectedKey(table: string): Promise<string>;
  /** Write a formula into the selected cell; false where there is none. */
  insertFormula(formula: string): Promise<boolean>;
}

/** The moment of the press as wall time, to the minute. */
export function localNow(at: Date = new Date()): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:00`;
}

export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32_768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
  }
  return btoa(text);
}

export function download(file: SentFile): void {
  const bytes = Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
