"""Lets an engine watch a PyTorch training and set its learning rate, with no change to the script.

The launcher loads this where TUNING_FORK_ATTACH is set: JSON with ``address`` (a Unix socket) and ``trial``. Nothing
is imported for it: when the script imports PyTorch, the loss functions of ``torch.nn.functional`` and the optimizers'
``step`` are wrapped. On the steps that the engine wants to see, the script says what it sees and waits for an answer;
on the others it keeps the last one. ``docs/control.md`` has the protocol.

What is seen depends on what the script allows:

- nothing but the optimizer: the step and the user's own learning rates;
- a loss by a function of ``torch.nn.functional``: its value and the logarithm of its variance over the examples (s2);
- a model that can be run again, with dual numbers: the logarithm of the variance of the changes of the examples'
  losses that the step promises, to first order (s1), from the step that the optimizer has really made.

A fault here never ends the script: it goes on with the learning rates that it sets itself.
"""

import json
import math
import os
import socket
import sys

PROTOCOL = 1

#: Loss functions of what is scored and what it is scored against.
LOSSES = (
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
)

#: The least learning rate that a step is made with before it is made over.
LEAST = 1e-3

#: Optimizers by the rule that a policy knows them by.
_RULES = {"RMSprop": "rmsprop", "Adam": "adam", "AdamW": "adam", "NAdam": "adam", "RAdam": "adam"}


def install():
    """Waits for PyTorch."""
    settings = json.loads(os.environ["TUNING_FORK_ATTACH"])
    control = Control(Engine(settings))
    hook = AfterImport({"torch.nn.functional": control.wrap_losses, "torch.optim.optimizer": control.wrap_optimizers})
    sys.meta_path.insert(0, hook)


class AfterImport:
    """Calls a function with each of some modules once it has been imported."""

    def __init__(self, waiting):
        self.waiting = dict(waiting)

    def find_spec(self, name, path=None, target=None):
        then = self.waiting.pop(name, None)
        if then is None:
            return None
        from importlib.util import find_spec

        spec = find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            then(module)

        spec.loader.exec_module = exec_module
        return spec


class Released(Exception):
    """The engine lets go of the training."""


