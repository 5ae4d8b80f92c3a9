"""
Learning curves of a LeNet on the digits of examples/digits: for each of so many random configurations the validation
error after every epoch, one JSON object a line on standard output. Needs PyTorch.

    python bench/lenet/train.py COUNT [EPOCHS]

The space is that of Hyperband's paper (Li et al. 2018, section 4.1 and appendix, from cuda-convnet's LeNet): learning rate
[1e-3, 1e-1] and batch size [10, 1000] on log scales, kernels of the second layer k2 [10, 60], of the first k1 [5, k2].
"""

import json
import math
import random
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

DIGITS = Path(__file__).parents[2] / "examples" / "digits" / "digits.csv"


class LeNet(nn.Module):
    """Two convolutions of 3 × 3 with pooling, for images of 8 × 8 instead of 28 × 28, and one hidden layer."""

    def __init__(self, k1, k2):
        super().__init__()
        self.conv1 = nn.Conv2d(1, k1, 3, padding=1)
        self.conv2 = nn.Conv2d(k1, k2, 3, padding=1)
        self.hidden = nn.Linear(k2 * 4, 64)
        self.out = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.out(F.relu(self.hidden(x.flatten(1))))


def digits():
    images, labels = [], []
    for line in DIGITS.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            label, pixels = line.split(",")
            labels.append(int(label))
            images.append([int(pixel, 17) / 16 for pixel in pixels])
    return torch.tensor(images).view(-1, 1, 8, 8), torch.tensor(labels)


def draw(rng):
    k2 = rng.randint(10, 60)
    return {
        "lr": math.exp(rng.uniform(math.log(1e-3), math.log(1e-1))),
        "batch_size": round(math.exp(rng.uniform(math.log(10), math.log(1000)))),
        "k2": k2,
        "k1": rng.randint(5, k2),
    }


def errors(configuration, seed, epochs, images, labels):
    """Validation error after each epoch of gradient descent with momentum 0.9, as cuda-convnet has it."""
    torch.manual_seed(seed)
    train, val = slice(0, 1000), slice(1000, None)
    network = LeNet(configuration["k1"], configuration["k2"])
    optimizer = torch.optim.SGD(network.parameters(), lr=configuration["lr"], momentum=0.9)
    size = configuration["batch_size"]
    curve = []
    for _ in range(epochs):
        network.train()
        for batch in torch.randperm(1000).split(size):
            optimizer.zero_grad()
            F.cross_entropy(network(images[train][batch]), labels[train][batch]).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            wrong = (network(images[val]).argmax(1) != labels[val]).float().mean().item()
        curve.append(round(wrong, 6))
    return curve


def main():
    count, epochs = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 81
    torch.set_num_threads(1)
    images, labels = digits()
    rng = random.Random(0)
    for seed in range(count):
        configuration = draw(rng)
        curve = errors(configuration, seed, epochs, images, labels)
        print(json.dumps({"configuration": configuration, "errors": curve}), flush=True)


main()
