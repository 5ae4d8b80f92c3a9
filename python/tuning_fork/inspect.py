"""Reads a training script with this interpreter's own ``ast``, without running any of it.

    python inspect.py train.py        reads a file
    python inspect.py -               reads UTF-8 text from standard input

Prints one JSON object: the facts described in ``src/script/facts.ts``, or ``{"python", "error": {"message",
"line"}}`` for a script that this Python cannot parse. Offsets are UTF-16 units into the text as it is, so that
an editor can use them as they are. Exit code 2 when the script cannot be read.
"""

import sys

# This file would shadow the standard library's `inspect` for whatever is imported below.
if __name__ == "__main__" and sys.path and not getattr(sys.flags, "safe_path", False):
    sys.path.pop(0)

import ast
import io
import json
import math
import re
import tokenize
import warnings

PARSER_METHODS = {
    "add_argument",
    "add_argument_group",
    "add_mutually_exclusive_group",
    "add_subparsers",
    "add_parser",
    "parse_args",
    "parse_known_args",
}
CONSTRUCTOR = re.compile(r"(?:ArgumentParser|ArgParser)$")
TUNE_COMMENT = re.compile(r"#[ \t]*tune\b[^:#]*:")
NAMED_CHARACTER = re.compile(r"(?<!\\)(?:\\\\)*\\N\{")
RAW = re.compile(r"[bB]?[rR]")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
PATTERNS = tuple(
    getattr(ast, name)
    for name in ("MatchValue", "MatchSingleton", "MatchMapping", "MatchClass")
    if hasattr(ast, name)
)
SCOPES = FUNCTIONS + (ast.ClassDef, ast.Lambda)


class Source:
    """The text and its lines; turns the columns of ``ast`` (UTF-8 bytes) into UTF-16 offsets."""

    def __init__(self, text):
        self.text = text
        # `ast` does not see a byte order mark; offsets count it.
        self.code = text[1:] if text.startswith("\ufeff") else text
        ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", self.code)]
        self.starts = [0] + ends
        self.lines = [self.code[a:b] for a, b in zip(self.starts, ends + [len(self.code)])]
        self.offsets = [len(text) - len(self.code)]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + utf16(line))

    def place(self, lineno, column):
        """The index into ``code`` of a line and a column in UTF-8 bytes."""
        line = self.lines[lineno - 1]
        return self.starts[lineno - 1] + len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def offset(self, lineno, column):
        head = self.code[self.starts[lineno - 1] : self.place(lineno, column)]
        return self.offsets[lineno - 1] + utf16(head)

    def end(self, node):
        return self.offset(node.end_lineno, node.end_col_offset)

    def span(self, node):
        return {"start": self.offset(node.lineno, node.col_offset), "end": self.end(node), "line": node.lineno}

    def segment(self, node):
        start = self.place(node.lineno, node.col_offset)
        return self.code[start : self.place(node.end_lineno, node.end_col_offset)]


def utf16(text):
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def dotted(node):
    """``a.b.c`` for a chain of names, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return None if head is None else head + "." + node.attr
    return None


def number(value):
    if isinstance(value, float):
        return {"kind": "float", "value": value} if math.isfinite(value) else None
    try:
        return {"kind": "int", "value": value} if math.isfinite(float(value)) else None
    except OverflowError:
        return None


def scalar(node, source):
    """The kind and value of a scalar literal, sign included; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        operand = node.operand
        value = operand.value if isinstance(operand, ast.Constant) else None
        if type(value) not in (int, float):
            return None
        return number(-value if isinstance(node.op, ast.USub) else value)
    if not isinstance(node, ast.Constant):
        return None
    value = node.value
    if value is None:
        return {"kind": "none", "value": None}
    if isinstance(value, bool):
        return {"kind": "bool", "value": value}
    if isinstance(value, str):
        # The reader in the editor has no table of Unicode names.
        text = source.segment(node)
        named = NAMED_CHARACTER.search(text) and not RAW.match(text)
        return None if named else {"kind": "str", "value": value}
    return number(value) if type(value) in (int, float) else None


def range_arguments(node, source):
    name = dotted(node.func)
    single = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if name in ("list", "tuple") and isinstance(single, ast.Call):
        return range_arguments(single, source)
    if name != "range" or node.keywords or not 1 <= len(node.args) <= 3:
        return None
    items = [scalar(arg, source) for arg in node.args]
    if any(item is None or item["kind"] != "int" for item in items):
        return None
    return [item["value"] for item in items]


def expression(node, source):
    """An ExpressionFact."""
    fact = {"span": source.span(node)}
    literal = scalar(node, source)
    if literal is not None:
        fact["literal"] = literal
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = [scalar(item, source) for item in node.elts]
        if all(item is not None for item in items):
            fact["items"] = [item["value"] for item in items]
    elif isinstance(node, ast.Call):
        numbers = range_arguments(node, source)
        if numbers is not None:
            fact["range"] = numbers
    else:
        name = dotted(node)
        if name is not None:
            fact["name"] = name
    return fact


