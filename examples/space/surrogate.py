"""Stands for the training of a multilayer perceptron: takes all its hyperparameters, prints a loss at once.

    python surrogate.py --learning_rate 0.003 --solver Adam --beta1 0.1 --beta2 0.001

The loss is a smooth made-up function with the usual dependencies: the best learning rate falls with the depth and
rises with the batch size, each solver has its own, and a deep network needs an initialisation that suits it.
A hyperparameter that is not given (because it is inactive) takes no part.
"""

import argparse
import math

LAYERS = 6
SOLVERS = {"SGD": -1.0, "Momentum": -2.0, "Nesterov": -2.0, "Adam": -3.0, "Adadelta": -0.5, "Adagrad": -2.0, "smorms3": -3.0}
POLICIES = ["Fixed", "Inv", "Exp", "Step"]
ACTIVATIONS = {"Sigmoid": 0.5, "TanH": 0.2, "ScaledTanH": 0.15, "ELU": 0.02, "ReLU": 0.0, "Leaky": 0.01, "Linear": 0.8}
INITS = {
    "Constant": 1.0,
    "Normal": 0.1,
    "Uniform": 0.15,
    "Glorot-Uniform": 0.04,
    "Glorot-Normal": 0.04,
    "He-Normal": 0.0,
    "He-Uniform": 0.01,
    "Orthogonal": 0.02,
    "Sparse": 0.2,
}


def bump(value, best, width, log=False):
    """0 at the best value of a hyperparameter, rising with the square of the distance; 0 when it is inactive."""
    if value is None:
        return 0.0
    if log:
        value, best = math.log10(value), math.log10(best)
    return ((value - best) / width) ** 2


def layer_loss(args, number):
    """What one layer adds to the loss."""
    one = {key: getattr(args, f"{key}_{number}") for key in ("units", "activation", "dropout", "weight_init", "weight_init_std")}
    loss = 0.02 * bump(one["units"] or 128, 600, 0.6, log=True) + 0.05 * bump(one["dropout"], 0.3, 0.5)
    loss += 0.1 * ACTIVATIONS[one["activation"] or "ReLU"]
    loss += 0.05 * number * INITS[one["weight_init"] or "He-Normal"]
    return loss + 0.03 * bump(one["weight_init_std"], 1e-2, 1.5, log=True)


def loss_of(args):
    layers = args.number_of_layers
    best_lr = SOLVERS[args.solver] + 0.4 * math.log10(args.batch_size / 128) - 0.15 * layers
    loss = 0.06 + 0.08 * abs(layers - 3) + sum(layer_loss(args, number) for number in range(1, layers + 1)) / layers
    loss += 0.12 * bump(args.learning_rate, 10**best_lr, 0.8, log=True)
    loss += 0.2 * math.exp(-args.number_of_updates / 400)
    loss += 0.03 * bump(args.batch_size, 128, 0.9, log=True) + 0.02 * bump(args.l2, 1e-4, 1.5, log=True)
    loss += 0.05 * bump(args.dropout_output, 0.4, 0.5)
    loss += 0.02 * bump(args.beta1, 0.1, 1, log=True) + 0.02 * bump(args.beta2, 1e-3, 1, log=True)
    loss += 0.02 * bump(args.rho, 0.95, 0.3) + 0.04 * bump(args.momentum, 0.9, 0.3)
    loss += 0.0 if args.lr_policy == "Exp" else 0.02
    loss += 0.02 * bump(args.gamma, 5e-3, 1, log=True) + 0.02 * bump(args.k, 0.75, 0.5) + 0.02 * bump(args.s, 5, 10)
    return loss


def main():
    parser = argparse.ArgumentParser(description="A made-up loss of a multilayer perceptron.")
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--number_of_updates", type=int, default=200)
    parser.add_argument("--number_of_layers", type=int, default=1)
    parser.add_argument("--learning_rate", type=float, default=1e-2)
    parser.add_argument("--l2", type=float, default=1e-4, help="L2 regularisation")
    parser.add_argument("--dropout_output", type=float, default=0.5)
    parser.add_argument("--solver", choices=list(SOLVERS), default="smorms3")
    parser.add_argument("--lr_policy", choices=POLICIES, default="Fixed")
    parser.add_argument("--beta1", type=float, help="1 - decay rate of the mean, for Adam")
    parser.add_argument("--beta2", type=float, help="1 - decay rate of the square, for Adam")
    parser.add_argument("--rho", type=float, help="for Adadelta")
    parser.add_argument("--momentum", type=float, help="for Momentum and Nesterov")
    parser.add_argument("--gamma", type=float, help="for the policies Inv, Exp and Step")
    parser.add_argument("--k", type=float, help="for the policy Inv")
    parser.add_argument("--s", type=int, help="for the policy Step")
    for number in range(1, LAYERS + 1):
        parser.add_argument(f"--activation_{number}", choices=list(ACTIVATIONS))
        parser.add_argument(f"--units_{number}", type=int)
        parser.add_argument(f"--dropout_{number}", type=float)
        parser.add_argument(f"--weight_init_{number}", choices=list(INITS))
        parser.add_argument(f"--weight_init_std_{number}", type=float)
    args = parser.parse_args()
    print(f"val_loss={loss_of(args):.6f}")


if __name__ == "__main__":
    main()
