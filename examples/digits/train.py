"""Learns to read handwritten digits with a small neural network, in plain Python: no packages are needed.

    python train.py --lr 0.01 --epochs 27

Prints one line an epoch: `epoch 3/27 train_loss=0.5123 val_loss=0.4702 val_accuracy=0.8733`.
"""

import argparse
import math
import random
from operator import mul
from pathlib import Path

PIXELS = 64
CLASSES = 10


def load(path):
    """All images as (pixels from 0 to 1, digit)."""
    images = []
    for line in Path(path).read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            digit, pixels = line.split(",")
            images.append(([int(p, 17) / 16 for p in pixels], int(digit)))
    return images


class Layer:
    """Weights as one row a unit; the last number of a row is the bias."""

    def __init__(self, inputs, units, rng):
        spread = math.sqrt(2 / inputs)
        self.rows = [[rng.gauss(0, spread) for _ in range(inputs)] + [0.0] for _ in range(units)]
        self.gradients = [[0.0] * (inputs + 1) for _ in range(units)]

    def forward(self, values):
        return [sum(map(mul, row, values)) for row in self.rows]

    def learn(self, deltas, values):
        for unit, delta in enumerate(deltas):
            if delta:
                self.gradients[unit] = [g + delta * v for g, v in zip(self.gradients[unit], values)]

    def blame(self, deltas):
        """How much each input has to do with the error."""
        total = [0.0] * (len(self.rows[0]) - 1)
        for row, delta in zip(self.rows, deltas):
            total = [t + delta * w for t, w in zip(total, row)]
        return total


class Network:
    def __init__(self, hidden, activation, rng):
        self.activation = activation
        self.layers = [Layer(PIXELS, hidden, rng), Layer(hidden, CLASSES, rng)]

    def forward(self, pixels):
        sums = self.layers[0].forward(pixels + [1.0])
        hidden = [max(0.0, s) for s in sums] if self.activation == "relu" else [math.tanh(s) for s in sums]
        scores = self.layers[1].forward(hidden + [1.0])
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        total = sum(powers)
        return hidden, [power / total for power in powers]

    def backward(self, pixels, digit):
        hidden, chances = self.forward(pixels)
        loss = -math.log(chances[digit] + 1e-12)
        chances[digit] -= 1.0
        self.layers[1].learn(chances, hidden + [1.0])
        blamed = self.layers[1].blame(chances)
        if self.activation == "relu":
            deltas = [b if h > 0 else 0.0 for b, h in zip(blamed, hidden)]
        else:
            deltas = [b * (1 - h * h) for b, h in zip(blamed, hidden)]
        self.layers[0].learn(deltas, pixels + [1.0])
        return loss


class Sgd:
    """Stochastic gradient descent with momentum; nesterov=True looks ahead along it."""

    def __init__(self, network, lr, momentum, nesterov):
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.speed = [[[0.0] * len(row) for row in layer.rows] for layer in network.layers]

    def step(self, layer, unit, row, gradient):
        m, lr = self.momentum, self.lr
        speed = self.speed[layer][unit] = [m * v + g for v, g in zip(self.speed[layer][unit], gradient)]
        if self.nesterov:
            speed = [m * v + g for v, g in zip(speed, gradient)]
        return [w - lr * v for w, v in zip(row, speed)]


class Adam:
    def __init__(self, network, lr, beta1, beta2):
        self.lr, self.beta1, self.beta2, self.steps = lr, beta1, beta2, 0
        self.mean = [[[0.0] * len(row) for row in layer.rows] for layer in network.layers]
        self.square = [[[0.0] * len(row) for row in layer.rows] for layer in network.layers]

    def step(self, layer, unit, row, gradient):
        if layer == 0 and unit == 0:
            self.steps += 1
        b1, b2 = self.beta1, self.beta2
        mean = self.mean[layer][unit] = [b1 * m + (1 - b1) * g for m, g in zip(self.mean[layer][unit], gradient)]
        square = self.square[layer][unit] = [
            b2 * s + (1 - b2) * g * g for s, g in zip(self.square[layer][unit], gradient)
        ]
        lr = self.lr * math.sqrt(1 - b2**self.steps) / (1 - b1**self.steps)
        return [w - lr * m / (math.sqrt(s) + 1e-8) for w, m, s in zip(row, mean, square)]


def train_epoch(network, optimizer, images, batch_size, l2, rng):
    rng.shuffle(images)
    loss = 0.0
    for start in range(0, len(images), batch_size):
        batch = images[start : start + batch_size]
        for pixels, digit in batch:
            loss += network.backward(pixels, digit)
        for index, layer in enumerate(network.layers):
            for unit, row in enumerate(layer.rows):
                gradient = [g / len(batch) + l2 * w for g, w in zip(layer.gradients[unit], row)]
                layer.rows[unit] = optimizer.step(index, unit, row, gradient)
                layer.gradients[unit] = [0.0] * len(row)
    return loss / len(images)


def evaluate(network, images):
    loss, right = 0.0, 0
    for pixels, digit in images:
        chances = network.forward(pixels)[1]
        loss -= math.log(chances[digit] + 1e-12)
        right += chances.index(max(chances)) == digit
    return loss / len(images), right / len(images)


def main():
    parser = argparse.ArgumentParser(description="Learns to read handwritten digits.")
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--momentum", type=float, default=0.9, help="momentum of sgd")
    parser.add_argument("--nesterov", action="store_true", help="look ahead along the momentum")
    parser.add_argument("--beta1", type=float, default=0.9, help="decay of adam's mean")
    parser.add_argument("--hidden", type=int, default=24, help="units of the hidden layer")
    parser.add_argument("--activation", choices=["relu", "tanh"], default="relu")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--l2", type=float, default=1e-4, help="L2 regularisation")
    parser.add_argument("--epochs", type=int, default=27)
    parser.add_argument("--train-size", type=int, default=500, help="images to learn from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", default=str(Path(__file__).parent / "digits.csv"))
    args = parser.parse_args()

    images = load(args.data)
    random.Random(1).shuffle(images)
    train, validation = images[: args.train_size], images[-300:]
    rng = random.Random(args.seed)
    network = Network(args.hidden, args.activation, rng)
    if args.optimizer == "adam":
        optimizer = Adam(network, args.lr, args.beta1, beta2=0.999)
    else:
        optimizer = Sgd(network, args.lr, args.momentum, args.nesterov)
    for epoch in range(1, args.epochs + 1):
        train_loss = train_epoch(network, optimizer, train, args.batch_size, args.l2, rng)
        val_loss, accuracy = evaluate(network, validation)
        print(
            f"epoch {epoch}/{args.epochs} train_loss={train_loss:.4f} val_loss={val_loss:.4f}"
            f" val_accuracy={accuracy:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
