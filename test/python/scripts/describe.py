"""Prints what Optuna reads from the journal given, in Python's JSON."""

import json
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState


def stamp(time):
    return None if time is None else time.astimezone().isoformat()


def describe(study):
    trials = [
        {
            "number": t.number,
            "id": t._trial_id,
            "state": t.state.name,
            "params": t.params,
            "values": t.values,
            "intermediate": sorted(t.intermediate_values.items()),
            "user": t.user_attrs,
            "system": t.system_attrs,
            "distributions": {name: str(d) for name, d in t.distributions.items()},
            "start": stamp(t.datetime_start),
            "complete": stamp(t.datetime_complete),
        }
        for t in study.get_trials()
    ]
    single = len(study.directions) == 1 and any(t.state == TrialState.COMPLETE for t in study.get_trials())
    return {
        "id": study._study_id,
        "directions": [d.name.lower() for d in study.directions],
        "metricNames": study.metric_names,
        "user": study.user_attrs,
        "best": study.best_trial.values if single else None,
        "front": None if len(study.directions) == 1 else [t.number for t in study.best_trials],
        "trials": trials,
    }


storage = JournalStorage(JournalFileBackend(sys.argv[1]))
names = optuna.get_all_study_names(storage)
print(json.dumps({name: describe(optuna.load_study(study_name=name, storage=storage)) for name in names}))
