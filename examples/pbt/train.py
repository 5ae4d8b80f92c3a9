"""Fits a linear model to noisy measurements by stochastic gradient descent, in plain Python: no packages are needed.

    python train.py --lr 0.05 --epochs 40 --checkpoint-dir run

Large steps come near quickly and small ones get through the noise, so the learning rate has to sink on the way: the
best one that stays the same is worse than a good schedule. The model is kept in the checkpoint folder after each
epoch, and a run goes on from what is there. Prints one line an epoch: `epoch 3/40 val_loss=0.4702`.
"""

import argparse
import json
import os
import random
from operator import mul
from pathlib import Path

INPUTS = 16
NOISE = 1.0
EXAMPLES = 150


def truth():
    """The coefficients to be found, and how much each input varies: some by a twentieth of others."""
    rng = random.Random(1)
    return [rng.gauss(0, 3) for _ in range(INPUTS)], [20 ** (-i / (INPUTS - 1)) for i in range(INPUTS)]


def measurements(seed, count, noise):
    """Pairs of inputs and a measurement, the same for the same seed."""
    weights, scales = truth()
    rng = random.Random(seed)
    for _ in range(count):
        inputs = [rng.gauss(0, scale) for scale in scales]
        yield inputs, sum(map(mul, weights, inputs)) + rng.gauss(0, noise)


def load(folder):
    """What an earlier run has left: (epochs trained, weights, velocity), or a beginning."""
    file = folder / "model.json" if folder else None
    if file is None or not file.exists():
        return 0, [0.0] * INPUTS, [0.0] * INPUTS
    kept = json.loads(file.read_text(encoding="utf-8"))
    return kept["epoch"], kept["weights"], kept["velocity"]


def save(folder, epoch, weights, velocity):
    """Under another name first: a run that is ended while it writes leaves the last whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / "model.json.new"
    new.write_text(json.dumps({"epoch": epoch, "weights": weights, "velocity": velocity}), encoding="utf-8")
    os.replace(new, folder / "model.json")


def train(weights, velocity, epoch, lr, momentum):
    """One pass over new measurements, with one step each."""
    for inputs, measured in measurements(1000 + epoch, EXAMPLES, NOISE):
        error = sum(map(mul, weights, inputs)) - measured
        velocity = [momentum * v - lr * error * x for v, x in zip(velocity, inputs)]
        weights = [w + v for w, v in zip(weights, velocity)]
    return weights, velocity


def validate(weights):
    """Mean squared error on measurements without noise: 0 for the true coefficients."""
    errors = [sum(map(mul, weights, inputs)) - measured for inputs, measured in measurements(7, 200, 0.0)]
    return sum(error * error for error in errors) / len(errors)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--momentum", type=float, default=0.5)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--checkpoint-dir", default=os.environ.get("TUNING_FORK_CHECKPOINT"))
    args = parser.parse_args()

    folder = Path(args.checkpoint_dir) if args.checkpoint_dir else None
    begun, weights, velocity = load(folder)
    if begun >= args.epochs:
        # Nothing is left to do: the score is told all the same, for whoever did not hear it the first time.
        print(f"epoch {begun}/{args.epochs} val_loss={validate(weights):.6f}")
    for epoch in range(begun + 1, args.epochs + 1):
        weights, velocity = train(weights, velocity, epoch, args.lr, args.momentum)
        print(f"epoch {epoch}/{args.epochs} val_loss={validate(weights):.6f}", flush=True)
        if folder:
            save(folder, epoch, weights, velocity)


if __name__ == "__main__":
    main()
