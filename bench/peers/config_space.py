"""The search space as a ConfigSpace, for SMAC, DEHB and BOHB."""

from ConfigSpace import (
    AndConjunction,
    Categorical,
    ConfigurationSpace,
    EqualsCondition,
    Float,
    GreaterThanCondition,
    InCondition,
    Integer,
    LessThanCondition,
    NotEqualsCondition,
    OrConjunction,
    OrdinalHyperparameter,
)

from problems import alternatives, choices_of

OPERATORS = {
    "=": EqualsCondition,
    "!=": NotEqualsCondition,
    "<": LessThanCondition,
    ">": GreaterThanCondition,
}


def _hyperparameter(name, p):
    if p["type"] in ("float", "int"):
        if "step" in p:
            raise ValueError(f"ConfigSpace has no steps, but {name} has")
        kind = Float if p["type"] == "float" else Integer
        return kind(name, (p["low"], p["high"]), log=p.get("scale") == "log")
    if p["type"] == "ordinal":
        return OrdinalHyperparameter(name, p["choices"])
    return Categorical(name, choices_of(p))


def _tests(child, parent, test):
    if isinstance(test, list):
        return [InCondition(child, parent, test)]
    if not isinstance(test, dict):
        return [EqualsCondition(child, parent, test)]
    return [OPERATORS[operator](child, parent, bound) for operator, bound in test.items()]


def _joined(kind, parts):
    return parts[0] if len(parts) == 1 else kind(*parts)


def config_space(space, seed):
    result = ConfigurationSpace(seed=seed)
    made = {name: _hyperparameter(name, p) for name, p in space.parameters.items()}
    result.add(*made.values())
    for name, p in space.parameters.items():
        options = [
            _joined(
                AndConjunction,
                [c for parent, test in tests.items() for c in _tests(made[name], made[parent], test)],
            )
            for tests in alternatives(p)
        ]
        if options:
            result.add(_joined(OrConjunction, options))
    return result


def plain(configuration):
    """A configuration's active values as Python's own types, which JSON knows."""
    values = dict(configuration)
    return {name: value.item() if hasattr(value, "item") else value for name, value in values.items()}
