// Elements in one line.
type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child != null && child !== false));
  return element;
}

/** Text of a cell for people: a serial date as a date. */
export function momentText(serial: unknown): string {
  if (typeof serial === "string") return serial.slice(0, 16).replace("T", " ");
  if (typeof serial !== "number") return "";
  const at = new Date(Math.round((serial - 25_569) * 86_400) * 1000);
  return at.toISOString().slice(0, 16).replace("T", " ");
}
