"""Optuna's samplers and its Hyperband pruner, with their defaults."""

import math
import warnings

import optuna

from problems import choices_of
from simulate import Job

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

ETA = 3

SAMPLERS = {
    "optuna-random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna-tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna-gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "optuna-cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "optuna-hyperband": lambda seed: optuna.samplers.TPESampler(seed=seed),
}


def suggest(trial, space):
    """A configuration, define-by-run: what is inactive is not suggested. Optuna has no ordinals."""
    values = {}
    for name, p in space.parameters.items():
        if not space.active(name, values):
            continue
        if p["type"] in ("float", "int"):
            draw = trial.suggest_float if p["type"] == "float" else trial.suggest_int
            step = {"step": p["step"]} if "step" in p else {}
            values[name] = draw(name, p["low"], p["high"], log=p.get("scale") == "log", **step)
        else:
            values[name] = trial.suggest_categorical(name, choices_of(p))
    return values


class Sampler:
    """Full trainings."""

    def __init__(self, name, space, _task, seed):
        self._space = space
        self._study = optuna.create_study(sampler=SAMPLERS[name](seed))

    def ask(self):
        trial = self._study.ask()
        return Job(suggest(trial, self._space), None, trial)

    def tell(self, job, loss, _seconds):
        self._study.tell(job.handle, loss)


class Hyperband:
    """
    Trials report after every unit of budget, and are pruned. A unit is 1 where the budget is a whole number; else the
    largest budget divided by η as often as it is not below the smallest.
    """

    def __init__(self, name, space, task, seed):
        low, high = task["range"]["min"], task["range"]["max"]
        halvings = math.floor(math.log(high / low) / math.log(ETA) + 1e-9)
        whole = float(low).is_integer() and float(high).is_integer()
        self._unit = 1 if whole else high / ETA**halvings
        self._first = low if whole else 1
        self._last = round(high / self._unit)
        pruner = optuna.pruners.HyperbandPruner(
            min_resource=self._first, max_resource=self._last, reduction_factor=ETA
        )
        self._space = space
        self._max = high
        self._study = optuna.create_study(sampler=SAMPLERS[name](seed), pruner=pruner)

    def _budget(self, step):
        return self._max if step == self._last else step * self._unit

    def ask(self):
        trial = self._study.ask()
        return Job(suggest(trial, self._space), self._budget(self._first), {"trial": trial, "step": self._first})

    def tell(self, job, loss, _seconds):
        trial, step = job.handle["trial"], job.handle["step"]
        trial.report(loss, step)
        if step == self._last:
            self._study.tell(trial, loss)
            return None
        if trial.should_prune():
            self._study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return None
        job.handle["step"] = step + 1
        return self._budget(step + 1)


def create(name, space, task, seed):
    return (Hyperband if name == "optuna-hyperband" else Sampler)(name, space, task, seed)
