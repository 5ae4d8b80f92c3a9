"""What a training script may use of Tuning Fork; it works unchanged when it is run by hand.

    import tuning_fork

    settings = tuning_fork.params(lr=0.01, momentum=0.9)
    for epoch in range(1, 11):
        ...
        tuning_fork.report(epoch, val_loss=loss)
"""

import json
import os
import sys
from collections.abc import Mapping

__all__ = ["budget", "checkpoint_dir", "checkpoints", "params", "report", "validation"]


def report(*arguments, step=None, hypergradients=None, **metrics):
    """Prints one JSON line with numbers to standard output, also where ``sys.stdout`` was replaced.

    ``report(3, val_loss=0.07)``, ``report(val_loss=0.07)`` and ``report({"val_loss": 0.07}, step=3)`` all work.
    Whatever ``float`` takes is a number: also a tensor or an array with one element.

    ``hypergradients``, such as ``{"lr": -0.12}``: derivatives of the objective by the values of parameters. The strategy
    ``hypergradient`` goes by the last that were reported.
    """
    for argument in arguments:
        if isinstance(argument, Mapping):
            metrics = {**argument, **metrics}
        elif step is None:
            step = argument
        else:
            raise TypeError("report takes one step and one mapping of metrics")
    line = {} if step is None else {"step": _number(step)}
    for name, value in metrics.items():
        line[str(name)] = _number(value)
    if hypergradients is not None:
        line["hypergradients"] = {str(name): _number(value) for name, value in hypergradients.items()}
    stream = sys.__stdout__
    if stream is not None:
        stream.write(json.dumps(line) + "\n")
        stream.flush()


def _number(value):
    if type(value) in (int, float):
        return value
    if isinstance(value, bool):
        return int(value)
    number = float(value)
    return int(number) if hasattr(value, "__index__") else number


class Params(Mapping):
    """The values that this trial is given, as ``params["lr"]`` or ``params.lr``."""

    def __init__(self, values):
        object.__setattr__(self, "_values", values)

    def __call__(self, **defaults):
        """The defaults, overlaid with the values of this trial."""
        values = dict(defaults)
        for name, value in self._values.items():
            floating = type(defaults.get(name)) is float and type(value) is int
            values[name] = float(value) if floating else value
        return Params(values)

    def __getitem__(self, name):
        return self._values[name]

    def __getattr__(self, name):
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(
                "no parameter %r; give it a default: tuning_fork.params(%s=...)" % (name, name)
            ) from None

    def __setattr__(self, name, value):
        raise AttributeError("parameters are read, not set")

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        return "Params(%s)" % ", ".join("%s=%r" % item for item in self._values.items())

    def __reduce__(self):
        return (Params, (self._values,))


params = Params(json.loads(os.environ.get("TUNING_FORK_PARAMS") or "{}"))


def checkpoint_dir():
    """The folder that is kept between the runs of one trial, made if need be; None when there is none."""
    folder = os.environ.get("TUNING_FORK_CHECKPOINT")
    if not folder:
        return None
    os.makedirs(folder, exist_ok=True)
    return folder


def budget(default=None):
    """How far this run may go, in the study's unit (epochs, steps); ``default`` when nothing limits it."""
    text = os.environ.get("TUNING_FORK_BUDGET")
    if not text:
        return default
    number = float(text)
    return int(number) if number.is_integer() else number


#: What a training that is driven is told by its script.
_callbacks = {}


def validation(model, loss):
    """Tells how to compute a validation loss while a PyTorch training runs; does nothing by hand.

    ``loss()`` gives it as a tensor that gradients go back from; ``model`` is in evaluation mode meanwhile. A part of the
    validation data is enough, and quicker. Strategies with real-time hypergradients (``rtho``) then move hyperparameters by
    its gradient, weight decay too, instead of by the loss of the next mini-batch.

        tuning_fork.validation(model, lambda: F.cross_entropy(model(val_images), val_labels))
    """
    if not callable(loss):
        raise TypeError("validation takes a model and a function that computes its validation loss")
    _callbacks["validation"] = (model, loss)


def checkpoints(save, load):
    """Tells how to keep and restore a training whose hyperparameters are driven; does nothing by hand.

    ``save()`` gives a copy of all that the training consists of (model, optimizer, running means), ``load(copy)`` puts it
    back. It is saved where the loss is least, and restored when the training goes astray; without these two the model's
    parameters alone are.

        tuning_fork.checkpoints(lambda: copy.deepcopy(model.state_dict()), model.load_state_dict)
    """
    if not (callable(save) and callable(load)):
        raise TypeError("checkpoints takes two functions: one that saves, and one that loads what the other gave")
    _callbacks["checkpoints"] = (save, load)


def __getattr__(name):
    """``LearnedOptimizer`` needs PyTorch, the rest of this module nothing: it is imported when it is first named."""
    if name != "LearnedOptimizer":
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    from .learned_optimizer import LearnedOptimizer

    return LearnedOptimizer
