"""Softmax regression on the digits of ../digits that tells the derivatives of its validation loss (needs NumPy).

    python train.py --lr 0.1 --momentum 0.5 --decay-3 0.01

Each row of the 8 x 8 pictures has a weight decay of its own. Training is gradient descent with momentum on all pictures; going
back through its steps (reverse hypergradients, Franceschi et al. 2017) gives the derivative of the validation loss by every
hyperparameter for about the price of one more training. Prints
`val_loss=0.2934 val_accuracy=0.9121 hypergradient lr=-0.0217 momentum=0.0031 decay_0=...`.
"""

import argparse
from pathlib import Path

import numpy as np

ROWS = 8
TRAINING, VALIDATION = 400, 400


def load(path):
    pixels, digits = [], []
    for line in Path(path).read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            digit, row = line.split(",")
            digits.append(int(digit))
            pixels.append([int(pixel, 17) / 16 for pixel in row])
    return np.array(pixels), np.eye(10)[digits]


def predict(weights, inputs):
    scores = inputs @ weights
    scores -= scores.max(axis=1, keepdims=True)
    shares = np.exp(scores)
    return shares / shares.sum(axis=1, keepdims=True)


def loss(weights, inputs, targets):
    return -np.mean(np.log((predict(weights, inputs) * targets).sum(axis=1) + 1e-300))


def gradient(weights, inputs, targets):
    return inputs.T @ (predict(weights, inputs) - targets) / len(inputs)


def curvature(weights, inputs, direction):
    """The Hessian of the loss times a direction."""
    shares = predict(weights, inputs)
    change = inputs @ direction
    change = shares * (change - (shares * change).sum(axis=1, keepdims=True))
    return inputs.T @ change / len(inputs)


def train(lr, momentum, decays, steps, inputs, targets):
    """Weights and velocities before each step, and after the last."""
    weights, velocity = np.zeros((inputs.shape[1], 10)), np.zeros((inputs.shape[1], 10))
    passed = [(weights, velocity)]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (gradient(weights, inputs, targets) + decays * weights)
        weights = weights + velocity
        passed.append((weights, velocity))
    return passed


def hypergradients(passed, lr, momentum, decays, inputs, targets, validation):
    """Derivatives of the validation loss by the learning rate, the momentum, and the decay of each row."""
    by_weights = gradient(passed[-1][0], *validation)
    by_velocity = np.zeros_like(by_weights)
    by_lr = by_momentum = 0.0
    by_decays = np.zeros(ROWS)
    for weights, velocity in reversed(passed[:-1]):
        by_velocity = by_velocity + by_weights
        by_lr -= np.sum(by_velocity * (gradient(weights, inputs, targets) + decays * weights))
        by_momentum += np.sum(by_velocity * velocity)
        by_decays -= lr * (by_velocity * weights).reshape(ROWS, -1).sum(axis=1)
        by_weights = by_weights - lr * (curvature(weights, inputs, by_velocity) + decays * by_velocity)
        by_velocity = momentum * by_velocity
    return by_lr, by_momentum, by_decays


def main():
    parser = argparse.ArgumentParser(description="Learns to read handwritten digits by softmax regression.")
    parser.add_argument("--lr", type=float, default=0.03, help="learning rate")
    parser.add_argument("--momentum", type=float, default=0.5)
    for row in range(ROWS):
        parser.add_argument(f"--decay-{row}", type=float, default=0.001, help=f"weight decay of row {row}")
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--data", default=str(Path(__file__).parents[1] / "digits" / "digits.csv"))
    args = parser.parse_args()

    pixels, classes = load(args.data)
    inputs, targets = pixels[:TRAINING], classes[:TRAINING]
    validation = pixels[TRAINING : TRAINING + VALIDATION], classes[TRAINING : TRAINING + VALIDATION]
    rows = np.array([getattr(args, f"decay_{row}") for row in range(ROWS)])
    decays = np.repeat(rows, pixels.shape[1] // ROWS)[:, None]

    passed = train(args.lr, args.momentum, decays, args.steps, inputs, targets)
    by_lr, by_momentum, by_decays = hypergradients(
        passed, args.lr, args.momentum, decays, inputs, targets, validation
    )
    weights = passed[-1][0]
    accuracy = np.mean(predict(weights, validation[0]).argmax(axis=1) == validation[1].argmax(axis=1))
    told = [("lr", by_lr), ("momentum", by_momentum)] + [(f"decay_{row}", by_decays[row]) for row in range(ROWS)]
    print(
        f"val_loss={loss(weights, *validation):.8f} val_accuracy={accuracy:.4f}"
        " hypergradient " + " ".join(f"{name}={value:.8g}" for name, value in told)
    )


if __name__ == "__main__":
    main()
