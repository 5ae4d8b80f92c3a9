"""Runs a script with other values for its constants and literals; the file on disk stays as it is.

    TUNING_FORK_BIND='{"constants": {"LR": 0.01}}' python launch.py train.py --epochs 3

The script's syntax tree is changed in memory and compiled under the script's own name, so it runs as
``__main__`` and tracebacks show the lines of the file. Exit code 64 when a value has no place in the script.

TUNING_FORK_BIND is JSON: ``constants`` maps module-level names to values; ``literals`` lists
``{"text", "line", "nth", "at", "value"}``: the ``nth`` (from 1) literal ``text`` on a line that reads ``line``
(without indentation and comment), nearest to line number ``at``.
"""

import sys

# The folder of this file must not be searched: its `inspect` is not the standard library's.
if __name__ == "__main__" and sys.path and not getattr(sys.flags, "safe_path", False):
    sys.path.pop(0)

import _ast
import os

BAD_BINDING = 64
_SCOPES = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)
_PATTERNS = ("MatchValue", "MatchSingleton", "MatchMapping", "MatchClass")


class Unbound(Exception):
    """A value has no place in the script."""


def rewrite(data, filename, bind):
    """The code of a script (bytes) with the values of ``bind`` put in. Raises Unbound, SyntaxError."""
    tree = compile(data, filename, "exec", _ast.PyCF_ONLY_AST, True)
    for name, value in bind.get("constants", {}).items():
        if not _set_constant(tree, name, value):
            raise Unbound("there is no module-level assignment of %s" % name)
    literals = bind.get("literals", [])
    if literals:
        places = Places(data, tree)
        # All are found before the first is replaced: a new value must not be taken for an old one.
        for place, literal in [(places.find(literal), literal) for literal in literals]:
            _replace(*place, value=literal["value"])
    return compile(tree, filename, "exec", 0, True)


def _children(node):
    """The nodes below one node in the order of the text, each with its field and its index there, or None."""
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for index, child in enumerate(value):
                if isinstance(child, _ast.AST):
                    yield child, field, index
        elif isinstance(value, _ast.AST):
            yield value, field, None


