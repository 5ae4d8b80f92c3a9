"""
Runs the studies of one peer. Standard input: the task in JSON (see bench/peers/main.ts); standard output: one result
in JSON a line.
"""

import importlib
import json
import sys

from problems import Space, open_problem
from simulate import simulate

MODULES = {"optuna": "optuna_peers", "smac": "smac_peers", "hebo": "hebo_peer", "dehb": "dehb_peer", "hpbandster": "hpbandster_peer"}


def main():
    # Libraries may print what they like: results have the real output for themselves.
    results, sys.stdout = sys.stdout, sys.stderr
    task = json.load(sys.stdin)
    peer = task["peer"]
    module = importlib.import_module(MODULES[peer.split("-")[0]])
    for entry in task["problems"]:
        problem = open_problem(entry)
        space = Space(entry["space"])
        settings = {**task, "range": entry.get("range"), "noise": problem.noise}
        for seed in range(task["seeds"]):
            study = simulate(problem, module.create(peer, space, settings, seed), settings, seed)
            head = {"scenario": entry["scenario"], "instance": entry["instance"], "strategy": peer, "seed": seed}
            print(json.dumps({**head, **study}), file=results, flush=True)
        print(f"{entry['scenario']} {entry['instance']}: {peer} done", file=sys.stderr, flush=True)


main()
