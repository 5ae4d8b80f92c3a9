"""Runs some more trials of a study: continue.py JOURNAL STUDY COUNT."""

import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
path, name, count = sys.argv[1:]
study = optuna.load_study(
    study_name=name,
    storage=JournalStorage(JournalFileBackend(path)),
    sampler=optuna.samplers.TPESampler(n_startup_trials=1, seed=3),
)


def objective(trial):
    lr = trial.suggest_float("lr", 1e-5, 1, log=True)
    solver = trial.suggest_categorical("solver", ["sgd", "ädam", None, True, 3, 0.5])
    trial.report(lr, 1)
    return lr + (solver == "sgd")


study.optimize(objective, n_trials=int(count))