def _set_constant(block, name, value):
    """Replaces the value of the first assignment of one name at module level, also in `if`, `try`, `with` …"""
    for node, _, _ in _children(block):
        if isinstance(node, (_ast.Assign, _ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, _ast.Assign) else [node.target]
            if len(targets) == 1 and isinstance(targets[0], _ast.Name) and targets[0].id == name:
                note = getattr(node, "annotation", None)
                floating = isinstance(note, _ast.Name) and note.id == "float"
                node.value = _constant(value, node.value, floating)
                return True
        elif isinstance(node, (_ast.stmt, _ast.excepthandler)) and not isinstance(node, _SCOPES):
            if _set_constant(node, name, value):
                return True
    return False


def _replace(parent, field, index, value):
    if index is None:
        setattr(parent, field, _constant(value, getattr(parent, field)))
    else:
        getattr(parent, field)[index] = _constant(value, getattr(parent, field)[index])


def _constant(value, old, floating=False):
    """A constant in the place of ``old``; JSON does not tell 1.0 from 1, but the old value does."""
    operand = old.operand if isinstance(old, _ast.UnaryOp) else old
    if type(value) is int and (floating or type(getattr(operand, "value", None)) is float):
        value = float(value)
    new = _ast.Constant(value=value, kind=None)
    for attribute in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(new, attribute, getattr(old, attribute))
    return new


def _is_literal(node):
    if isinstance(node, _ast.UnaryOp) and isinstance(node.op, (_ast.USub, _ast.UAdd)):
        return isinstance(node.operand, _ast.Constant) and type(node.operand.value) in (int, float)
    return isinstance(node, _ast.Constant) and (node.value is None or type(node.value) in (int, float, str, bool))


class Places:
    """The literals of a script by what stands around them on their lines."""

    def __init__(self, data, tree):
        from io import BytesIO
        import tokenize

        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        self.lines = [line.encode("utf-8", "surrogatepass") for line in text.split("\n")]
        self.starts = {}
        comments = {}
        for token in tokenize.generate_tokens(iter(text.splitlines(True)).__next__):
            if token.type == tokenize.COMMENT:
                comments[token.start[0]] = len(token.line[: token.start[1]].encode("utf-8"))
        self.code = {}
        for number, line in enumerate(self.lines, 1):
            raw = line[: comments.get(number)].rstrip(b" \t\f")
            code = raw.lstrip(b" \t\f")
            self.starts[number] = len(raw) - len(code)
            self.code[number] = code
        self.literals = []
        self._collect(tree)
        self.literals.sort(key=lambda item: (item[0].lineno, item[0].col_offset))

    def _collect(self, parent):
        for node, field, index in _children(parent):
            if _is_literal(node):
                if not isinstance(parent, _ast.Expr) and node.end_lineno == node.lineno:
                    self.literals.append((node, parent, field, index))
            # Inside an f-string places are not known before Python 3.12; a pattern is no value.
            elif not isinstance(node, _ast.JoinedStr) and type(node).__name__ not in _PATTERNS:
                self._collect(node)

    def around(self, node):
        """What stands before, in and after a literal on its line."""
        code, start = self.code[node.lineno], self.starts[node.lineno]
        first, last = node.col_offset - start, node.end_col_offset - start
        return code[:first].decode("utf-8"), code[first:last].decode("utf-8"), code[last:].decode("utf-8")

    def find(self, literal):
        """The place of a literal: on the nearest line that reads so, else one that differs in it alone."""
        exact, changed, seen = [], [], {}
        for node, parent, field, index in self.literals:
            before, text, after = self.around(node)
            if not _is_line(before + literal["text"] + after, literal["line"]):
                if not _is_line(before + text + after, literal["line"]):
                    continue
            place = (abs(node.lineno - literal["at"]), node.lineno, (parent, field, index))
            if text == literal["text"]:
                seen[node.lineno] = seen.get(node.lineno, 0) + 1
                if seen[node.lineno] == literal["nth"]:
                    exact.append(place)
            elif _is_line(before + literal["text"] + after, literal["line"]):
                changed.append(place)
        found = min(exact or changed, key=lambda place: place[:2], default=None)
        if found is None:
            raise Unbound("there is no %s on a line `%s`" % (literal["text"], literal["line"]))
        return found[2]


def _is_line(code, line):
    rest = line[len(code) :].lstrip()
    return line.startswith(code) and (rest == "" or rest.startswith("#"))


def code_of(path):
    """The script's code with the values of TUNING_FORK_BIND; ends the process when they have no place."""
    import json

    try:
        with open(path, "rb") as file:
            data = file.read()
        bind = json.loads(os.environ.get("TUNING_FORK_BIND") or "{}")
        return rewrite(data, path, bind)
    except (OSError, Unbound, ValueError, KeyError, TypeError) as error:
        if isinstance(error, UnicodeError) or (isinstance(error, ValueError) and "null bytes" in str(error)):
            raise
        sys.stderr.write("tuning_fork: cannot set values in %s: %s\n" % (path, error))
        sys.stderr.flush()
        raise SystemExit(BAD_BINDING)


def follow_children():
    """Lets the children of ``multiprocessing`` run this launcher too, so that they see the same values.

    A spawned child imports the main script again, from its path: it is given the path of this file instead, which
    then (as ``__mp_main__``, below) runs the changed script.
    """
    spawn = sys.modules.get("multiprocessing.spawn")
    if spawn is None:
        # Few scripts import it.
        sys.meta_path.insert(0, AfterImport({"multiprocessing.spawn": redirect}))
    else:
        redirect(spawn)


def redirect(spawn):
    prepare = spawn.get_preparation_data

    def get_preparation_data(child):
        data = prepare(child)
        if data.get("init_main_from_path") == os.environ.get("TUNING_FORK_MAIN"):
            data["init_main_from_path"] = LAUNCHER
        return data

    spawn.get_preparation_data = get_preparation_data


class AfterImport:
    """Waits for some modules, and calls the function of each once it has been imported."""

    def __init__(self, waiting):
        self.waiting = dict(waiting)

    def find_spec(self, name, path=None, target=None):
        then = self.waiting.pop(name, None)
        if then is None:
            return None
        if not self.waiting:
            sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        if spec is None:
            return None
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            then(module)

        spec.loader.exec_module = exec_module
        return spec


LAUNCHER = os.path.abspath(__file__)


def hide_launcher():
    """Leaves this file out of the traceback that Python is about to print."""
    hook = sys.excepthook

    def excepthook(kind, value, trace):
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        hook(kind, value.with_traceback(trace), trace)

    sys.excepthook = excepthook


def attach():
    """Lets the engine watch the training; the hooks live in a module of their own, beside this file."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(os.path.dirname(LAUNCHER), "attach.py")
    spec = spec_from_file_location("tuning_fork_attach", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.install(AfterImport)


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: launch.py SCRIPT [ARGUMENT ...]")
    del sys.argv[0]
    path = os.path.abspath(sys.argv[0])
    os.environ["TUNING_FORK_MAIN"] = path
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    follow_children()
    if os.environ.get("TUNING_FORK_ATTACH"):
        attach()
    module = type(sys)("__main__")
    module.__file__ = path
    module.__builtins__ = sys.modules["builtins"]
    module.__loader__ = type(__loader__)("__main__", path)
    module.__cached__ = None
    try:
        code = code_of(path)
        sys.modules["__main__"] = module
        exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException:
        hide_launcher()
        raise


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    # Names of the script must not replace those of the hook, so the hook lives in a module of its own.
    from importlib.util import module_from_spec, spec_from_file_location

    _spec = spec_from_file_location("tuning_fork_launch", LAUNCHER)
    _launch = module_from_spec(_spec)
    _spec.loader.exec_module(_launch)
    _launch.follow_children()
    __file__ = os.environ["TUNING_FORK_MAIN"]
    exec(_launch.code_of(__file__), globals())
