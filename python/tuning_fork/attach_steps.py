"""The steps of PyTorch's optimizers, differentiated: Z = ds/dlambda of the parameters and of what the optimizer keeps.

All parameters stand one after the other, [d]; Z of each part of the state is [hyperparameters, d].
"""

#: How far gradients and steps may be from what they are taken for, as a share of their lengths.
TOLERANCE = 1e-2
#: What 32-bit numbers lose when a step is added to parameters, as a share of their length.
ROUNDING = 1e-6

LEARNING_RATE, MOMENTUM, DECAY = "lr", "momentum", "weight_decay"

#: What must be the same in all groups and is not moved; what must be off.
_SHARED = ("betas", "eps", "dampening", "nesterov", "decoupled_weight_decay")
_OFF = ("amsgrad", "maximize", "differentiable")


def of(optimizer, control):
    """The steps of an optimizer; raises Released for one that it does not know."""
    kinds = {"SGD": Sgd, "Adam": Adam, "AdamW": AdamW}
    kind = kinds.get(type(optimizer).__name__)
    if kind is None:
        raise control.Released("real-time hypergradients know SGD, Adam and AdamW; hypergradient-descent takes any optimizer")
    first = optimizer.param_groups[0]
    for group in optimizer.param_groups:
        if any(group.get(name) for name in _OFF) or any(group.get(name) != first.get(name) for name in _SHARED):
            raise control.Released("real-time hypergradients do not know these settings of %s" % type(optimizer).__name__)
    return kind(control)


def flat(tensors):
    """All numbers of tensors, one after the other: [d]."""
    import torch

    return torch.cat([each.detach().reshape(-1) for each in tensors])


class Steps:
    #: The parts of the state, by their names in `optimizer.state`.
    buffers = ()

    def __init__(self, control):
        self.control = control
        #: The hyperparameters, in the order of the rows.
        self.names = ()
        self._parameters = ()
        self.clear()

    def clear(self):
        """From here on the state counts as given."""
        self.count = 0
        self.z = None
        self._expected = None

    def same(self, parameters):
        """The parameters of the coming step: if they are others than before, Z begins anew."""
        if len(parameters) != len(self._parameters) or any(a is not b for a, b in zip(parameters, self._parameters)):
            self._parameters = tuple(parameters)
            self.clear()
        if self._expected is not None and self._is_far(flat(parameters), *self._expected):
            raise self.control.Released("the parameters are not where the optimizer's step leads to: something else changes them")

    def products(self, gradient):
        """The hypergradients by the values, from a gradient [d] of the outer loss by the parameters."""
        return dict(zip(self.names, (self.z["w"] @ gradient).tolist()))

    def curved(self, graphs, parameters, gradient):
        """The Hessian of the step's losses times each column of Z: [hyperparameters, d]; None where Z is 0."""
        import torch

        roots = graphs.take()
        if self.z is None:
            return None
        if not roots:
            raise self.control.Released("no backward pass led to the gradient of a step")
        with torch.enable_grad():
            ours = torch.autograd.grad(
                [root for root, _ in roots], parameters, [start for _, start in roots], create_graph=True, allow_unused=True
            )
        plain = flat(torch.zeros_like(p) if g is None else g for g, p in zip(ours, parameters))
        # Clipping by the norm and loss scaling multiply the gradient.
        size = float(plain @ plain)
        scale = float(gradient @ plain) / size if size > 0 else 1.0
        if self._is_far(gradient, scale * plain, TOLERANCE * gradient.norm()):
            raise self.control.Released("the gradient of a step is not that of the losses that the script went back from")
        return scale * self._second(ours, parameters)

    def _second(self, gradients, parameters):
        import torch

        known = [i for i, each in enumerate(gradients) if each is not None and each.requires_grad]
        rows = []
        for j, row in enumerate(self.z["w"]):
            columns = row.split([each.numel() for each in parameters])
            second = [None] * len(parameters)
            if known:
                second = torch.autograd.grad(
                    [gradients[i] for i in known],
                    parameters,
                    [columns[i].view_as(parameters[i]) for i in known],
                    # The last one frees the graphs.
                    retain_graph=j + 1 < len(self.names),
                    allow_unused=True,
                )
            rows.append(flat(torch.zeros_like(p) if s is None else s for s, p in zip(second, parameters)))
        return torch.stack(rows)

    def advance(self, optimizer, w, gradient, curved, discount):
        """Z after the step that the optimizer is about to make from ``w`` with ``gradient``."""
        import torch

        if self.z is None:
            rows = torch.zeros(len(self.names), w.numel(), dtype=w.dtype, device=w.device)
            self.z = {name: rows.clone() for name in ("w",) + self.buffers}
        else:
            for each in self.z.values():
                each.mul_(discount)
        self.count += 1
        curved = torch.zeros_like(self.z["w"]) if curved is None else discount * curved
        update = self.step(optimizer, w, gradient, curved)
        self._expected = (w + update, TOLERANCE * update.norm() + ROUNDING * w.norm())

    def step(self, optimizer, w, gradient, curved):
        """Moves Z along with a step; gives the step itself, [d]."""
        raise NotImplementedError

    def row(self, part, name):
        """The row of a hyperparameter; one that is not moved has none, and what is added to it is lost."""
        import torch

        at = self.z[part]
        return at[self.names.index(name)] if name in self.names else torch.zeros_like(at[0])

    def spread(self, optimizer, name, at=None):
        """What a hyperparameter is for each number: one for all, or [d]."""
        import torch

        value = lambda group: float(group[name] if at is None else group[name][at])
        values = {value(group) for group in optimizer.param_groups}
        if len(values) == 1:
            return values.pop()
        group_of = {id(each): group for group in optimizer.param_groups for each in group["params"]}
        return flat(torch.full_like(each, value(group_of[id(each)])) for each in self._parameters)

    def rates(self, optimizer):
        """The learning rates, and what they are of the first group's."""
        first = self.control.own[0]["lr"]
        own = [float(each["lr"]) / first if first > 0 else 1.0 for each in self.control.own]
        rate = self.control.descent.moves.values[LEARNING_RATE]
        if len(set(own)) == 1:
            return rate * own[0], own[0]
        import torch

        share_of = {id(p): share for share, group in zip(own, optimizer.param_groups) for p in group["params"]}
        shares = flat(torch.full_like(each, share_of[id(each)]) for each in self._parameters)
        return rate * shares, shares

    def kept(self, optimizer, name):
        """A part of the optimizer's state, [d]; None before it has one."""
        import torch

        kept = [optimizer.state.get(each, {}).get(name) for each in self._parameters]
        if all(each is None for each in kept):
            return None
        return flat(torch.zeros_like(p) if k is None else k for k, p in zip(kept, self._parameters))

    @staticmethod
    def _is_far(numbers, others, allowed):
        return bool((numbers - others).norm() > allowed)


