// Every button of the catalogue, by group.
import type { Word } from "../words";
import type { App } from "./app";
import { h } from "./dom";
import { openForm, runButton } from "./press";

const TITLES: Record<string, Word> = {
  table: "tableGroup",
  case: "caseGroup",
  report: "reportGroup",
  steering: "steering",
};

export async function buttonsView(app: App): Promise<Node> {
  const buttons = await app.buttons();
  const groups = [...new Set(buttons.map((button) => button.group))];
  return h(
    "section",
    {},
    ...groups.map((group) =>
      h(
        "div",
        { class: "group" },
        h("h3", {}, app.words(TITLES[group] ?? "steering")),
        ...buttons
          .filter((button) => button.group === group)
          .map((button) =>
            h(
              "button",
              {
                "data-press": button.name,
                title: button.description,
                click: () =>
                  void (button.options.length > 0
                    ? openForm(app, button)
                    : runButton(app, button, {}, [])),
              },
              button.title,
            ),
          ),
      ),
    ),
  );
}
