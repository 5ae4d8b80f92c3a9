"""Hypergradient descent on a learning rate while a training of PyTorch runs (Baydin et al. 2018).

To first order a step of size r along -d has the derivative -<g, d> by r, with the gradient g at the step after it. Here
the logarithm of r moves by that, divided by both norms, so that one setting serves from 1e-6 to 1: with the update
u = w_before - w of the last step (a multiple of d, whatever the optimizer) the hypergradient is h = -<g, u> / (|g| |u|),
and r <- r exp(-step h).
"""

import math

#: The learning rate shrinks by this when a step has led to gradients that are no numbers.
SHRINK = 10.0


class Descent:
    """The learning rate of one training, step by step: a fold over its hypergradients.

    ``rule``: "step", the most that the logarithm moves by in a step, and the bounds "low" and "high".
    """

    def __init__(self, rule):
        self.rule = rule
        self.rate = None  # until the first step
        #: Hypergradients since the last look.
        self.hypergradients = []
        #: Parameters before the last step, by identity.
        self._before = {}

    def next(self, optimizer, parameters, own):
        """The learning rate for the coming step, of parameters that have their gradients."""
        import torch

        with torch.no_grad():
            if self.rate is None:
                self.rate = self._within(own)
            else:
                self._move(self._hypergradient(parameters), parameters)
            for each in parameters:
                if id(each) in self._before:
                    self._before[id(each)].copy_(each)
                else:
                    self._before[id(each)] = each.detach().clone()
        return self.rate

    def put_back(self, rate):
        """The parameters are others now, and no update led to them."""
        self.rate = self._within(rate)
        self._before.clear()

    def told(self, number):
        """What a look tells of the steps since the last one; ``number`` is what a message takes for one."""
        told, self.hypergradients = self.hypergradients, []
        return {"hypergradients": {"lr": [number(each) for each in told]}}

    def end(self):
        """There is nothing to be taken back."""

    def _within(self, rate):
        return min(self.rule["high"], max(self.rule["low"], rate))

    def _move(self, hypergradient, parameters):
        self.hypergradients.append(hypergradient)
        if math.isfinite(hypergradient):
            self.rate = self._within(self.rate * math.exp(-self.rule["step"] * hypergradient))
            return
        # One step back, and none from there with a gradient that is no number.
        self.rate = self._within(self.rate / SHRINK)
        for each in parameters:
            if id(each) in self._before:
                each.copy_(self._before[id(each)])
            each.grad.zero_()

    def _hypergradient(self, parameters):
        import torch

        products, gradients, updates = [], [], []
        for each in parameters:
            if id(each) in self._before:
                gradient = each.grad.flatten()
                update = (self._before[id(each)] - each).flatten()
                products.append(torch.dot(gradient, update))
                gradients.append(torch.dot(gradient, gradient))
                updates.append(torch.dot(update, update))
        if not products:
            return 0.0
        # One transfer, where the numbers are on another device.
        product, gradient, update = torch.stack([torch.stack(one).sum() for one in (products, gradients, updates)]).tolist()
        if gradient == 0.0 or update == 0.0:
            return 0.0
        return -product / math.sqrt(gradient * update)
