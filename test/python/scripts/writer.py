"""Writes trials into the study "study", each with this process's mark: writer.py JOURNAL MARK COUNT."""

import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
path, mark, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
study = optuna.load_study(study_name="study", storage=JournalStorage(JournalFileBackend(path)))
for index in range(count):
    x = mark * 1e6 + index
    trial = study.ask(fixed_distributions=None)
    trial.storage.set_trial_param(
        trial._trial_id, "x", x, optuna.distributions.FloatDistribution(0, 1e9)
    )
    trial.report(x, 1)
    study.tell(trial, x)
