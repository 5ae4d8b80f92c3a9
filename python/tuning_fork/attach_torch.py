"""Watching a training of PyTorch: what ``attach`` needs to know of it.

What is seen depends on what the script allows:

- nothing but the optimizer: the step and the user's own learning rates;
- a loss by a function of ``torch.nn.functional``: its value and the logarithm of its variance over the examples (s2);
- a model that can be run again, with dual numbers: the logarithm of the variance of the changes of the examples'
  losses that the step promises, to first order (s1), from the step that the optimizer has really made.
"""

import math
import sys

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

#: What may be set for a step, and is given back after it.
SET = ("lr", "momentum", "betas", "weight_decay")

#: Optimizers by the rule that a policy knows them by.
_RULES = {"RMSprop": "rmsprop", "Adam": "adam", "AdamW": "adam", "NAdam": "adam", "RAdam": "adam"}


def control(base, engine):
    """The control of a training of PyTorch, from the one of any training."""
    return type("TorchControl", (_Watcher, base), {})(engine)


class _Watcher:
    framework = "pytorch"
    descends = True
    optimizer = None
    #: What the script has set for each group, while a step is made with other values.
    own = None
    #: Of the step that is looked at: the model, its arguments and the random numbers' state; and the loss.
    called = scored = None
    #: The least loss so far and what the script has saved there, where it tells how.
    saved = None
    hook = None
    inside = False  # one of our own passes

    def wrap(self, module):
        if module.__name__ == "torch.nn.functional":
            self.wrap_losses(module)
        else:
            self.wrap_optimizers(module)

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
            self.called = (module, arguments, random_state())

    # Before and after a step

    def forget(self):
        self._give_back()
        self.look_out()
        self.called = self.scored = self.saved = None

    def before_step(self, optimizer):
        if self.optimizer is None:
            self.optimizer = optimizer
            self.begin(type(optimizer).__name__, rule_of(optimizer))
        elif optimizer is not self.optimizer:
            raise self.Released("the script has several optimizers: a policy cannot tell which rate to set")
        groups = optimizer.param_groups
        self.own = [{name: group[name] for name in SET if name in group} for group in groups]
        own = float(self.own[0]["lr"])
        if self.looks:
            self._save_best()
        if self.descent is not None:
            trained = [each for each in self._parameters() if each.grad is not None]
            self.rate = self.descent.next(optimizer, trained, own)
        rate = self.rate_for(own)
        if rate != own:
            for group, before in zip(groups, self.own):
                group["lr"] = rate * (float(before["lr"]) / own if own > 0 else 1.0)
        if self.looks:
            self.before = {id(each): each.detach().clone() for group in groups for each in group["params"]}

    def after_step(self, optimizer):
        used, own = float(optimizer.param_groups[0]["lr"]), float(self.own[0]["lr"])
        # The script's schedulers compute the next rate from their own last one.
        self._give_back()
        if self.looks:
            self.look(own, used)
        self.called = self.scored = self.before = None
        self.step += 1
        self.look_out()

    def _give_back(self):
        if self.own is not None:
            for group, before in zip(self.optimizer.param_groups, self.own):
                group.update(before)
        self.own = None

    def make_over(self, factor):
        """The step again with another learning rate: what a policy knows is proportional to it."""
        import torch

        with torch.no_grad():
            for parameter in self._parameters():
                before = self.before[id(parameter)]
                parameter.copy_(before + factor * (parameter - before))

    def put_back(self, kept):
        import torch

        if self.saved is not None:
            self.load()
            return
        with torch.no_grad():
            for parameter in self._parameters():
                parameter.copy_(kept[id(parameter)])

    # What the script tells of itself (`tuning_fork.validation`, `tuning_fork.checkpoints`)

    @staticmethod
    def callbacks(name):
        module = sys.modules.get("tuning_fork")
        return getattr(module, "_callbacks", {}).get(name)

    @property
    def validation(self):
        """The model and what computes its validation loss; None where the script tells of none."""
        return self.callbacks("validation")

    def validation_gradient(self, parameters):
        """The validation loss, and its gradient by each of the parameters; None where the script tells of none."""
        import torch

        if self.validation is None:
            return None
        model, loss = self.validation
        modes = [(module, module.training) for module in model.modules()]
        later = random_state()
        self.inside = True
        try:
            with torch.enable_grad():
                model.eval()
                value = loss()
                gradients = torch.autograd.grad(value, parameters, allow_unused=True)
        finally:
            self.inside = False
            set_random_state(later)
            for module, training in modes:
                module.training = training
        return float(value), [torch.zeros_like(p) if g is None else g for g, p in zip(gradients, parameters)]

    def load(self):
        """By the script's own hand, what it has saved."""
        self.callbacks("checkpoints")[1](self.saved[1])

    def _save_best(self):
        """The script's own state, where its loss is the least so far: a training that goes astray is put back to it."""
        checkpoints = self.callbacks("checkpoints")
        if checkpoints is None or self.scored is None or self.config["mode"] == "own":
            return
        loss = float(self.scored[-1].detach().mean())
        if math.isfinite(loss) and (self.saved is None or loss < self.saved[0]):
            self.saved = (loss, checkpoints[0]())

    def _parameters(self):
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]

    # What is seen

    def seen(self, factor):
        return dict(self._losses(), **self._changes(factor))

    def _losses(self):
        if self.scored is None:
            return {}
        import torch

        loss, input, target, args, kwargs, value = self.scored
        with torch.no_grad():
            seen = {"loss": self.number(value.mean())}
            each = loss(input.detach(), target, *args, **dict(kwargs, reduction="none"))
            if each.numel() > 1:
                seen["logVarLoss"] = self._log_variance(each)
        return seen

    def _changes(self, factor):
        """How the losses change by the step, times a factor, to first order."""
        if self.called is None or self.scored is None or factor <= 0 or not self.config["changes"]:
            return {}
        import torch
        import warnings

        later = random_state()
        self.inside = True
        try:
            with warnings.catch_warnings(), torch.no_grad():
                # Some versions of PyTorch warn of a part of their own that is used here for the first time.
                warnings.simplefilter("ignore")
                change = self._dual_pass(*self.called)
            if change is None or change.numel() < 2:
                return {}
            return {"logVarChange": self._log_variance(change, 2.0 * math.log(factor))}
        except (RuntimeError, TypeError):  # NotImplementedError is one: not every operation has a forward derivative
            self.config["changes"] = False
            return {}
        finally:
            self.inside = False
            set_random_state(later)

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
            set_random_state(generator)
            output = functional_call()(model, values, arguments)
            if not isinstance(output, torch.Tensor) or output.numel() != input.numel():
                return None
            each = loss(output.reshape(input.shape), target, *args, **dict(kwargs, reduction="none"))
            return forward_ad.unpack_dual(each).tangent

    def _log_variance(self, values, more=0.0):
        return self.number(float(values.detach().float().var(unbiased=False).log()) + more)


def functional_call():
    """Runs a module with other parameters; PyTorch has moved it once."""
    try:
        from torch.func import functional_call as call
    except ImportError:
        from torch.nn.utils.stateless import functional_call as call
    return call


def random_state():
    """Of this processor and, once the script has used them, of graphics processors."""
    import torch

    return torch.get_rng_state(), torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []


def set_random_state(state):
    import torch

    torch.set_rng_state(state[0])
    # None where CUDA began to be used in between.
    if state[1]:
        torch.cuda.set_rng_state_all(state[1])


def rule_of(optimizer):
    """The name by which a policy knows an optimizer, or None."""
    name = type(optimizer).__name__
    if name == "SGD":
        return "momentum" if optimizer.param_groups[0].get("momentum") else "sgd"
    return _RULES.get(name)
