"""Hyperparameters of a training of PyTorch that move along their hypergradients while it runs: RTHO (Franceschi et al. 2017)
and, with a discount below 1, MARTHE (Donini et al. 2020).

With the state s of the training (parameters and what the optimizer keeps), Z = ds/dlambda goes along with it,
Z <- m A Z + B with the derivatives A and B of a step by the state and by lambda. A holds the Hessian of the losses: a column
of Z is multiplied by it by differentiating the gradient once more, on the graph that the script itself has built. The
hypergradient is <dE/dw, Z_w>, where E is the loss of the next mini-batch, or the validation loss that the script tells
how to compute (``tuning_fork.validation``).

Hyperparameters move in logarithms (a momentum in that of 1 - momentum), along the mean of the last ten or so signs.
"""

import math

#: A running mean of the losses that is this much of the first loss above the best one has gone astray.
ASTRAY = 0.1
#: The learning rate that a training goes on with where it was good, and half of that if it comes back there again.
SHRINK = 0.5
#: Of the running means of signs and of losses.
MEMORY = 0.9

LEARNING_RATE, MOMENTUM, DECAY = "lr", "momentum", "weight_decay"

_FROM = {LEARNING_RATE: math.exp, MOMENTUM: lambda u: 1.0 - math.exp(u), DECAY: math.exp}
_TO = {LEARNING_RATE: math.log, MOMENTUM: lambda x: math.log(1.0 - x), DECAY: math.log}
#: dx/du at x.
_SLOPES = {LEARNING_RATE: lambda x: x, MOMENTUM: lambda x: x - 1.0, DECAY: lambda x: x}


class Moves:
    """Where the hyperparameters stand: a fold over their hypergradients.

    ``rule``: "step", about how far a logarithm moves in an update, and "bounds", the least and largest value by name.
    """

    def __init__(self, rule, values):
        self.rule = rule
        self.names = list(values)
        self.values = {name: self._within(name, value) for name, value in values.items()}
        self.forget()

    def forget(self):
        self._means = dict.fromkeys(self.names, 0.0)
        self._count = 0

    def move(self, hypergradients):
        """By the derivatives of the loss by each coordinate u."""
        self._count += 1
        for name, value in hypergradients.items():
            sign = (value > 0) - (value < 0)
            self._means[name] = MEMORY * self._means[name] + (1.0 - MEMORY) * sign
            step = self.rule["step"] * self._means[name] / (1.0 - MEMORY**self._count)
            self.values[name] = self._within(name, _FROM[name](_TO[name](self.values[name]) - step))

    def put_back(self, values):
        self.forget()
        self.values.update({name: self._within(name, value) for name, value in values.items()})

    def slope(self, name):
        return _SLOPES[name](self.values[name])

    def _within(self, name, value):
        low, high = self.rule["bounds"][name]
        return min(high, max(low, value))


class Watch:
    """Sees from its losses whether a training has gone astray, and keeps what it was where their running mean was best."""

    def __init__(self, loss, kept):
        self._first = self._best = loss
        self._sum = self._weight = 0.0
        self.kept = kept
        self.returns = 0

    def is_astray(self, loss):
        self._sum = MEMORY * self._sum + (1.0 - MEMORY) * loss
        self._weight = MEMORY * self._weight + 1.0 - MEMORY
        return not self.mean <= self._best + ASTRAY * abs(self._first)

    @property
    def mean(self):
        return self._sum / self._weight

    def keep(self, kept):
        """``kept()`` copies what is to be kept, and is called only where it is."""
        if self.mean < self._best:
            self._best, self.kept, self.returns = self.mean, kept(), 0

    def go_back(self):
        self._sum, self._weight = self._best, 1.0
        self.returns += 1
        return self.kept


