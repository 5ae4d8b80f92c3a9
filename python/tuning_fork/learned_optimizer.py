"""A learned optimizer for PyTorch: the coordinatewise LSTM of Andrychowicz et al. 2016.

    optimizer = tuning_fork.LearnedOptimizer(model.parameters(), "digits")

It is imported when ``tuning_fork.LearnedOptimizer`` is first named, as it needs PyTorch.
"""

import base64
import json
import math
import os

import torch

#: The length of the logarithm-and-sign preprocessing, p.
LOG_SIGN_P = 10

#: Optimizers that come along, beside the folder of this package.
_SHIPPED = os.path.join(os.path.dirname(__file__), "..", "..", "media", "learned")

_NAMES = ("kernel1", "bias1", "kernel2", "bias2", "kernelOut", "biasOut")


class LearnedOptimizer(torch.optim.Optimizer):
    """Updates every parameter by a trained recurrent network, in place of a rule and its learning rate.

    ``source`` is the path of a file that ``tuning-fork learn optimizer`` wrote, what such a file holds, or the name of
    one that comes with Tuning Fork: "digits" (small networks that classify). ``scale``
    multiplies every update. The network was trained for as many steps as its record says; beyond them it is on its own.
    """

    def __init__(self, params, source, scale=1.0):
        if not scale > 0:
            raise ValueError("scale must be above 0, not %r" % (scale,))
        if not isinstance(source, dict):
            shipped = os.path.join(_SHIPPED, "lstm-%s.json" % source)
            with open(shipped if os.path.exists(shipped) else source, encoding="utf-8") as file:
                source = json.load(file)
        if source.get("system") != "optimizer":
            raise ValueError("not a learned optimizer: use a file that tuning-fork learn optimizer has written")
        self._units = source["units"]
        self._scale = source["scale"]
        self._log_sign = source["preprocessing"] == "log-sign"
        self._weights = _decode(source["weights"], self._units, 2 if self._log_sign else 1)
        self._moved = {}
        super().__init__(params, {"scale": scale})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group["scale"])
        return loss

    def _update(self, parameter, scale):
        if parameter.grad.is_sparse:
            raise RuntimeError("LearnedOptimizer takes no sparse gradients")
        weights = self._weights_on(parameter.device)
        gradient = parameter.grad.reshape(-1).float()
        state = self.state[parameter]
        if not state:
            for name in ("cell1", "output1", "cell2", "output2"):
                state[name] = gradient.new_zeros(gradient.numel(), self._units)
        inputs = _log_sign(gradient) if self._log_sign else gradient.unsqueeze(1)
        state["cell1"], state["output1"] = _layer(
            inputs, state["cell1"], state["output1"], weights["kernel1"], weights["bias1"]
        )
        state["cell2"], state["output2"] = _layer(
            state["output1"], state["cell2"], state["output2"], weights["kernel2"], weights["bias2"]
        )
        update = state["output2"] @ weights["kernelOut"] + weights["biasOut"]
        parameter.add_((scale * self._scale * update).reshape(parameter.shape).to(parameter.dtype))

    def _weights_on(self, device):
        if device not in self._moved:
            self._moved[device] = {name: weight.to(device) for name, weight in self._weights.items()}
        return self._moved[device]


def _decode(encoded, units, inputs):
    shapes = dict(
        kernel1=(inputs + units, 4 * units),
        bias1=(4 * units,),
        kernel2=(2 * units, 4 * units),
        bias2=(4 * units,),
        kernelOut=(units, 1),
        biasOut=(1,),
    )
    weights = {}
    for name in _NAMES:
        content = base64.b64decode(encoded[name])
        if len(content) != 4 * math.prod(shapes[name]):
            raise ValueError("the weights %r are %d bytes; %r was expected" % (name, len(content), shapes[name]))
        # The file is little-endian; a copy, as PyTorch wants memory that can be written.
        weights[name] = torch.frombuffer(bytearray(content), dtype=torch.float32).reshape(shapes[name])
    return weights


def _log_sign(gradient):
    magnitude = gradient.abs()
    least = math.exp(-LOG_SIGN_P)
    large = magnitude >= least
    first = torch.where(large, magnitude.clamp_min(least).log() / LOG_SIGN_P, -torch.ones_like(gradient))
    second = torch.where(large, gradient.sign(), gradient / least)
    return torch.stack((first, second), dim=1)


def _layer(inputs, cell, output, kernel, bias):
    sums = torch.cat((inputs, output), dim=1) @ kernel + bias
    taken, kept, shown, candidate = sums.chunk(4, dim=1)
    cell = torch.sigmoid(kept) * cell + torch.sigmoid(taken) * torch.tanh(candidate)
    return cell, torch.sigmoid(shown) * torch.tanh(cell)
