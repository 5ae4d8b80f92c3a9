import { changeset, parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

/** One row of a chart's data: flat, with a key that says which mark it is. */
export interface Row {
  readonly key: string;
  /** The trial that a click on it selects. */
  readonly trial?: number | null;
  /** The cell of a map that it is. */
  readonly cell?: number;
}

/** What to draw: a spec over named data sets (a pure function of theme and options) and their rows. */
export interface Drawing {
  readonly spec: TopLevelSpec;
  readonly data: Readonly<Record<string, readonly Row[]>>;
  readonly width: number;
  readonly height: number;
  /** Values of the spec's params. */
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface ChartEvents {
  pick(row: Row): void;
  hover(row: Row | undefined, x: number, y: number): void;
}

/** Shortest time between two updates in milliseconds: four a second. */
const UPDATE_INTERVAL = 250;
/** Above so many rows a chart is painted on a canvas: that many SVG elements are slow. */
const MOST_SVG_ROWS = 1_500;

/**
 * One Vega view in an element. A new drawing with the same spec only changes rows and sizes; a new spec (or more
 * rows than SVG can bear) makes a new view. Runs without `eval`: the expressions are interpreted.
 */
export class Chart {
  readonly #element: HTMLElement;
  readonly #events: ChartEvents;
  #view: View | undefined;
  #made = "";
  #drawn: Drawing | undefined;
  #waiting: Drawing | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NEGATIVE_INFINITY;
  readonly #rows = new Map<string, Map<string, Row>>();

  constructor(element: HTMLElement, events: ChartEvents) {
    this.#element = element;
    this.#events = events;
  }

  /** Draws soon: at once if the last update is long enough ago. Of several drawings the last is drawn. */
  draw(drawing: Drawing): void {
    this.#waiting = drawing;
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + UPDATE_INTERVAL - performance.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  /** Replaces the rows of one small data set at once: what is selected, where the keyboard is. */
  overlay(name: string, rows: readonly Row[]): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) this.#waiting = { ...waiting, data: { ...waiting.data, [name]: rows } };
    if (this.#view === undefined) return;
    if (this.#change(this.#view, name, rows)) this.#run(this.#view);
  }

  /** Draws what waits now: before saving. */
  get ready(): Promise<View | undefined> {
    if (this.#waiting !== undefined) this.#flush();
    return this.#view === undefined ? Promise.resolve(undefined) : this.#view.runAsync();
  }

  /** Where a point of the data lies, in pixels of the element. */
  locate(x: number, y: number): { x: number; y: number } | undefined {
    if (this.#view === undefined) return undefined;
    const [left, top] = this.#view.origin();
    const padding = this.#view.padding() as { left: number; top: number };
    const scale = (name: string, value: number) => this.#view?.scale(name)(value) as number;
    return { x: left + padding.left + scale("x", x), y: top + padding.top + scale("y", y) };
  }

  get drawn(): Drawing | undefined {
    return this.#drawn;
  }

  finalize(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
    this.#view?.finalize();
    this.#view = undefined;
    this.#made = "";
    this.#element.replaceChildren();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const drawing = this.#waiting;
    this.#waiting = undefined;
    if (drawing === undefined) return;
    this.#last = performance.now();
    const rows = Object.values(drawing.data).reduce((sum, list) => sum + list.length, 0);
    const renderer = rows > MOST_SVG_ROWS ? "canvas" : "svg";
    const wanted = `${renderer} ${JSON.stringify(drawing.spec)}`;
    if (this.#view === undefined || wanted !== this.#made) {
      this.finalize();
      this.#view = this.#create(drawing.spec, renderer);
      this.#made = wanted;
    }
    this.#drawn = drawing;
    this.#update(this.#view, drawing);
  }

  #create(spec: TopLevelSpec, renderer: "svg" | "canvas"): View {
    const runtime = parse(compile(spec).spec, undefined, { ast: true });
    const view = new View(runtime, { expr: expressionInterpreter, renderer, container: this.#element });
    view.addEventListener("click", (_, item) => {
      const row = rowOf(item);
      if (row !== undefined) this.#events.pick(row);
    });
    view.addEventListener("pointermove", (event, item) => {
      const { clientX, clientY } = event as PointerEvent;
      this.#events.hover(rowOf(item), clientX, clientY);
    });
    view.addEventListener("pointerout", () => this.#events.hover(undefined, 0, 0));
    this.#rows.clear();
    return view;
  }

  #update(view: View, { data, width, height, params }: Drawing): void {
    for (const [name, rows] of Object.entries(data)) this.#change(view, name, rows);
    for (const [name, value] of Object.entries(params ?? {})) view.signal(name, value);
    view.width(width).height(height);
    this.#run(view);
  }

  #run(view: View): void {
    view.runAsync().then(
      () => this.#mark(),
      (error: unknown) => console.error(error),
    );
  }

  /** Inserts, removes and replaces only the rows that differ. Vega keeps the objects, so it gets copies. */
  #change(view: View, name: string, rows: readonly Row[]): boolean {
    const held = this.#rows.get(name) ?? new Map<string, Row>();
    const next = new Map<string, Row>();
    const inserted: Row[] = [];
    for (const row of rows) {
      const old = held.get(row.key);
      const kept = old !== undefined && sameRow(old, row) ? old : { ...row };
      if (kept !== old) inserted.push(kept);
      next.set(row.key, kept);
    }
    const removed = [...held.values()].filter((row) => next.get(row.key) !== row);
    this.#rows.set(name, next);
    if (inserted.length === 0 && removed.length === 0) return false;
    view.change(name, changeset().remove(removed).insert(inserted));
    return true;
  }

  /** Names the trials in the document, for tests and for scripts of assistive technology. */
  #mark(): void {
    for (const element of this.#element.querySelectorAll<SVGElement>(
      "svg .mark-symbol path, svg .mark-rect path",
    )) {
      const trial = rowOf((element as { __data__?: unknown }).__data__)?.trial;
      if (typeof trial === "number") element.dataset.trial = String(trial);
      else delete element.dataset.trial;
    }
  }
}

function rowOf(item: unknown): Row | undefined {
  const datum = (item as { datum?: Row } | null | undefined)?.datum;
  return typeof datum?.trial === "number" || typeof datum?.cell === "number" ? datum : undefined;
}

function sameRow(a: Row, b: Row): boolean {
  for (const [name, value] of Object.entries(b)) {
    if ((a as unknown as Record<string, unknown>)[name] !== value) return false;
  }
  return true;
}
