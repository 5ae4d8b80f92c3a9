"""HEBO with its defaults. Its spaces are flat: what a condition makes inactive is proposed, and left out."""

import warnings

import numpy as np
import pandas as pd
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

from problems import choices_of
from simulate import Job

warnings.simplefilter("ignore")


def _parameter(name, p):
    if p["type"] == "float" and "step" in p:
        raise ValueError(f"HEBO has no steps for floats, but {name} has")
    if p["type"] in ("float", "int"):
        log = p.get("scale") == "log"
        kinds = {("float", False): "num", ("float", True): "pow", ("int", False): "int", ("int", True): "pow_int"}
        base = {"base": 10} if log else {}
        return {"name": name, "type": kinds[p["type"], log], "lb": p["low"], "ub": p["high"], **base}
    if p["type"] == "boolean":
        return {"name": name, "type": "bool"}
    return {"name": name, "type": "cat", "categories": p["choices"]}


class Hebo:
    def __init__(self, space, _task, seed):
        # HEBO draws from the global generators of NumPy and PyTorch.
        np.random.seed(seed)
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self._space = space
        parsed = DesignSpace().parse([_parameter(name, p) for name, p in space.parameters.items()])
        self._hebo = HEBO(parsed, scramble_seed=seed)

    def ask(self):
        row = self._hebo.suggest(n_suggestions=1)
        values = {name: row.iloc[0][name] for name in self._space.parameters}
        values = {name: v.item() if hasattr(v, "item") else v for name, v in values.items()}
        for name, p in self._space.parameters.items():
            if p["type"] == "int":
                values[name] = int(values[name])
        return Job(self._space.only_active(values), None, row)

    def tell(self, job, loss, _seconds):
        self._hebo.observe(pd.DataFrame(job.handle), np.array([[loss]]))


def create(_name, space, task, seed):
    return Hebo(space, task, seed)
