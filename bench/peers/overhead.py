"""
Milliseconds that Optuna's samplers take to tell of a trial and ask for the next, as bench/overhead.ts measures our
strategies: the same parameters, the same bowl, median of some rounds. Standard input: {"peer", "sizes", "rounds",
"limit"}; standard output: a JSON list of {"strategy", "observations", "milliseconds"}.
"""

import json
import math
import statistics
import sys
import time

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from optuna_peers import SAMPLERS

UNIT = FloatDistribution(0, 1)
LOG = FloatDistribution(1e-5, 1, log=True)
SPACE = {
    **{name: UNIT for name in "abcd"},
    **{name: LOG for name in "ef"},
    "g": IntDistribution(1, 20),
    "h": IntDistribution(8, 1024, log=True),
    "i": CategoricalDistribution(["p", "q", "r"]),
    "j": CategoricalDistribution(["u", "v", "w", "x"]),
}


def unit(distribution, value):
    if isinstance(distribution, CategoricalDistribution):
        return (distribution.choices.index(value) + 0.5) / len(distribution.choices)
    low, high = distribution.low, distribution.high
    if distribution.log:
        return math.log(value / low) / math.log(high / low)
    return (value - low) / (high - low)


def loss(values):
    return sum((unit(SPACE[name], value) - 0.3) ** 2 for name, value in values.items())


def measure(peer, size, rounds, limit):
    """Median milliseconds; None where it took longer than the limit."""
    draws = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study = optuna.create_study(sampler=SAMPLERS[peer](0))
    for _ in range(size):
        values = draws.ask(SPACE).params
        study.add_trial(optuna.trial.create_trial(params=values, distributions=SPACE, value=loss(values)))
    begin = time.perf_counter()
    trial = study.ask(SPACE)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        study.tell(trial, loss(trial.params))
        trial = study.ask(SPACE)
        times.append(1000 * (time.perf_counter() - start))
        if time.perf_counter() - begin > limit:
            break
    return statistics.median(times) if len(times) > 1 else None


def main():
    task = json.load(sys.stdin)
    results = []
    for size in task["sizes"]:
        late = bool(results) and results[-1]["milliseconds"] is None
        milliseconds = None if late else measure(task["peer"], size, task["rounds"], task["limit"])
        results.append({"strategy": task["peer"], "observations": size, "milliseconds": milliseconds})
    print(json.dumps(results))


optuna.logging.set_verbosity(optuna.logging.ERROR)
main()
