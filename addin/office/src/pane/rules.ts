// The rules of the team, edited where they stand.
import type { App } from "./app";
import { h } from "./dom";

const COLUMNS = ["key", "value", "unit", "note", "problem"];

export async function rulesView(app: App): Promise<Node> {
  const cells = (await app.host.readTables({ rules: COLUMNS })).rules;
  const text = (column: string, i: number): string => String(cells?.columns[column]?.[i] ?? "");
  const told = h("p", { class: "muted", role: "status" }, app.words("ruleHint"));
  const save = async (row: number, i: number, input: HTMLInputElement): Promise<void> => {
    if (input.value === text("value", i)) return;
    try {
      const edit = { cells: { value: [[row, input.value] as [number, string]] }, append: [] };
      const applied = await app.host.applyEdits({ tables: { rules: edit } });
      app.parts.changed?.();
      if (applied.kept > 0) {
        told.textContent = app.words("kept", { count: applied.kept });
        return;
      }
      cells!.columns.value![i] = input.value;
      told.textContent = app.words("saved");
    } catch (error) {
      told.replaceChildren(app.failure(error));
    }
  };
  return h(
    "section",
    { class: "rules" },
    told,
    ...(cells?.rows ?? []).map((row, i) => {
      const input = h("input", {
        value: text("value", i),
        "data-rule": text("key", i),
        "aria-label": text("key", i),
        change: (event) => void save(row, i, event.target as HTMLInputElement),
      });
      return h(
        "label",
        { class: text("problem", i) ? "rule warn" : "rule" },
        h("span", {}, text("note", i) || text("key", i), h("code", {}, text("key", i))),
        input,
        h("small", {}, text("unit", i)),
        text("problem", i) !== "" && h("small", { class: "failure" }, text("problem", i)),
      );
    }),
  );
}
