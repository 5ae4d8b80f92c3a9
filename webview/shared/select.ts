import { element } from "./dom.ts";

/** A list to pick one of; `label` is for screen readers. */
export function picker(id: string, label: string, pick: (value: string) => void): HTMLSelectElement {
  const select = element("select", { id, "aria-label": label, onchange: () => pick(select.value) });
  return select;
}

/** Sets what there is to pick, and leaves a list as it is where that has not changed. */
export function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  const now = [...select.options].map(({ value, text }) => `${value} ${text}`).join("\n");
  if (now === options.map(([value, text]) => `${value} ${text}`).join("\n")) return;
  const { value: before } = select;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  select.value = before;
}

/** Parameters to pick an axis from, with their importance where it is known. */
export function parameterOptions(
  parameters: readonly { readonly name: string; readonly importance?: number | null | undefined }[],
): (readonly [string, string])[] {
  return parameters.map(({ name, importance }) => {
    const share =
      importance === undefined || importance === null ? "" : ` · ${Math.round(importance * 100)} %`;
    return [name, `${name}${share}`] as const;
  });
}
