// Token, name and language; kept by the program, never in the workbook.
import type { Lang } from "../wire";
import type { App } from "./app";
import { h } from "./dom";

export async function settingsView(app: App): Promise<Node> {
  const { settings, lang } = app.parts;
  const { words } = app;
  const token = h("input", { type: "password", value: settings.token, autocomplete: "off", name: "token" });
  const who = h("input", { value: settings.who, name: "who" });
  const languages = (chosen: Lang): HTMLSelectElement =>
    h(
      "select",
      {},
      h("option", { value: "zh", selected: chosen === "zh" }, "中文"),
      h("option", { value: "en", selected: chosen === "en" }, "English"),
    );
  const shown = languages(lang());
  const cells = languages(settings.cells || lang());
  const state = await app.functions().then(
    () => h("p", { class: "good", role: "status" }, words("connected")),
    (error: unknown) => app.failure(error),
  );
  const save = (event: Event): void => {
    event.preventDefault();
    void app.save({
      token: token.value.trim(),
      who: who.value.trim(),
      lang: shown.value as Lang,
      cells: cells.value as Lang,
    });
  };
  return h(
    "form",
    { class: "ask", submit: save },
    state,
    h("label", {}, h("span", {}, words("who")), who),
    h("label", {}, h("span", {}, words("token")), token),
    h("label", {}, h("span", {}, words("language")), shown),
    h("label", {}, h("span", {}, words("cellLanguage")), cells),
    h("button", { class: "primary", type: "submit" }, words("save")),
  );
}