class RealTime:
    """``rule``: those of `Moves`, "discount" (m) and "update": steps from one update to the next."""

    def __init__(self, rule, control):
        self.rule = rule
        self.control = control
        self.moves = None  # until the first step
        self.graphs = None
        self._steps = None
        #: Since the last look.
        self._told = {}
        self._returns = []
        self._validation = None
        self._watch = None

    def next(self, optimizer, parameters, own):
        """The learning rate for the coming step, of parameters that have their gradients."""
        import torch

        if self.moves is None:
            self._begin(optimizer, own)
        with torch.no_grad():
            gradient = self._flat(each.grad for each in parameters)
            self._steps.same(parameters)
            fault = self._fault(parameters, gradient)
            if fault is not None:
                self._go_back(optimizer, parameters, fault)
                gradient = self._flat(each.grad for each in parameters)
            self.put(optimizer)
            curved = self._steps.curved(self.graphs, parameters, gradient)
            self._steps.advance(optimizer, self._flat(parameters), gradient, curved, self.rule["discount"])
        # The next backward pass is differentiated once more: its graph is kept until then.
        self.graphs.wanted = True
        return self.moves.values[LEARNING_RATE]

    def put(self, optimizer):
        """All but the learning rate, which is put in as ever."""
        for group in optimizer.param_groups:
            if MOMENTUM in self.moves.names:
                if "betas" in group:
                    group["betas"] = (self.moves.values[MOMENTUM], group["betas"][1])
                else:
                    group["momentum"] = self.moves.values[MOMENTUM]
            if DECAY in self.moves.names:
                group["weight_decay"] = self.moves.values[DECAY]

    def put_back(self, rate):
        """The parameters are others now: what the optimizer keeps and Z are of the ones before."""
        self.moves.put_back({LEARNING_RATE: rate})
        self._steps.clear()
        self._watch = None
        if self.control.saved is None:
            self.control.optimizer.state.clear()

    def told(self, number):
        """What a look tells of the steps since the last one; ``number`` is what a message takes for one."""
        told, self._told = self._told, {name: [] for name in self._told}
        values = {name: number(value) for name, value in self.moves.values.items() if name != LEARNING_RATE}
        seen = {"hypergradients": {name: [number(each) for each in list_] for name, list_ in told.items()}}
        if values:
            seen["values"] = values
        if self._returns:
            seen["returns"], self._returns = self._returns, []
        if self._validation is not None:
            seen["validation"] = number(self._validation)
        return seen

    def end(self):
        if self.graphs is not None:
            self.graphs.end()

    def _begin(self, optimizer, own):
        steps = self.control.beside("attach_steps")
        self._flat, self._steps = steps.flat, steps.of(optimizer, self.control)
        groups = optimizer.param_groups
        values = {LEARNING_RATE: own}
        if MOMENTUM in self.rule["bounds"]:
            values[MOMENTUM] = groups[0]["betas"][0] if "betas" in groups[0] else groups[0].get("momentum", 0.0)
        shared = len({group.get("weight_decay", 0.0) for group in groups}) == 1
        # Of the loss that is trained on, less decay is better at any time.
        if DECAY in self.rule["bounds"] and self.control.validation is not None and shared:
            values[DECAY] = groups[0].get("weight_decay", 0.0)
        self.moves = Moves(self.rule, values)
        self._told = {name: [] for name in values}
        self._steps.names = self.moves.names
        self.graphs = Graphs()

    def _fault(self, parameters, gradient):
        """Moves the hyperparameters where that is due; says why the training must go back, if it must."""
        import torch

        loss = self.graphs.loss()
        if not bool(torch.isfinite(gradient).all()) or not math.isfinite(loss or 0.0):
            return "the loss or its gradient was no number"
        if loss is not None:
            if self._watch is None:
                self._watch = Watch(loss, self._copy(parameters))
            if self._watch.is_astray(loss):
                return "its losses were far above what they had been"
            self._watch.keep(lambda: self._copy(parameters))
        if self._steps.count == 0 or self._steps.count % self.rule["update"] != 0:
            return None
        outer = self._outer(parameters)
        products = self._steps.products(gradient if outer is None else outer)
        hypergradients = {name: product * self.moves.slope(name) for name, product in products.items()}
        if not all(math.isfinite(value) for value in hypergradients.values()):
            return "a hypergradient was no number"
        for name, value in hypergradients.items():
            self._told[name].append(value)
        self.moves.move(hypergradients)
        return None

    def _copy(self, parameters):
        state = self.control.optimizer.state
        return (
            dict(self.moves.values),
            [each.detach().clone() for each in parameters],
            {each: _copied(state[each]) for each in parameters if each in state},
        )

    def _go_back(self, optimizer, parameters, why):
        """To where the training was best, with a smaller learning rate; the coming step has no gradient from there."""
        values = self.moves.values
        shrink = SHRINK
        if self._watch is not None:
            values, kept, state = self._watch.go_back()
            shrink **= self._watch.returns
            if self.control.saved is not None:
                self.control.load()
            else:
                for each, value in zip(parameters, kept):
                    each.copy_(value)
                    if each in optimizer.state:
                        optimizer.state[each] = _copied(state.get(each, {}))
        for each in parameters:
            each.grad.zero_()
        self.moves.put_back(dict(values, lr=shrink * values[LEARNING_RATE]))
        self._steps.clear()
        # How many hypergradients have been told before it.
        at = len(self._told[LEARNING_RATE])
        self._returns.append({"step": self.control.step, "at": at, "values": dict(self.moves.values), "why": why})

    def _outer(self, parameters):
        """The gradient of the validation loss; None where the script tells of none."""
        seen = self.control.validation_gradient(parameters)
        if seen is None:
            return None
        self._validation, gradients = seen
        return self._flat(gradients)


def _copied(state):
    """Of what an optimizer keeps of a parameter."""
    return {name: value.clone() if hasattr(value, "clone") else value for name, value in state.items()}


class Graphs:
    """Keeps what the backward passes of a step began from, and their graphs, where they are wanted."""

    def __init__(self):
        import torch

        self.wanted = False
        self.roots = []
        self._backward = backward = torch.autograd.backward

        def wrapped(tensors, grad_tensors=None, retain_graph=None, *args, **kwargs):
            if self.wanted:
                retain_graph = True
                self._keep(tensors, grad_tensors)
            return backward(tensors, grad_tensors, retain_graph, *args, **kwargs)

        torch.autograd.backward = wrapped

    def _keep(self, tensors, gradients):
        import torch

        tensors = (tensors,) if isinstance(tensors, torch.Tensor) else tuple(tensors)
        if not isinstance(gradients, (list, tuple)):
            gradients = (gradients,) * len(tensors)
        self.roots.extend(zip(tensors, gradients))

    def loss(self):
        """What the script went back from, in all; None where nothing was kept, or no single numbers."""
        if not self.roots or any(root.numel() != 1 for root, _ in self.roots):
            return None
        return sum(float(root.detach()) for root, _ in self.roots)

    def take(self):
        roots, self.roots = self.roots, []
        return roots

    def end(self):
        import torch

        self.wanted = False
        self.roots = []
        torch.autograd.backward = self._backward
