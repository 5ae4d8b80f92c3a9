import type { SyntaxNode } from "@lezer/common";
import { children, identifier } from "./expression.ts";
import type { SourceText } from "./pythonText.ts";

/** Which names a module binds and how often, and what its imports (at any depth) stand for. */
export interface Bindings {
  readonly bound: ReadonlyMap<string, number>;
  readonly imports: ReadonlyMap<string, string>;
}

/** Finds every way in which a module binds a name; a function that declares a name `global` counts once. */
export function bindings(top: SyntaxNode, source: SourceText): Bindings {
  const collector = new Collector(source);
  collector.visit(top, true);
  return collector;
}

class Collector implements Bindings {
  readonly bound = new Map<string, number>();
  readonly imports = new Map<string, string>();
  private readonly source: SourceText;

  constructor(source: SourceText) {
    this.source = source;
  }

  /** `module` is true outside of functions and classes. */
  visit(node: SyntaxNode, module: boolean): void {
    if (node.name === "FormatString") return;
    const scope = /^(?:FunctionDefinition|ClassDefinition|LambdaExpression)$/.test(node.name);
    if (node.name === "ImportStatement") this.importStatement(node, module);
    else if (node.name === "ScopeStatement" && !module) this.globals(node);
    else if (scope && module && node.name !== "LambdaExpression")
      this.bind(children(node).find((child) => child.name === "VariableName"));
    else if (module) this.statement(node);
    for (let child = node.firstChild; child !== null; child = child.nextSibling)
      this.visit(child, module && !scope);
  }

  private globals(node: SyntaxNode): void {
    if (node.firstChild?.name === "global") this.targets(children(node));
  }

  private text(node: SyntaxNode): string {
    return identifier(node, this.source);
  }

  private bind(node: SyntaxNode | undefined): void {
    if (node === undefined) return;
    const name = this.text(node);
    this.bound.set(name, (this.bound.get(name) ?? 0) + 1);
  }

  /** Binds the plain names in targets, also inside tuples and lists and behind stars. */
  private targets(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) {
      if (node.name === "VariableName") this.bind(node);
      else if (/^(Tuple|Array|Parenthesized)Expression$/.test(node.name)) this.targets(children(node));
    }
  }

  private statement(node: SyntaxNode): void {
    const parts = children(node);
    const upTo = (name: string) => {
      const end = parts.findIndex((part) => part.name === name);
      return end < 0 ? [] : parts.slice(0, end);
    };
    switch (node.name) {
      case "AssignStatement": {
        const last = parts.findLastIndex((part) => part.name === "AssignOp");
        if (last > 0) this.targets(parts.slice(0, last));
        break;
      }
      case "UpdateStatement":
        this.targets(parts.slice(0, 1));
        break;
      case "NamedExpression":
        this.targets(parts.slice(0, 1));
        break;
      case "DeleteStatement":
        this.targets(parts.slice(1));
        break;
      case "ForStatement":
        this.targets(upTo("in"));
        break;
      case "WithStatement":
      case "TryStatement":
        for (const [index, part] of parts.entries())
          if (part.name === "as") this.targets(parts.slice(index + 1, index + 2));
    }
  }

  private importStatement(node: SyntaxNode, module: boolean): void {
    const from = this.source.text.slice(node.from, node.to).startsWith("from");
    const parts = children(node);
    const importAt = from ? parts.findIndex((part) => part.name === "import") : 0;
    const origin = from
      ? parts
          .slice(1, importAt)
          .map((part) => this.text(part))
          .join("")
      : "";
    let dotted: SyntaxNode[] = [];
    let alias: SyntaxNode | undefined;
    const finish = () => {
      const head = dotted[0];
      if (head !== undefined) this.imported(origin, dotted, alias, head, module);
      dotted = [];
      alias = undefined;
    };
    for (const part of parts.slice(importAt + 1)) {
      if (part.name === ",") finish();
      else if (part.name !== "VariableName") continue;
      else if (part.prevSibling?.name === "as") alias = part;
      else dotted.push(part);
    }
    finish();
  }

  private imported(
    origin: string,
    dotted: readonly SyntaxNode[],
    alias: SyntaxNode | undefined,
    head: SyntaxNode,
    module: boolean,
  ): void {
    const path = dotted.map((part) => this.text(part)).join(".");
    const full = origin === "" ? path : `${origin}.${path}`;
    // `import a.b` binds only `a`.
    const local = alias ?? head;
    this.imports.set(this.text(local), alias === undefined && origin === "" ? this.text(head) : full);
    if (module) this.bind(local);
  }
}
