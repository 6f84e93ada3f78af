// What a person set once. Never in the workbook: a token must not travel with a file.
import type { Lang } from "./wire";

export interface Settings {
  token: string;
  who: string;
  lang: Lang | "";
  cells: Lang | "";
}
const KEY = "fanpan.settings";
const EMPTY: Settings = { token: "", who: "", lang: "", cells: "" };

interface Shelf {
  getItem(key: string): Promise<string | null> | string | null;
  setItem(key: string, value: string): Promise<void> | void;
}

// From Office's script; in a browser there is none.
declare const OfficeRuntime: { storage?: Shelf } | undefined;

function shelf(): Shelf {
  return typeof OfficeRuntime !== "undefined" && OfficeRuntime.storage
    ? OfficeRuntime.storage
    : localStorage;
}

export async function loadSettings(): Promise<Settings> {
  try {
    return { ...EMPTY, ...JSON.parse((await shelf().getItem(KEY)) ?? "{}") };
  } catch {
    return { ...EMPTY };
  }
}

export async function saveSettings(settings: Settings): Promise<void> {
  await shelf().setItem(KEY, JSON.stringify(settings));
}
