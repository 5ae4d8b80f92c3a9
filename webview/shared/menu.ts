import { element } from "./dom.ts";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  run(): void;
}

/** A button with a menu under it: arrow keys, Home, End and Escape work as in VS Code's own menus. */
export function menuButton(id: string, label: string, items: readonly MenuItem[]): HTMLElement {
  const button = element(
    "button",
    { id, class: "button plain", type: "button", "aria-haspopup": "menu", "aria-expanded": "false" },
    label,
  );
  const entries = items.map((item) =>
    element(
      "button",
      {
        id: item.id,
        role: "menuitem",
        type: "button",
        tabindex: "-1",
        onclick: () => {
          close();
          item.run();
        },
      },
      item.label,
    ),
  );
  const menu = element(
    "div",
    { class: "menu", role: "menu", hidden: true, "aria-labelledby": id },
    ...entries,
  );
  const holder = element("div", { class: "menu-holder" }, button, menu);

  const open = () => {
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    entries[0]?.focus();
  };
  const close = () => {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  button.addEventListener("click", () => (menu.hidden ? open() : close()));
  menu.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement as HTMLButtonElement);
    const next = step(event.key, at, entries.length);
    if (event.key === "Escape") close();
    else if (next === undefined) return;
    else entries[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  });
  holder.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && holder.contains(event.relatedTarget)) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
  });
  return holder;
}

function step(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
