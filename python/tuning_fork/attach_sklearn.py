"""Watching a training of scikit-learn's multilayer perceptrons, by ``fit`` or ``partial_fit``: what ``attach`` needs to know.

A step is one mini-batch's. Its losses are those of the network's outputs (s2, without the penalty on the weights), and
their changes come from one pass with the derivatives along the step (s1).
"""

import math

#: Which attribute is the learning rate, by the optimizer's class.
_RATES = {"SGDOptimizer": "learning_rate", "AdamOptimizer": "learning_rate_init"}


def control(base, engine):
    """The control of a training of scikit-learn, from the one of any training."""
    return type("SklearnControl", (_Watcher, base), {})(engine)


class _Watcher:
    framework = "scikit-learn"
    optimizer = None
    #: The parameters that the optimizer changes in place, a list of arrays.
    parameters = ()
    #: The script's own learning rate, while a step is made with another one.
    own = None
    #: Of the step that is looked at: the perceptron, inputs and targets, and the loss.
    scored = None

    def wrap(self, module):
        if module.__name__.endswith("_stochastic_optimizers"):
            self._wrap_steps(module.BaseOptimizer)
        else:
            self._wrap_losses(module.BaseMultilayerPerceptron)

    def _wrap_losses(self, perceptron):
        from functools import wraps

        backpropagate = perceptron._backprop
        control = self

        @wraps(backpropagate)
        def wrapped(model, inputs, targets, *arguments):
            given = backpropagate(model, inputs, targets, *arguments)
            if control.looks:
                control.scored = (model, inputs, targets, given[0])
            return given

        perceptron._backprop = wrapped

    def _wrap_steps(self, kind):
        from functools import wraps

        update = kind.update_params
        control = self

        @wraps(update)
        def wrapped(optimizer, params, grads):
            control.guarded(control.before_step, optimizer, params)
            try:
                return update(optimizer, params, grads)
            finally:
                control.guarded(control.after_step, optimizer)

        kind.update_params = wrapped

    # Before and after a step

    def forget(self):
        self._give_back()
        self.scored = None

    def before_step(self, optimizer, parameters):
        if self.optimizer is None:
            self.optimizer = optimizer
            self.rate_name = _RATES[type(optimizer).__name__]
            # Its momentum holds the learning rates of earlier steps, so that a step is not proportional to its own.
            self.linear = not getattr(optimizer, "momentum", 0)
            self.begin(type(optimizer).__name__, rule_of(optimizer))
        elif optimizer is not self.optimizer:
            raise self.Released("the script trains several perceptrons: a policy is for one")
        self.parameters = list(parameters)
        self.own = getattr(optimizer, self.rate_name)
        setattr(optimizer, self.rate_name, self.rate_for(float(self.own)))
        if self.looks:
            self.before = [each.copy() for each in self.parameters]

    def after_step(self, optimizer):
        used, own = float(getattr(optimizer, self.rate_name)), float(self.own)
        self._give_back()
        if self.looks:
            self.look(own, used)
        self.scored = self.before = None
        self.step += 1

    def _give_back(self):
        if self.own is not None:
            setattr(self.optimizer, self.rate_name, self.own)
        self.own = None

    def make_over(self, factor):
        for parameter, before in zip(self.parameters, self.before):
            parameter[...] = before + factor * (parameter - before)

    def put_back(self, kept):
        for parameter, before in zip(self.parameters, kept):
            parameter[...] = before

    # What is seen

    def seen(self, factor):
        if self.scored is None:
            return {}
        model, inputs, targets, loss = self.scored
        seen = {"loss": self.number(loss)}
        if len(targets) < 2 or model.out_activation_ not in ("softmax", "logistic", "identity"):
            return seen
        steps = [now - then for now, then in zip(self.parameters, self.before)]
        losses, changes = _losses(model, inputs, targets, self.before, steps)
        seen["logVarLoss"] = self._log_variance(losses)
        if self.config["changes"] and factor > 0:
            seen["logVarChange"] = self._log_variance(changes, 2.0 * math.log(factor))
        return seen

    def _log_variance(self, values, more=0.0):
        variance = float(values.var())
        return self.number(math.log(variance) + more) if variance > 0 else "-inf"


def _losses(model, inputs, targets, parameters, steps):
    """The loss of each example, and how it changes along ``steps``, to first order: two arrays, [examples].

    ``parameters`` and ``steps`` are the kernels of all layers, then their biases.
    """
    import numpy

    layers = len(parameters) // 2
    values = numpy.asarray(inputs.toarray() if hasattr(inputs, "toarray") else inputs, dtype=numpy.float64)
    slopes = numpy.zeros_like(values)
    for layer in range(layers):
        kernel, bias = parameters[layer], parameters[layers + layer]
        slopes = slopes @ kernel + values @ steps[layer] + steps[layers + layer]
        values = values @ kernel + bias
        if layer < layers - 1:
            values, slopes = _activated(model.activation, values, slopes)
    targets = numpy.asarray(targets, dtype=numpy.float64).reshape(values.shape)
    if model.out_activation_ == "identity":
        return 0.5 * ((values - targets) ** 2).mean(axis=1), ((values - targets) * slopes).mean(axis=1)
    if model.out_activation_ == "softmax":
        values = values - values.max(axis=1, keepdims=True)
        total = numpy.log(numpy.exp(values).sum(axis=1, keepdims=True))
        given = numpy.exp(values - total)
        return (targets * (total - values)).sum(axis=1), ((given - targets) * slopes).sum(axis=1)
    given = 1.0 / (1.0 + numpy.exp(-values))
    return (numpy.logaddexp(0.0, values) - targets * values).sum(axis=1), ((given - targets) * slopes).sum(axis=1)


def _activated(activation, values, slopes):
    import numpy

    if activation == "relu":
        return numpy.maximum(values, 0.0), slopes * (values > 0)
    if activation == "tanh":
        values = numpy.tanh(values)
        return values, slopes * (1.0 - values**2)
    if activation == "logistic":
        values = 1.0 / (1.0 + numpy.exp(-values))
        return values, slopes * values * (1.0 - values)
    return values, slopes


def rule_of(optimizer):
    """The name by which a policy knows an optimizer."""
    if type(optimizer).__name__ == "AdamOptimizer":
        return "adam"
    return "momentum" if optimizer.momentum else "sgd"
