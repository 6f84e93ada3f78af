// The pane: tabs, progress, and what every view shares.
import type { Host } from "../host";
import { Refused } from "../places";
import { saveSettings, type Settings } from "../settings";
import { type Service, ServiceError } from "../service";
import type { ButtonInfo, FunctionInfo, Lang, Summary, Tracker } from "../wire";
import { type Word, type Words } from "../words";
import { buttonsView } from "./buttons";
import { casesView } from "./cases";
import { functionsView } from "./functions";
import { h } from "./dom";
import { openForm, runButton } from "./press";
import { problemsView } from "./problems";
import { rulesView } from "./rules";
import { settingsView } from "./settings";

export type View = (app: App) => Promise<Node> | Node;
const TABS: [Word, View][] = [
  ["cases", casesView],
  ["buttons", buttonsView],
  ["problems", problemsView],
  ["functions", functionsView],
  ["rules", rulesView],
  ["settings", settingsView],
];

export interface AppParts {
  root: HTMLElement;
  host: Host;
  service: Service;
  settings: Settings;
  lang: () => Lang;
  words: Words;
  /** Placed above the tabs: where the page takes files. */
  top?: (app: App) => Node;
  changed?: () => void;
}

export class App {
  lastSummary: Summary | null = null;
  private tab: Word = "cases";
  /** Counts what was put into view, so that a view that came too late does not cover a newer one. */
  private turn = 0;
  private readonly asked = new Map<string, Promise<unknown>>();
  private readonly main = h("main", { id: "view", tabindex: "-1" });
  private readonly bar = h("div", { id: "progress", role: "status", "aria-live": "polite" });

  constructor(readonly parts: AppParts) {}

  get host(): Host {
    return this.parts.host;
  }
  get words(): Words {
    return this.parts.words;
  }

  functions(): Promise<FunctionInfo[]> {
    return this.ask(`/v1/functions?lang=${this.parts.lang()}`);
  }
  buttons(): Promise<ButtonInfo[]> {
    return this.ask(`/v1/buttons?lang=${this.parts.lang()}`);
  }
  tracker(): Promise<Tracker> {
    return this.ask(`/v1/tracker?lang=${this.parts.lang()}`);
  }

  private ask<T>(path: string): Promise<T> {
    let found = this.asked.get(path);
    if (!found) {
      found = this.parts.service.get<T>(path);
      this.asked.set(path, found);
      found.catch(() => this.asked.delete(path));
    }
    return found as Promise<T>;
  }

  async start(tab = this.tab): Promise<void> {
    const { root, words, top } = this.parts;
    document.documentElement.lang = this.parts.lang() === "zh" ? "zh-CN" : "en";
    const tabs = TABS.map(([word]) =>
      h("button", { role: "tab", "data-tab": word, click: () => void this.show(word) }, words(word)),
    );
    root.replaceChildren(
      h("header", {}, h("strong", { class: "brand" }, words("start")), top?.(this)),
      h("nav", { role: "tablist" }, ...tabs),
      this.bar,
      this.main,
    );
    await this.show(tab);
  }

  async show(word: Word): Promise<void> {
    this.tab = word;
    const turn = ++this.turn;
    for (const tab of this.parts.root.querySelectorAll<HTMLElement>("[role=tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === word));
    }
    const view = TABS.find(([name]) => name === word)![1];
    this.progress("reading");
    let found: Node;
    try {
      found = await view(this);
    } catch (error) {
      found = this.failure(error);
    }
    if (turn === this.turn) this.main.replaceChildren(found);
    if (word === this.tab) this.progress(null);
  }

  reload(): Promise<void> {
    return this.show(this.tab);
  }

  put(node: Node): void {
    this.turn += 1;
    this.main.replaceChildren(node);
    this.main.scrollTop = 0;
  }

  /** What is going on, or null when nothing is. */
  progress(phase: string | null, title = "", stop?: () => void): void {
    if (phase === null) {
      this.bar.replaceChildren();
      return;
    }
    const text = this.words(phase as Word);
    this.bar.replaceChildren(
      h("progress", {}),
      h("span", {}, title ? this.words("told", { title, text }) : text),
      ...(stop ? [h("button", { id: "stop", class: "link", click: stop }, this.words("cancel"))] : []),
    );
  }

  failure(error: unknown): Node {
    const told = error instanceof Error ? error.message : String(error);
    const where = error instanceof ServiceError && error.where ? h("p", {}, error.where) : null;
    if (error instanceof Refused && error.hint) return h("p", { class: "muted" }, told);
    const token =
      error instanceof ServiceError && error.status === 401 && this.tab !== "settings"
        ? h("button", { click: () => void this.show("settings") }, this.words("enterToken"))
        : null;
    return h("div", { class: "failure", role: "alert" }, h("p", {}, told), where, token);
  }

  async save(settings: Partial<Settings>): Promise<void> {
    Object.assign(this.parts.settings, settings);
    await saveSettings(this.parts.settings);
    this.asked.clear();
    this.parts.changed?.();
    await this.start();
  }

  /** Keep the name that a person gave with a press, where none was set. */
  async remember(who: unknown): Promise<void> {
    const { settings } = this.parts;
    if (settings.who !== "" || typeof who !== "string" || who === "") return;
    settings.who = who;
    await saveSettings(settings);
  }

  async pressNamed(name: string, given: Record<string, unknown> = {}): Promise<void> {
    const button = (await this.buttons()).find((known) => known.name === name);
    if (!button) return;
    const missing = button.options.some((option) => option.required && given[option.name] === undefined);
    if (missing) await openForm(this, button, given);
    else await runButton(this, button, given, []);
  }
}
