import { element } from "../shared/dom.ts";

/** A button that is pressed or not. */
export function toggle(id: string, label: string, title: string, changed: (isOn: boolean) => void) {
  const button = element(
    "button",
    { id, class: "button plain", type: "button", "aria-pressed": "false", title },
    label,
  );
  button.addEventListener("click", () => changed(button.getAttribute("aria-pressed") !== "true"));
  return {
    element: button,
    show: (isOn: boolean) => button.setAttribute("aria-pressed", String(isOn)),
  };
}