class Sgd(Steps):
    """v <- mu v + (1 - damping) g, w <- w - eta d, with d = v, or g + mu v (Nesterov), and g with the weights' decay."""

    buffers = ("v",)

    def step(self, optimizer, w, gradient, curved):
        group = optimizer.param_groups[0]
        rate, share = self.rates(optimizer)
        decay, momentum = self.spread(optimizer, "weight_decay"), self.spread(optimizer, "momentum")
        before = self.kept(optimizer, "momentum_buffer")
        gradient = gradient + decay * w
        slope = curved + decay * self.z["w"]
        if DECAY in self.names:
            slope[self.names.index(DECAY)] += w
        z = self.z["v"]
        if before is None:
            # The first one is the gradient itself, whatever the damping.
            velocity = gradient
            z.copy_(slope)
        else:
            gain = 1.0 - group["dampening"]
            velocity = momentum * before + gain * gradient
            z.mul_(momentum).add_(slope, alpha=gain)
            self.row("v", MOMENTUM).add_(before)
        direction, moved = velocity, z
        if group["nesterov"]:
            direction = gradient + momentum * velocity
            moved = slope + momentum * z
            if MOMENTUM in self.names:
                moved[self.names.index(MOMENTUM)] += velocity
        self.z["w"].sub_(rate * moved)
        self.row("w", LEARNING_RATE).sub_(share * direction)
        return -rate * direction


class Adam(Steps):
    """Kingma & Ba 2015; the momentum is beta1."""

    buffers = ("m", "s")
    #: Whether weights decay by themselves instead of by their gradient (Loshchilov & Hutter 2019).
    decoupled = False

    def step(self, optimizer, w, gradient, curved):
        import torch

        group = optimizer.param_groups[0]
        rate, share = self.rates(optimizer)
        decay = self.spread(optimizer, "weight_decay")
        first, second = group["betas"]
        count = self._count(optimizer)
        z = self.z["w"]
        shrunk = torch.zeros_like(w)
        if self.decoupled or group.get("decoupled_weight_decay"):
            shrunk = -rate * decay * w
            z.mul_(1.0 - rate * decay)
            self.row("w", LEARNING_RATE).sub_(share * decay * w)
            self.row("w", DECAY).sub_(rate * w)
            slope = curved
        else:
            gradient = gradient + decay * w
            slope = curved + decay * z
            if DECAY in self.names:
                slope[self.names.index(DECAY)] += w
        mean = self.kept(optimizer, "exp_avg")
        square = self.kept(optimizer, "exp_avg_sq")
        mean = torch.zeros_like(w) if mean is None else mean
        square = torch.zeros_like(w) if square is None else square
        self.z["m"].mul_(first).add_(slope, alpha=1.0 - first)
        self.row("m", MOMENTUM).add_(mean - gradient)
        self.z["s"].mul_(second).add_(slope * gradient, alpha=2.0 * (1.0 - second))
        mean = first * mean + (1.0 - first) * gradient
        square = second * square + (1.0 - second) * gradient * gradient
        # Bias corrections, and the derivative of the first one by beta1.
        one, two = 1.0 - first**count, 1.0 - second**count
        root = (square / two).sqrt()
        below = root + group["eps"]
        direction = mean / one / below
        moved = self.z["m"] / (one * below)
        # Where there was never a gradient the root is 0, and so is what is divided by it.
        moved -= self.z["s"] * torch.where(root > 0, direction / (2.0 * two * below * root), torch.zeros_like(w))
        if MOMENTUM in self.names:
            moved[self.names.index(MOMENTUM)] += direction * (count * first ** (count - 1) / one)
        z.sub_(rate * moved)
        self.row("w", LEARNING_RATE).sub_(share * direction)
        return shrunk - rate * direction

    def _count(self, optimizer):
        """The number of the coming step, from 1."""
        steps = {int(optimizer.state.get(each, {}).get("step", 0)) for each in self._parameters}
        if len(steps) > 1:
            raise self.control.Released("some parameters have made more steps than others")
        return steps.pop() + 1


class AdamW(Adam):
    decoupled = True