class Engine:
    """The other end: one message a line, both ways."""

    def __init__(self, settings):
        self.settings = settings
        self.stream = None

    def greet(self, message):
        """Says hello; gives what the engine wants."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10.0)
        self.socket.connect(self.settings["address"])
        self.stream = self.socket.makefile("rwb", buffering=0)
        config = self.ask(dict(message, type="hello", protocol=PROTOCOL, trial=self.settings["trial"]))
        self.socket.settimeout(config["timeoutMs"] / 1000.0)
        return config

    def ask(self, message):
        self.tell(message)
        line = self.stream.readline()
        if not line:
            raise Released("the engine has gone")
        answer = json.loads(line.decode("utf-8"))
        if answer["type"] == "release":
            raise Released(answer["reason"])
        return answer

    def tell(self, message):
        self.stream.write(json.dumps(message, separators=(",", ":")).encode("utf-8") + b"\n")

    def close(self, reason):
        try:
            if self.stream is not None:
                self.tell({"type": "crash", "reason": reason})
                self.socket.close()
        except (OSError, ValueError):
            pass


class Control:
    """One training: watches it, and sets its learning rate where the engine wants that."""

    def __init__(self, engine):
        self.engine = engine
        self.config = None  # until the first step
        self.over = False
        self.process = os.getpid()
        self.step = 0
        self.optimizer = None
        #: The learning rate of the last answer; None: the script's own.
        self.rate = None
        #: What the script has set for each group, while a step is made with other rates.
        self.own = None
        #: The learning rate that the step is to be seen with.
        self.meant = 0.0
        #: Of the step that is looked at: the model, its arguments and the random numbers' state; the loss; the
        #: parameters before it, by identity.
        self.called = self.scored = self.before = None
        #: The parameters at the look with the least loss, and that loss: a training that goes astray is put back.
        self.best = None
        self.hook = None
        self.inside = False  # one of our own passes

    # How the script's modules are wrapped

    def wrap_losses(self, functional):
        for name in LOSSES:
            loss = getattr(functional, name, None)
            if loss is not None:
                setattr(functional, name, self._wrapped_loss(loss))

    def _wrapped_loss(self, loss):
        from functools import wraps

        @wraps(loss)
        def wrapped(input, target, *args, **kwargs):
            value = loss(input, target, *args, **kwargs)
            if self.looks and not self.inside and getattr(value, "requires_grad", False):
                self.scored = (loss, input, target, args, kwargs, value)
            return value

        return wrapped

    def wrap_optimizers(self, module):
        control = self
        create = module.Optimizer.__init__

        def __init__(optimizer, *args, **kwargs):
            create(optimizer, *args, **kwargs)
            control.wrap_step(type(optimizer))
            control.guarded(control.look_out)

        module.Optimizer.__init__ = __init__

    def wrap_step(self, kind):
        """Once for each kind of optimizer. Schedulers wrap the same function later, around this one."""
        from functools import wraps

        step = kind.step
        if getattr(step, "_tuning_fork", False):
            return
        control = self

        @wraps(step)
        def wrapped(optimizer, *args, **kwargs):
            control.guarded(control.before_step, optimizer)
            try:
                return step(optimizer, *args, **kwargs)
            finally:
                control.guarded(control.after_step, optimizer)

        wrapped._tuning_fork = True
        kind.step = wrapped

    @property
    def looks(self):
        """Whether the coming step is one that the engine wants to see."""
        if self.over:
            return False
        config = self.config
        return config is None or self.step < config["first"] or self.step % config["every"] == 0

    def look_out(self):
        """Sees which model is called before a step that is looked at: the outermost one that is being trained.

        A hook of the model itself would be saved and copied with it, so this is one for all modules, and only while
        it is needed.
        """
        wanted = self.looks and (self.config is None or self.config["changes"])
        if wanted and self.hook is None:
            import torch

            self.hook = torch.nn.modules.module.register_module_forward_pre_hook(self._calling)
        elif not wanted and self.hook is not None:
            self.hook.remove()
            self.hook = None

    def _calling(self, module, arguments):
        import torch

        if self.inside or not module.training or not torch.is_grad_enabled():
            return
        known = self.called and self.called[0]
        # Its parts are called after it; called again it replaces what was kept of it.
        if module is known or (known is None and any(each.requires_grad for each in module.parameters())):
            self.called = (module, arguments, torch.get_rng_state())

    # Before and after a step

    def guarded(self, function, *arguments):
        if self.over or os.getpid() != self.process:
            return
        try:
            function(*arguments)
        except Released as released:
            self.release(str(released))
        except Exception as error:  # whatever it is, the training goes on
            self.release("%s: %s" % (type(error).__name__, error))

    def release(self, reason):
        """From here on the script is on its own."""
        self.over = True
        self._give_back()
        self.look_out()
        self.called = self.scored = self.before = self.best = None
        self.engine.close(reason)

    def before_step(self, optimizer):
        if self.optimizer is None:
            if int(os.environ.get("WORLD_SIZE") or 1) > 1:
                raise Released("several processes train together, and one alone must not change its learning rate")
            self.optimizer = optimizer
            names = {"rule": rule_of(optimizer), "optimizer": type(optimizer).__name__}
            self.config = self.engine.greet(dict(names, framework="pytorch"))
        elif optimizer is not self.optimizer:
            raise Released("the script has several optimizers: a policy cannot tell which rate to set")
        groups = optimizer.param_groups
        self.own = [group["lr"] for group in groups]
        own = float(self.own[0])
        self.meant = own if self.rate is None else self.rate
        rate = self.meant
        if self.looks and self.config["mode"] == "policy":
            # Of a tiny step 32-bit numbers keep too little to make it over; it is made with the rate meant in the end.
            rate = max(rate, LEAST)
        if rate != own:
            for group, before in zip(groups, self.own):
                group["lr"] = rate * (float(before) / own if own > 0 else 1.0)
        if self.looks:
            self.before = {id(each): each.detach().clone() for group in groups for each in group["params"]}

    def after_step(self, optimizer):
        used, own = float(optimizer.param_groups[0]["lr"]), float(self.own[0])
        meant = self.meant
        # The script's schedulers compute the next rate from their own last one.
        self._give_back()
        if self.looks:
            state = {"type": "state", "step": self.step, "own": number(own), "rate": number(meant)}
            factor = meant / used if used > 0 else 1.0
            try:
                losses = self._losses()
                self._keep_best(losses.get("loss"))
                answer = self.engine.ask(dict(state, **losses, **self._changes(factor)))
                self.rate = answer.get("rate")
                if used > 0:
                    factor = (own if self.rate is None else self.rate) / used
                if "fallback" in answer:
                    self._put_back()
                    self.config["mode"] = "own"
                    factor = 1.0
            finally:
                if factor != 1.0:
                    self._make_over(optimizer, factor)
        self.called = self.scored = self.before = None
        self.step += 1
        self.look_out()

    def _give_back(self):
        if self.own is not None:
            for group, rate in zip(self.optimizer.param_groups, self.own):
                group["lr"] = rate
        self.own = None

    def _make_over(self, optimizer, factor):
        """The step again with another learning rate: what a policy knows is proportional to it."""
        import torch

        with torch.no_grad():
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    before = self.before[id(parameter)]
                    parameter.copy_(before + factor * (parameter - before))

    def _keep_best(self, loss):
        driven = self.config["mode"] == "policy" and not isinstance(loss, (str, type(None)))
        if driven and (self.best is None or loss < self.best[0]):
            self.best = (loss, self.before)

    def _put_back(self):
        """Nothing is driven any more: the parameters are again those with which the losses were least."""
        import torch

        if self.best is not None:
            with torch.no_grad():
                for group in self.optimizer.param_groups:
                    for parameter in group["params"]:
                        parameter.copy_(self.best[1][id(parameter)])
        self.best = None

    # What is seen

    def _losses(self):
        if self.scored is None:
            return {}
        import torch

        loss, input, target, args, kwargs, value = self.scored
        with torch.no_grad():
            seen = {"loss": number(value.mean())}
            each = loss(input.detach(), target, *args, **dict(kwargs, reduction="none"))
            if each.numel() > 1:
                seen["logVarLoss"] = log_variance(each)
        return seen

    def _changes(self, factor):
        """How the losses change by the step, times a factor, to first order."""
        if self.called is None or self.scored is None or factor <= 0 or not self.config["changes"]:
            return {}
        import torch
        import warnings

        later = torch.get_rng_state()
        self.inside = True
        try:
            with warnings.catch_warnings(), torch.no_grad():
                # Some versions of PyTorch warn of a part of their own that is used here for the first time.
                warnings.simplefilter("ignore")
                change = self._dual_pass(*self.called)
            if change is None or change.numel() < 2:
                return {}
            return {"logVarChange": log_variance(change, 2.0 * math.log(factor))}
        except (RuntimeError, TypeError):  # NotImplementedError is one: not every operation has a forward derivative
            self.config["changes"] = False
            return {}
        finally:
            self.inside = False
            torch.set_rng_state(later)

    def _dual_pass(self, model, arguments, generator):
        """One pass forward with dual numbers, at the parameters before the step and in its direction.

        Gives the derivatives of the examples' losses; None where the model is not all that lies before the loss.
        """
        import torch
        from torch.autograd import forward_ad

        loss, input, target, args, kwargs, _ = self.scored
        trained = {id(each) for each in model.parameters()}
        if not all(known in trained for known in self.before):
            return None
        with forward_ad.dual_level():
            # What the pass counts up (batch normalisation does) is a copy.
            values = {name: each.clone() for name, each in model.named_buffers()}
            for name, now in model.named_parameters():
                before = self.before.get(id(now))
                values[name] = now.detach() if before is None else forward_ad.make_dual(before, now.detach() - before)
            torch.set_rng_state(generator)
            output = functional_call()(model, values, arguments)
            if not isinstance(output, torch.Tensor) or output.numel() != input.numel():
                return None
            each = loss(output.reshape(input.shape), target, *args, **dict(kwargs, reduction="none"))
            return forward_ad.unpack_dual(each).tangent


def functional_call():
    """Runs a module with other parameters; PyTorch has moved it once."""
    try:
        from torch.func import functional_call as call
    except ImportError:
        from torch.nn.utils.stateless import functional_call as call
    return call


def rule_of(optimizer):
    """The name by which a policy knows an optimizer, or None."""
    name = type(optimizer).__name__
    if name == "SGD":
        return "momentum" if optimizer.param_groups[0].get("momentum") else "sgd"
    return _RULES.get(name)


def log_variance(values, more=0.0):
    return number(float(values.detach().float().var(unbiased=False).log()) + more)


def number(value):
    """JSON has no infinities: they are text."""
    value = float(value)
    return value if math.isfinite(value) else str(value)
