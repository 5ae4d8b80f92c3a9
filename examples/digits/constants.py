"""The same network as train.py, written as a plain script: constants at the top and no command line.

    python constants.py
"""

import random
from pathlib import Path

from train import Network, Sgd, evaluate, load, train_epoch

LR = 0.01
MOMENTUM: float = 0.9
HIDDEN = 24
BATCH_SIZE = 32
EPOCHS = 27
SEED = 0

images = load(Path(__file__).parent / "digits.csv")
random.Random(1).shuffle(images)
train, validation = images[:500], images[-300:]

rng = random.Random(SEED)
network = Network(HIDDEN, "relu", rng)
optimizer = Sgd(network, LR, MOMENTUM, nesterov=False)
for epoch in range(1, EPOCHS + 1):
    train_loss = train_epoch(network, optimizer, train, BATCH_SIZE, l2=1e-4, rng=rng)  # tune: log(1e-6, 1e-1)
    val_loss, accuracy = evaluate(network, validation)
    print(f"epoch {epoch}/{EPOCHS} {train_loss=:.4f} {val_loss=:.4f} val_accuracy={accuracy:.4f}", flush=True)
