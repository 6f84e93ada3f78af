// Every button of the catalogue, by group.
import type { App } from "./app";
import { h } from "./dom";
import { openForm, runButton } from "./press";

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
