// Cell calls of one tick in one request: equal calls once, equal ranges once, rules texts once.
// Whatever happens, every caller is answered, so that no cell stays busy.
import { ServiceError } from "./service";
import type { Lang, WireArg, WireResult } from "./wire";

export interface BatchOptions {
  send: (body: string) => Promise<{ results: WireResult[] }>;
  lang: () => Lang;
  words?: boolean;
  moments?: "serial" | "iso";
  windowMs?: number;
  mostCalls?: number;
  mostCharacters?: number;
  mostRequests?: number;
  remember?: number;
  strange?: () => string;
}
interface Waiter {
  resolve: (value: WireResult) => void;
  reject: (error: unknown) => void;
}
interface Entry {
  text: string;
  memory: string | null;
  /** Positions of the ranges that it names. */
  uses: number[];
  waiters: Waiter[];
}
interface Batch {
  entries: Map<string, Entry>;
  ranges: Map<string, number>;
  rules: Map<string, number>;
  characters: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}
const SMALL_RANGE = 40;

export class Batcher {
  private open: Batch | undefined;
  private readonly queue: Batch[] = [];
  private running = 0;
  private readonly known = new Map<string, WireResult>();

  constructor(private readonly options: BatchOptions) {}

  call(f: string, args: WireArg[], rules?: string): Promise<WireResult> {
    const memory = this.memoryKey(f, args, rules);
    const known = this.recall(memory);
    if (known !== undefined) return Promise.resolve(known);
    const batch = (this.open ??= this.begin());
    const uses: number[] = [];
    const text = this.text(batch, f, args, uses, rules);
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const entry = batch.entries.get(text);
      if (entry) {
        entry.waiters.push(waiter);
        return;
      }
      batch.entries.set(text, { text, memory, uses, waiters: [waiter] });
      batch.characters += text.length;
      if (
        batch.entries.size >= (this.options.mostCalls ?? 5000) ||
        batch.characters >= (this.options.mostCharacters ?? 4_000_000)
      ) {
        this.close();
      }
    });
  }

  /** The answer if it is known already; a preview in the formula bar asks no service. */
  recallCall(f: string, args: WireArg[], rules?: string): WireResult | undefined {
    return this.recall(this.memoryKey(f, args, rules));
  }

  forget(): void {
    this.known.clear();
  }

  private begin(): Batch {
    return {
      entries: new Map(),
      ranges: new Map(),
      rules: new Map(),
      characters: 0,
      timer: setTimeout(() => this.close(), this.options.windowMs ?? 15),
    };
  }

  private close(): void {
    const batch = this.open;
    if (!batch) return;
    clearTimeout(batch.timer);
    this.open = undefined;
    this.queue.push(batch);
    this.pump();
  }

  private pump(): void {
    while (this.running < (this.options.mostRequests ?? 4) && this.queue.length > 0) {
      const batch = this.queue.shift()!;
      this.running += 1;
      void this.run(batch, [...batch.entries.values()]).finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  private async run(batch: Batch, entries: Entry[]): Promise<void> {
    try {
      const { results } = await this.options.send(this.body(batch, entries));
      if (!Array.isArray(results) || results.length !== entries.length) {
        throw new ServiceError(this.options.strange?.() ?? "The service answered something else.");
      }
      entries.forEach((entry, i) => {
        const result = results[i]!;
        this.remember(entry.memory, result);
        for (const waiter of entry.waiters) waiter.resolve(result);
      });
    } catch (error) {
      if (error instanceof ServiceError && error.status === 413 && entries.length > 1) {
        const half = entries.length >> 1;
        await this.run(batch, entries.slice(0, half));
        await this.run(batch, entries.slice(half));
        return;
      }
      for (const entry of entries) for (const waiter of entry.waiters) waiter.reject(error);
    }
  }

  private body(batch: Batch, entries: Entry[]): string {
    const head = JSON.stringify({
      lang: this.options.lang(),
      moments: this.options.moments ?? "serial",
      words: this.options.words ?? true,
      rules: [...batch.rules.keys()],
    });
    // A part of a batch keeps the numbers of the ranges, and sends those alone that it uses.
    const used = new Set(entries.flatMap((entry) => entry.uses));
    const ranges = [...batch.ranges.keys()].map((text, i) => (used.has(i) ? text : "[]")).join(",");
    const calls = entries.map((entry) => entry.text).join(",");
    return `${head.slice(0, -1)},"ranges":[${ranges}],"calls":[${calls}]}`;
  }

  private text(batch: Batch, f: string, args: WireArg[], uses: number[], rules?: string): string {
    const sent = args.map((arg) => {
      if (!Array.isArray(arg)) return JSON.stringify(arg);
      const text = JSON.stringify(arg);
      if (text.length < SMALL_RANGE) return text;
      const range = this.index(batch, batch.ranges, text);
      uses.push(range);
      return `{"range":${range}}`;
    });
    const with_ = rules === undefined ? "" : `,"rules":${this.index(batch, batch.rules, rules)}`;
    return `{"f":${JSON.stringify(f)},"args":[${sent.join(",")}]${with_}}`;
  }

  private index(batch: Batch, texts: Map<string, number>, text: string): number {
    let found = texts.get(text);
    if (found === undefined) {
      found = texts.size;
      texts.set(text, found);
      batch.characters += text.length;
    }
    return found;
  }

  // Excel asks again whenever rows are inserted or a file is opened; the answers are pure.
  private memoryKey(f: string, args: WireArg[], rules?: string): string | null {
    if (this.options.remember === 0 || args.some(Array.isArray)) return null;
    return `${this.options.lang()} ${f} ${JSON.stringify(args)} ${rules ?? ""}`;
  }

  private recall(key: string | null): WireResult | undefined {
    if (key === null) return undefined;
    const found = this.known.get(key);
    if (found !== undefined) {
      this.known.delete(key);
      this.known.set(key, found);
    }
    return found;
  }

  private remember(key: string | null, result: WireResult): void {
    const error = typeof result === "object" && result !== null && "error" in result;
    if (key === null || error) return;
    this.known.set(key, result);
    if (this.known.size > (this.options.remember ?? 20_000)) {
      this.known.delete(this.known.keys().next().value!);
    }
  }
}
