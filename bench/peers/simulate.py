"""Studies in simulated time, by the same rules as bench/quality/simulate.ts."""

import json
import math
import time

import numpy as np

SLACK = 1e-9


class Stopwatch:
    """Runs while a peer works, not while trainings do."""

    def __init__(self):
        self.seconds = 0.0

    def __enter__(self):
        self._begin = time.perf_counter()

    def __exit__(self, *_):
        self.seconds += time.perf_counter() - self._begin


class Incumbent:
    """The smallest loss at the largest budget that has a result; its regret is that of a full training."""

    def __init__(self, problem, maximum):
        self._problem = problem
        self._max = maximum
        self._key = None
        self._budget = -math.inf
        self._loss = math.inf
        self.regret = math.nan
        self.trajectory = []

    def add(self, key, configuration, budget, loss, regret, spent):
        if budget > self._budget or (budget == self._budget and loss < self._loss):
            if spent is None or budget == self._max:
                self.regret = regret
            elif key != self._key:
                self.regret = self._problem.evaluate(configuration, None, None)[1]
            self._key, self._budget, self._loss = key, budget, loss
        self.trajectory.append(self.regret if spent is None else [spent, self.regret])


def whole(budget, limits):
    """A budget as the problem has it: whole where both of its limits are (epochs)."""
    is_whole = float(limits["min"]).is_integer() and float(limits["max"]).is_integer()
    return round(budget) if is_whole else float(budget)


class Job:
    """A training that a peer has asked for. `budget` is None for a full one."""

    def __init__(self, configuration, budget=None, handle=None):
        self.configuration = configuration
        self.budget = budget
        self.handle = handle


def simulate(problem, peer, task, seed):
    """
    Drives a peer: `ask()` gives a Job, or None while it wants nothing new; `tell(job, loss, seconds)` takes the
    result, and gives the budget to which the same trial goes on, or None. A configuration that was trained before
    goes on from there: it costs, and takes, only what is new.
    """
    trials, total, workers = task["trials"], task["budget"], task["workers"]
    maximum = task["range"]["max"] if total is not None else 0
    watch = Stopwatch()
    incumbent = Incumbent(problem, maximum)
    noise = np.random.default_rng([seed, 1])
    trained = {}
    running = []
    now, spent, committed, started, finished, begun = 0.0, 0.0, 0.0, 0, 0, 0

    def begin(job):
        nonlocal committed, begun
        begun += 1
        key = json.dumps(job.configuration, sort_keys=True)
        loss, regret, duration = problem.evaluate(job.configuration, job.budget, noise)
        budget = maximum if job.budget is None else job.budget
        before, seconds = trained.get(key, (0, 0.0)) if total is not None else (0, 0.0)
        cost = 1.0 if total is None else max(0.0, budget - before) / maximum
        if total is not None and budget > before:
            trained[key] = (budget, duration)
        committed += cost
        end = now + max(duration - seconds, 1e-6)
        running.append((end, begun, job, key, budget, cost, loss, regret, duration))

    while True:
        while len(running) < workers and (started < trials if total is None else committed < total - SLACK):
            with watch:
                job = peer.ask()
            if job is None:
                break
            started += 1
            begin(job)
        if not running:
            break
        run = min(running, key=lambda entry: entry[:2])
        running.remove(run)
        now, _, job, key, budget, cost, loss, regret, duration = run
        spent += cost
        incumbent.add(key, job.configuration, budget, loss, regret, None if total is None else spent)
        with watch:
            further = peer.tell(job, loss, duration)
        if further is None:
            finished += 1
        elif total is None or committed < total - SLACK:
            begin(Job(job.configuration, further, job.handle))
    return {
        "trials": finished,
        "regret": incumbent.regret,
        "trajectory": incumbent.trajectory,
        "seconds": watch.seconds,
    }
