// A tracker file in the browser as a host: each press sends it and gets it back.
import { type Applied, base64Of, type Host, localNow, type Phase, type Press, type Pressed } from "./host";
import { type Service, ServiceError } from "./service";
import type { Edits, Lang, Needs, SentFile, Sheet, Summary, Tables } from "./wire";
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
  readonly writes = false;
  readonly jumps = false;
  readonly manyFiles = true;
  readonly stops = true;
  tracker: { name: string; content: Blob } | null = null;
  /** Something was written that the person has not downloaded yet. */
  unsaved = false;

  constructor(
    private readonly service: Service,
    private readonly lang: () => Lang,
    private readonly words: Words,
  ) {}

  open(file: File): void {
    this.tracker = { name: file.name, content: file };
    this.unsaved = false;
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
  async file(): Promise<SentFile | null> {
    if (!this.tracker) return null;
    return { name: this.tracker.name, base64: await base64Of(this.tracker.content) };
  }

  async readTables(needs: Needs): Promise<Tables> {
    if (!this.tracker) throw new Refused(this.words("noFile"), true);
    return (await this.send(LOOK, {}, [], needs)).tables ?? {};
  }

  applyEdits(_edits: Edits): Promise<Applied> {
    throw new Refused(this.words("readOnly"));
  }

  async press({ button, options, files, phase, signal }: Press): Promise<Pressed> {
    const imports = button.options.some((option) => option.type === "file");
    if (!this.tracker && !imports) throw new Refused(this.words("noFile"), true);
    phase("sending");
    const answer = await this.send(button.name, options, files, {}, this.tracker, phase, signal);
    if (answer.changed) {
      const bytes = Uint8Array.from(atob(answer.file), (letter) => letter.charCodeAt(0));
      this.tracker = { name: this.tracker?.name ?? "tracker.xlsx", content: new Blob([bytes]) };
      this.unsaved = true;
    }
    return { summary: answer.summary, applied: null, files: [], sheets: answer.sheets };
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
    const form = new FormData();
    if (tracker) form.append("tracker", tracker.content, tracker.name);
    for (const file of exports) form.append("export", file, file.name);
    form.append("options", JSON.stringify(options));
    form.append("read", JSON.stringify(read));
    form.append("lang", this.lang());
    form.append("now", localNow());
    return this.service.watched<Answer>(`/v1/files/${button}`, form, phase, signal);
  }
}
