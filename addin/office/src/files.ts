// A tracker file in the browser as a host: each press sends it and gets it back.
import { type Applied, base64Of, type Host, localNow, type Phase, type Press, type Pressed } from "./host";
import { type Service, ServiceError } from "./service";
import type { Edits, Lang, Needs, SentFile, Sheet, Summary, Tables, Tracker } from "./wire";
import { Refused } from "./places";
import type { Words } from "./words";

interface Answer {
  summary: Summary;
  sheets: Sheet[];
  changed: boolean;
  file: string;
  tables?: Tables;
}
/** Reads without changing anything. */
const LOOK = "check";
/** Of the answer where the file was read, and is none; any other refusal says nothing of the file. */
const NO_TRACKER = 422;

export class BrowserFile implements Host {
  readonly jumps = false;
  readonly manyFiles = true;
  readonly stops = true;
  tracker: { name: string; content: Blob } | null = null;
  /** Something was written that the person has not downloaded yet. */
  unsaved = false;
  /** What the person saw: a cell is written only where it still holds that. */
  private seen: Tables = {};
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly service: Service,
    private readonly lang: () => Lang,
    private readonly words: Words,
    private readonly declared: () => Promise<Tracker>,
  ) {}

  open(file: File): void {
    this.tracker = { name: file.name, content: file };
    this.unsaved = false;
    this.seen = {};
  }

  /** Whether the service finds the tables of a tracker in this file. */
  async isTracker(file: File): Promise<boolean> {
    try {
      await this.send(LOOK, {}, [], {}, { name: file.name, content: file });
      return true;
    } catch (error) {
      if (error instanceof ServiceError && error.status === NO_TRACKER) return false;
      throw error;
    }
  }

  /** The tracker as it stands now, to be kept. */
  file(): Promise<SentFile | null> {
    return this.inTurn(async () => {
      if (!this.tracker) return null;
      return { name: this.tracker.name, base64: await base64Of(this.tracker.content) };
    });
  }

  readTables(needs: Needs): Promise<Tables> {
    return this.inTurn(async () => {
      if (!this.tracker) throw new Refused(this.words("noFile"), true);
      const found = (await this.send(LOOK, {}, [], needs)).tables ?? {};
      Object.assign(this.seen, found);
      return found;
    });
  }

  /** Cells that were typed; nothing else comes to a file this way. */
  applyEdits({ tables }: Edits): Promise<Applied> {
    return this.inTurn(async () => {
      const { tracker } = this;
      if (!tracker) throw new Refused(this.words("noFile"), true);
      const known = (await this.declared()).tables;
      const cells: Record<string, Edits["tables"][string]["cells"]> = {};
      const seen: Tables = {};
      for (const [id, edit] of Object.entries(tables)) {
        cells[id] = edit.cells;
        const { rows, columns } = this.seen[id] ?? { rows: [], columns: {} };
        const key = known.find((table) => table.id === id)?.key ?? [];
        const sent = [...key, ...Object.keys(edit.cells)].filter((column) => columns[column]);
        seen[id] = { rows, columns: Object.fromEntries(sent.map((column) => [column, columns[column]!])) };
      }
      const form = this.form(tracker, { edits: JSON.stringify({ cells, seen }) });
      const answer = await this.service.watched<Answer>("/v1/edits", form, () => {});
      this.take(answer, tracker);
      const { cells_changed: written = 0, cells_kept: kept = 0 } = answer.summary.counts;
      return { cells: written, rows: 0, kept, absent: [] };
    });
  }

  press({ button, options, files, phase, signal }: Press): Promise<Pressed> {
    return this.inTurn(async () => {
      const { tracker } = this;
      const imports = button.options.some((option) => option.type === "file");
      if (!tracker && !imports) throw new Refused(this.words("noFile"), true);
      phase("sending");
      const answer = await this.send(button.name, options, files, {}, tracker, phase, signal);
      this.take(answer, tracker);
      return { summary: answer.summary, applied: null, files: [], sheets: answer.sheets };
    });
  }

  jumpTo(): Promise<void> {
    throw new Refused(this.words("onlyDesktop"));
  }

  async selectedKey(): Promise<string> {
    return "";
  }

  async insertFormula(): Promise<boolean> {
    return false;
  }

  private send(
    button: string,
    options: Record<string, unknown>,
    exports: File[],
    read: Needs = {},
    tracker = this.tracker,
    phase: Phase = () => {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const form = this.form(tracker, {
      options: JSON.stringify(options),
      read: JSON.stringify(read),
      now: localNow(),
    });
    for (const file of exports) form.append("export", file, file.name);
    return this.service.watched<Answer>(`/v1/files/${button}`, form, phase, signal);
  }

  private form(tracker: BrowserFile["tracker"], fields: Record<string, string>): FormData {
    const form = new FormData();
    if (tracker) form.append("tracker", tracker.content, tracker.name);
    for (const [name, text] of Object.entries(fields)) form.append(name, text);
    form.append("lang", this.lang());
    return form;
  }

  /** The file that came back, unless another one was opened meanwhile. */
  private take(answer: Answer, sent: BrowserFile["tracker"]): void {
    if (!answer.changed || this.tracker !== sent) return;
    const bytes = Uint8Array.from(atob(answer.file), (letter) => letter.charCodeAt(0));
    this.tracker = { name: sent?.name ?? "tracker.xlsx", content: new Blob([bytes]) };
    this.unsaved = true;
  }

  /** One after the other: each works on the file that the one before has left. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }
}
