"""Tuning problems as bench/quality has them: a space, and what a configuration trained to a budget gives."""

import math
import os

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np


def passes(test, value, parameter):
    """Whether a parent's value passes one test of a condition (see Test in src/protocol/space.ts)."""
    if isinstance(test, list):
        return value in test
    if not isinstance(test, dict):
        return value == test
    order = parameter.get("choices") if parameter["type"] == "ordinal" else None
    rank = order.index if order else lambda x: x
    checks = {
        "=": lambda bound: value == bound,
        "!=": lambda bound: value != bound,
        "<": lambda bound: rank(value) < rank(bound),
        "<=": lambda bound: rank(value) <= rank(bound),
        ">": lambda bound: rank(value) > rank(bound),
        ">=": lambda bound: rank(value) >= rank(bound),
    }
    return all(checks[operator](bound) for operator, bound in test.items())


class Space:
    """The search space: parameters with parents before their children."""

    def __init__(self, spec):
        if spec.get("forbidden") or spec.get("relations"):
            raise ValueError("spaces with forbidden combinations are not passed on to other programs")
        self.parameters = {}
        for name in spec["parameters"]:
            self._visit(name, spec["parameters"])

    def _visit(self, name, all_parameters):
        if name in self.parameters:
            return
        for tests in alternatives(all_parameters[name]):
            for parent in tests:
                self._visit(parent, all_parameters)
        self.parameters[name] = all_parameters[name]

    def active(self, name, values):
        """Whether a parameter is active, given the values of the active ones before it."""
        options = alternatives(self.parameters[name])
        return not options or any(
            all(
                parent in values and passes(test, values[parent], self.parameters[parent])
                for parent, test in tests.items()
            )
            for tests in options
        )

    def only_active(self, values):
        """The configuration without what its conditions make inactive."""
        kept = {}
        for name in self.parameters:
            if name in values and self.active(name, kept):
                kept[name] = values[name]
        return kept


def alternatives(parameter):
    when = parameter.get("when")
    return [] if when is None else when if isinstance(when, list) else [when]


def choices_of(parameter):
    return [False, True] if parameter["type"] == "boolean" else parameter["choices"]


def _vector(c, prefix, count):
    return np.array([c[f"{prefix}{i}"] for i in range(count)], dtype=float)


def _branin(c):
    x, y = c["x"], c["y"]
    parabola = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return parabola**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.39788735772973816


def _hartmann(a, p, minimum):
    a, p = np.array(a, dtype=float), 1e-4 * np.array(p, dtype=float)
    alpha = np.array([1, 1.2, 3, 3.2])

    def regret(c):
        x = _vector(c, "x", a.shape[1])
        return float(-(alpha * np.exp(-(a * (x - p) ** 2).sum(1))).sum() - minimum)

    return regret


def _ackley(c):
    x = _vector(c, "x", 10)
    return float(
        -20 * np.exp(-0.2 * np.sqrt((x**2).mean())) - np.exp(np.cos(2 * np.pi * x).mean()) + 20 + np.e
    )


def _rosenbrock(c):
    x = _vector(c, "x", 4)
    return float((100 * (x[1:] - x[:-1] ** 2) ** 2 + (x[:-1] - 1) ** 2).sum())


def _mixed(c):
    best, floor = {"sgd": (-1, 0.03), "adam": (-2.7, 0), "rmsprop": (-2.9, 0.02)}[c["opt"]]
    rate, width = math.log10(c["lr"]) - best, math.log2(c["units"] / 128)
    return (
        floor
        + 0.08 * rate**2
        + 0.01 * (math.log10(c["wd"]) + 4) ** 2
        + 0.15 * (c["drop"] - 0.25) ** 2
        + 0.01 * width**2
        + 0.01 * (c["layers"] - 3) ** 2
        + 0.01 * rate * width
    )


FUNCTIONS = {
    "branin": _branin,
    "hartmann3": _hartmann(
        [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
        [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]],
        -3.862779787332663,
    ),
    "hartmann6": _hartmann(
        [
            [10, 3, 17, 3.5, 1.7, 8],
            [0.05, 10, 17, 0.1, 8, 14],
            [3, 3.5, 1.7, 10, 17, 8],
            [17, 8, 0.05, 10, 0.1, 14],
        ],
        [
            [1312, 1696, 5569, 124, 8283, 5886],
            [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650],
            [4047, 8828, 8732, 5743, 1091, 381],
        ],
        -3.32236801141551,
    ),
    "ackley10": _ackley,
    "rosenbrock": _rosenbrock,
    "mixed6": _mixed,
    "countingones8_8": lambda c: float(16 - _vector(c, "f", 8).sum() - _vector(c, "c", 8).sum()),
}


class FunctionProblem:
    """evaluate gives (loss that is seen, true regret, seconds from the training's beginning)."""

    def __init__(self, description):
        self._function = FUNCTIONS[description["function"]]
        self.noise = description["noise"]

    def evaluate(self, configuration, _budget, generator):
        regret = self._function(configuration)
        loss = regret + self.noise * generator.normal() if self.noise else regret
        return loss, regret, 1.0


class ScenarioProblem:
    """A YAHPO Gym surrogate, one thread."""

    noise = 0

    def __init__(self, description):
        import onnxruntime

        self._d = description
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(description["model"], options, ["CPUExecutionProvider"])

    def _code(self, name, values):
        codes = self._d["encoding"][name]
        if name not in values:
            return codes["#na#"]
        value = values[name]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return next(codes[key] for key in (text, text.upper(), text[:1].upper() + text[1:]) if key in codes)

    def evaluate(self, configuration, budget, _generator):
        d = self._d
        values = {**d["fixed"], **configuration}
        if budget is not None:
            values[d["fidelity"]] = budget
        categories = np.array([[self._code(name, values) for name in d["categorical"]]], dtype=np.int32)
        numbers = np.array([[float(values.get(name, 0)) for name in d["continuous"]]], dtype=np.float32)
        output = self._session.run(None, {"x_cat": categories, "x_cont": numbers})[0][0]
        score = float(output[d["target"]])
        gap = score - d["min"] if d["minimize"] else d["max"] - score
        duration = float(output[d["runtime"]]) if d["runtime"] >= 0 else 1.0
        return (score if d["minimize"] else -score), gap / (d["max"] - d["min"]), duration


def open_problem(task):
    description = task["description"]
    return FunctionProblem(description) if "function" in description else ScenarioProblem(description)
