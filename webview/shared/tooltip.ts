import { element } from "./dom.ts";

export interface TooltipContent {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

/** A small card beside the pointer or the keyboard's place. It never covers what it speaks of. */
export class Tooltip {
  readonly element = element("div", { id: "tooltip", role: "tooltip", hidden: true });

  show({ title, lines }: TooltipContent, x: number, y: number): void {
    const rows = lines.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    );
    this.element.replaceChildren(element("strong", {}, title), element("dl", {}, ...rows));
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = x + 14 + width > innerWidth ? x - 14 - width : x + 14;
    const top = y + 14 + height > innerHeight ? y - 14 - height : y + 14;
    this.element.style.left = `${Math.max(4, left)}px`;
    this.element.style.top = `${Math.max(4, top)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