def plain_names(targets):
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            yield from plain_names(target.elts)
        elif isinstance(target, ast.Starred):
            yield from plain_names([target.value])


def bound_names(node):
    """The names that one node at module level binds by itself."""
    if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
        return [node.name]
    if isinstance(node, (ast.Assign, ast.Delete)):
        return plain_names(node.targets)
    if isinstance(node, ast.AnnAssign):
        return plain_names([node.target] if node.value else [])
    if isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor, ast.NamedExpr)):
        return plain_names([node.target])
    if isinstance(node, ast.withitem):
        return plain_names([node.optional_vars] if node.optional_vars else [])
    if isinstance(node, ast.ExceptHandler):
        return [node.name] if node.name else []
    return []


class Reader:
    """Walks a module once and keeps its facts."""

    def __init__(self, tree, source):
        self.source = source
        self.bound = {}
        self.imports = {}
        self.calls = []
        self.assignments = []
        self.literals = []
        self.visit(tree, None, True)
        self.calls = [self.call(node, target) for node, target in self.calls if self.is_parser_call(node)]
        for fact in self.assignments:
            fact["bound"] = self.bound.get(fact["name"], 0)

    def bind(self, name):
        self.bound[name] = self.bound.get(name, 0) + 1

    def visit(self, node, parent, module, target=None):
        """``module`` is true outside of functions and classes; ``target`` is what a value is assigned to."""
        inside = module and not isinstance(node, SCOPES)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.importing(node, module)
        elif isinstance(node, ast.Global) and not module:
            for name in node.names:
                self.bind(name)
        elif module:
            for name in bound_names(node):
                self.bind(name)
            self.assignment(node)
        self.literal(node, parent)
        # Inside an f-string places are not known before Python 3.12; a pattern is no value.
        if isinstance(node, (ast.JoinedStr,) + PATTERNS):
            return
        if scalar(node, self.source) is None:
            goal = assigned_name(node)
            for child in ast.iter_child_nodes(node):
                self.visit(child, node, inside, goal if child is getattr(node, "value", None) else None)
        if isinstance(node, ast.Call):
            self.calls.append((node, target))

    def importing(self, node, module):
        origin = None
        if isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                continue
            head = alias.name.split(".")[0]
            full = alias.name if origin is None else origin + "." + alias.name
            local = alias.asname or head
            self.imports[local] = full if alias.asname or origin is not None else head
            if module:
                self.bind(local)

    def assignment(self, node):
        if isinstance(node, ast.Assign):
            target = node.targets[0] if len(node.targets) == 1 else None
            note = None
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target = node.target
            note = dotted(node.annotation)
        else:
            return
        if not isinstance(target, ast.Name) or (isinstance(node.value, ast.Tuple) and self.bare(node.value)):
            return
        fact = {"name": target.id, "value": expression(node.value, self.source)}
        if note is not None:
            fact["annotation"] = note
        fact["span"] = self.source.span(node)
        fact["endLine"] = node.end_lineno
        self.assignments.append(fact)

    def bare(self, node):
        """A tuple without parentheses: `a = 1, 2`."""
        return not self.source.segment(node).startswith("(") or node.elts[0].col_offset == node.col_offset

    def is_parser_call(self, node):
        name = dotted(node.func)
        if name is None:
            return isinstance(node.func, ast.Attribute) and node.func.attr in PARSER_METHODS
        head, _, rest = name.partition(".")
        full = self.imports.get(head, head) + ("." + rest if rest else "")
        return name.rpartition(".")[2] in PARSER_METHODS or bool(CONSTRUCTOR.search(full))

    def call(self, node, target):
        name = dotted(node.func)
        fact = {"callee": node.func.attr if name is None else name}
        if name is None and isinstance(node.func.value, ast.Call):
            fact["receiver"] = "@%d" % self.source.end(node.func.value)
        elif name is not None and "." in name:
            fact["receiver"] = name.rpartition(".")[0]
        if target is not None:
            fact["target"] = target
        plain = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
        named = [keyword for keyword in node.keywords if keyword.arg is not None]
        fact["args"] = [expression(arg, self.source) for arg in plain]
        fact["keywords"] = {keyword.arg: expression(keyword.value, self.source) for keyword in named}
        fact["spread"] = len(plain) + len(named) < len(node.args) + len(node.keywords)
        if node.args or node.keywords:
            fact["insertAt"] = max(self.source.end(item) for item in node.args + node.keywords)
        fact["span"] = self.source.span(node)
        fact["endLine"] = node.end_lineno
        return fact

    def literal(self, node, parent):
        value = scalar(node, self.source)
        if value is None or isinstance(parent, ast.Expr):
            return
        if node.end_lineno != node.lineno or self.concatenated(node):
            return
        fact = dict(value)
        fact["span"] = self.source.span(node)
        fact["text"] = self.source.segment(node)
        fact.update(label(node, parent, self.source))
        self.literals.append(fact)

    def concatenated(self, node):
        """`"a" "b"` is one constant to ``ast``."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return False
        text = self.source.segment(node)
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return sum(1 for token in tokens if token.type == tokenize.STRING) > 1


def assigned_name(node):
    if isinstance(node, ast.Assign):
        return dotted(node.targets[0]) if len(node.targets) == 1 else None
    return dotted(node.target) if isinstance(node, ast.AnnAssign) else None


def label(node, parent, source):
    """What the source calls a literal."""
    if isinstance(parent, ast.keyword):
        return {"label": parent.arg} if parent.arg else {}
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        name = assigned_name(parent) if parent.value is node else None
        return {"label": name.rpartition(".")[2]} if name else {}
    if isinstance(parent, ast.AugAssign):
        name = dotted(parent.target)
        return {"label": name.rpartition(".")[2]} if name else {}
    if isinstance(parent, ast.Dict):
        for key, value in zip(parent.keys, parent.values):
            if value is node and isinstance(key, ast.Constant) and isinstance(key.value, str):
                return {"label": key.value}
        return {}
    if isinstance(parent, ast.arguments):
        return parameter(node, parent)
    if isinstance(parent, ast.Call) and node in parent.args:
        name = dotted(parent.func)
        before = [arg for arg in parent.args if not isinstance(arg, ast.Starred)]
        return {"callee": name.rpartition(".")[2], "position": before.index(node) + 1} if name else {}
    return {}


def parameter(node, arguments):
    positional = arguments.posonlyargs + arguments.args
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs = list(zip(with_default, arguments.defaults)) + list(zip(arguments.kwonlyargs, arguments.kw_defaults))
    for argument, default in pairs:
        if default is node:
            return {"label": argument.arg}
    return {}


def comment_tokens(source):
    """Comments as the tokenizer finds them, so never inside a string."""
    lines = io.StringIO(source.code, newline=None).readline
    return [token for token in tokenize.generate_tokens(lines) if token.type == tokenize.COMMENT]


def tune_comments(tokens, source):
    found = []
    for token in tokens:
        match = TUNE_COMMENT.search(token.string)
        if match is None:
            continue
        line, column = token.start
        text = token.string[match.start() :]
        start = source.offsets[line - 1] + utf16(source.lines[line - 1][: column + match.start()])
        found.append({"text": text, "span": {"start": start, "end": start + utf16(text), "line": line}})
    return found


def on_its_line(fact, columns, source):
    """Adds the line that a literal stands on, without indentation and comment."""
    line = fact["span"]["line"]
    raw = source.lines[line - 1][: columns.get(line)].rstrip(" \t\f\r\n")
    code = raw.lstrip(" \t\f")
    start = source.offsets[line - 1] + len(raw) - len(code)
    column = fact["span"]["start"] - start
    return {**fact, "code": code, "column": column}


def inspect(text):
    """The facts of a script, as a JSON-ready dictionary."""
    source = Source(text)
    version = "%d.%d.%d" % sys.version_info[:3]
    try:
        with warnings.catch_warnings():
            # Remarks about the script's style are for its author, when it runs.
            warnings.simplefilter("ignore")
            tree = ast.parse(source.code)
    except SyntaxError as error:
        return {"python": version, "error": {"message": error.msg, "line": error.lineno or 1}}
    except (RecursionError, MemoryError, ValueError) as error:
        return {"python": version, "error": {"message": str(error) or type(error).__name__, "line": 1}}
    reader = Reader(tree, source)
    tokens = comment_tokens(source)
    columns = {token.start[0]: token.start[1] for token in tokens}
    comments = tune_comments(tokens, source)
    marked = {comment["span"]["line"] for comment in comments}
    literals = [on_its_line(fact, columns, source) for fact in reader.literals if fact["span"]["line"] in marked]
    return {
        "python": version,
        "imports": reader.imports,
        "calls": sorted(reader.calls, key=lambda fact: fact["span"]["end"]),
        "assignments": sorted(reader.assignments, key=lambda fact: fact["span"]["start"]),
        "comments": comments,
        "literals": sorted(literals, key=lambda fact: fact["span"]["start"]),
    }


def read(path):
    if path == "-":
        return sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    with open(path, "rb") as file:
        data = file.read()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    mark = "\ufeff" if encoding == "utf-8-sig" else ""
    return mark + data.decode(encoding)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: inspect.py SCRIPT   (- reads standard input)")
    try:
        text = read(sys.argv[1])
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        print("inspect.py: cannot read %s: %s" % (sys.argv[1], error), file=sys.stderr)
        sys.exit(2)
    print(json.dumps(inspect(text)))


if __name__ == "__main__":
    main()
