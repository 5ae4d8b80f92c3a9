"""
BOHB as HpBandSter has it: its model and its successive halving, with their defaults. HpBandSter's own loop needs a name
server and workers on the network; here its parts are asked and told directly, in the order of its loop.
"""

import logging
import math

import numpy as np
from hpbandster.core.dispatcher import Job as Record
from hpbandster.optimizers.config_generators.bohb import BOHB as Model
from hpbandster.optimizers.iterations import SuccessiveHalving

from config_space import config_space, plain
from simulate import Job, whole

ETA = 3


class Strict(logging.Logger):
    """Where its model fails, HpBandSter warns and draws at random: that would be another program's figure."""

    def warning(self, message, *args, **_):
        if "random configuration" in message:
            raise RuntimeError(message % args if args else message)


class Bohb:
    def __init__(self, space, task, seed):
        np.random.seed(seed)  # the model draws from NumPy's global generator
        limits = task["range"]
        self._range = limits
        self._space = space
        self._model = Model(config_space(space, seed), logger=Strict("bohb"))
        self._steps = int(math.floor(math.log(limits["max"] / limits["min"]) / math.log(ETA) + 1e-9)) + 1
        self._budgets = limits["max"] * ETA ** -np.linspace(self._steps - 1, 0, self._steps)
        self._iterations = []

    def _iteration(self):
        """The next bracket of Hyperband, as HpBandSter sizes it."""
        number = len(self._iterations)
        s = self._steps - 1 - number % self._steps
        first = int(math.floor(self._steps / (s + 1)) * ETA**s)
        sizes = [max(int(first * ETA**-i), 1) for i in range(s + 1)]
        return SuccessiveHalving(
            HPB_iter=number,
            num_configs=sizes,
            budgets=self._budgets[-s - 1 :],
            config_sampler=self._model.get_config,
        )

    def ask(self):
        for iteration in self._iterations:
            run = None if iteration.is_finished else iteration.get_next_run()
            if run is not None:
                break
        else:
            self._iterations.append(self._iteration())
            run = self._iterations[-1].get_next_run()
        identity, configuration, budget = run
        record = Record(identity, config=configuration, budget=budget)
        record.time_it("submitted")
        values = self._space.only_active(plain(configuration))
        return Job(values, whole(budget, self._range), record)

    def tell(self, job, loss, _seconds):
        record = job.handle
        record.time_it("started")
        record.time_it("finished")
        record.result = {"loss": loss, "info": {}}
        self._iterations[record.id[0]].register_result(record)
        self._model.new_result(record)


def create(_name, space, task, seed):
    return Bohb(space, task, seed)
