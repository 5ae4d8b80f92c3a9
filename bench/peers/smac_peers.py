"""SMAC3 by its facades for hyperparameter optimisation and for budgets of several sizes, asked and told."""

import tempfile
from pathlib import Path

from smac import HyperparameterOptimizationFacade, MultiFidelityFacade, Scenario
from smac.runhistory import TrialValue

from config_space import config_space, plain
from simulate import Job, whole


def _full(config, seed=0):
    """SMAC looks at the arguments of what it would call; asked and told, it calls nothing."""


def _partial(config, seed=0, budget=0):
    pass


class Smac:
    def __init__(self, name, space, task, seed):
        self._folder = tempfile.TemporaryDirectory(prefix="tuning-fork-smac-")
        self._range = task["range"]
        budgets = {}
        facade = HyperparameterOptimizationFacade
        trials = task["trials"]
        if name == "smac-multifidelity":
            low, high = task["range"]["min"], task["range"]["max"]
            budgets = {"min_budget": low, "max_budget": high}
            facade = MultiFidelityFacade
        if trials is None:
            # Its initial design is at most a quarter of the trials: a total budget counts as that many full ones.
            trials = max(1, round(task["budget"])) if not budgets else round(task["budget"] * high / low)
        scenario = Scenario(
            config_space(space, seed),
            output_directory=Path(self._folder.name),
            deterministic=task["noise"] == 0,
            n_trials=trials,
            seed=seed,
            **budgets,
        )
        function = _partial if budgets else _full
        self._smac = facade(scenario, function, overwrite=True, logging_level=False)

    def ask(self):
        info = self._smac.ask()
        budget = None if info.budget is None else whole(info.budget, self._range)
        return Job(plain(info.config), budget, info)

    def tell(self, job, loss, seconds):
        self._smac.tell(job.handle, TrialValue(cost=loss, time=seconds))


def create(name, space, task, seed):
    return Smac(name, space, task, seed)
