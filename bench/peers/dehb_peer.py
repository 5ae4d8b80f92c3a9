"""DEHB with its defaults, asked and told."""

import tempfile

from dehb import DEHB
from loguru import logger

from config_space import config_space, plain
from simulate import Job, whole

logger.remove()


class Dehb:
    def __init__(self, space, task, seed):
        self._folder = tempfile.TemporaryDirectory(prefix="tuning-fork-dehb-")
        configurations = config_space(space, seed)
        self._dehb = DEHB(
            f=None,
            cs=configurations,
            dimensions=len(configurations),
            min_fidelity=task["range"]["min"],
            max_fidelity=task["range"]["max"],
            n_workers=1,
            seed=seed,
            output_path=self._folder.name,
            save_freq="end",
        )
        self._space = space
        self._range = task["range"]

    def ask(self):
        job = self._dehb.ask()
        return Job(self._space.only_active(plain(job["config"])), whole(job["fidelity"], self._range), job)

    def tell(self, job, loss, seconds):
        self._dehb.tell(job.handle, {"fitness": loss, "cost": seconds})


def create(_name, space, task, seed):
    return Dehb(space, task, seed)
