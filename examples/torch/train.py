"""A small convolutional network on Fashion-MNIST, or on the digits of ../digits where that is not installed.

    python train.py --lr 0.05 --epochs 9

Needs PyTorch. Fashion-MNIST is read from the folder of Debian's package dataset-fashion-mnist, or from --data.
With --checkpoint-dir the training goes on from where the last run in that folder ended.
"""

import argparse
import gzip
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

FASHION = "/usr/share/datasets/fashion-mnist"
DIGITS = Path(__file__).parents[1] / "digits" / "digits.csv"


def read_idx(path, header):
    data = bytearray(gzip.decompress(Path(path).read_bytes())[header:])
    return torch.frombuffer(data, dtype=torch.uint8)


def load_fashion(folder):
    sets = []
    for name in ("train", "t10k"):
        images = read_idx(Path(folder) / f"{name}-images-idx3-ubyte.gz", 16).view(-1, 1, 28, 28)
        labels = read_idx(Path(folder) / f"{name}-labels-idx1-ubyte.gz", 8).long()
        sets.append((images.float() / 255, labels))
    return sets


def load_digits(path):
    images, labels = [], []
    for line in path.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            label, pixels = line.split(",")
            labels.append(int(label))
            images.append([int(pixel, 17) / 16 for pixel in pixels])
    images, labels = torch.tensor(images).view(-1, 1, 8, 8), torch.tensor(labels)
    return (images[:1400], labels[:1400]), (images[1400:], labels[1400:])


class Network(nn.Module):
    def __init__(self, channels, hidden, dropout, size):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.dropout = nn.Dropout(dropout)
        self.fc1 = nn.Linear(2 * channels * (size // 4) ** 2, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(self.dropout(x.flatten(1))))
        return self.fc2(x)


def make_optimizer(args, parameters):
    if args.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=args.lr, weight_decay=args.weight_decay)
    return torch.optim.SGD(parameters, lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay)


def train_epoch(model, optimizer, images, labels, batch_size):
    model.train()
    total = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(images)


@torch.no_grad()
def evaluate(model, images, labels):
    model.eval()
    scores = torch.cat([model(part) for part in images.split(500)])
    accuracy = (scores.argmax(1) == labels).float().mean().item()
    return F.cross_entropy(scores, labels).item(), accuracy


def main():
    parser = argparse.ArgumentParser(description="Trains a small convolutional network.")
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate (default: %(default)s)")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--dropout", type=float, default=0.25)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--train-size", type=int, default=10000, help="images to learn from")
    parser.add_argument("--checkpoint-dir", help="folder to keep the state of the training in")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", default=FASHION)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    fashion = Path(args.data, "train-images-idx3-ubyte.gz").exists()
    (images, labels), validation = load_fashion(args.data) if fashion else load_digits(DIGITS)
    images, labels = images[: args.train_size], labels[: args.train_size]
    validation = [part[:2000] for part in validation]

    model = Network(args.channels, args.hidden, args.dropout, size=images.shape[-1])
    optimizer = make_optimizer(args, model.parameters())
    done = 0
    checkpoint = Path(args.checkpoint_dir, "last.pt") if args.checkpoint_dir else None
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        done = state["epoch"]

    for epoch in range(done + 1, args.epochs + 1):
        train_loss = train_epoch(model, optimizer, images, labels, args.batch_size)
        val_loss, accuracy = evaluate(model, *validation)
        print(
            f"epoch {epoch}/{args.epochs} train_loss={train_loss:.4f} val_loss={val_loss:.4f}"
            f" val_accuracy={accuracy:.4f}",
            flush=True,
        )
        if checkpoint:
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
            torch.save({**state, "random": torch.get_rng_state()}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)


if __name__ == "__main__":
    main()
