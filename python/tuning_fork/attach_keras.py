"""Watching a training of Keras with JAX, by ``fit`` or ``train_on_batch``: what ``attach`` needs to know.

What Keras makes of a model's training is a function of the state (parameters, other variables, those of the optimizer) and a
batch. It is wrapped: the learning rate is put into the optimizer's variables before it and taken out after it. Losses (s2) and
their changes (s1) come from one more pass over the batch, with the same state and so with the same dropout.
"""

import math

#: The trainer of each backend, by the module that it is in.
_TRAINERS = {"jax": "JAXTrainer", "tensorflow": "TensorFlowTrainer", "torch": "TorchTrainer"}
#: Optimizers by the rule that a policy knows them by.
_RULES = {"RMSprop": "rmsprop", "Adam": "adam", "AdamW": "adam", "Nadam": "adam"}
#: Where the parts of a state are.
_TRAINED, _FIXED, _OPTIMIZER = 0, 1, 2


def control(base, engine):
    """The control of a training of Keras, from the one of any training."""
    return type("KerasControl", (_Watcher, base), {})(engine)


class _Watcher:
    framework = "keras"
    model = None
    #: Where the learning rate is among the optimizer's variables; None: a schedule computes it.
    place = None
    #: The script's own learning rate, while a step is made with another one.
    own = None
    #: Of the step that is looked at: its batch, and the variables that are not trained, as they were.
    batch = fixed = None
    #: The parts of the state after it.
    state = None
    #: Gives the examples' losses and their changes.
    passes = None

    def wrap(self, module):
        backend = module.__name__.split(".")[-2]
        trainer = getattr(module, _TRAINERS[backend])
        make = trainer.make_train_function
        control = self

        def make_train_function(model, *args, **kwargs):
            made = make(model, *args, **kwargs)
            train = model.train_function
            if backend != "jax":
                control.guarded(control.decline, model, backend)
            elif train is not None and not getattr(train, "_tuning_fork", False):
                model.train_function = control.wrapped(model, train)
            return made

        trainer.make_train_function = make_train_function

    def wrapped(self, model, train):
        def step(state, iterator):
            if self.model is None:
                self.guarded(self.first_step, model)
            if self.over:
                return train(state, iterator)
            # At the end of the data this raises what Keras waits for.
            batch = next(iterator)
            state = [list(part) for part in state]
            self.guarded(self.before_step, model, state, batch)
            logs, after = train(tuple(state), iter((batch,)))
            after = [list(part) for part in after]
            self.guarded(self.after_step, after)
            return logs, tuple(after)

        step._tuning_fork = True
        return step

    def decline(self, model, backend):
        self.begin(type(model.optimizer).__name__, None)
        raise self.Released("of Keras, trainings with the JAX backend are watched, and this one is with %s" % backend)

    # Before and after a step

    def forget(self):
        self.batch = self.fixed = self.state = self.passes = None

    def before_step(self, model, state, batch):
        import jax.numpy as jnp

        if model is not self.model:
            raise self.Released("the script trains several models: a policy is for one")
        self.own = self._rate_of(state[_OPTIMIZER])
        rate = self.rate_for(self.own)
        self.used = rate
        if self.looks:
            # The function may overwrite what it is given.
            self.before = [jnp.array(each, copy=True) for each in state[_TRAINED]]
            self.fixed = [jnp.array(each, copy=True) for each in state[_FIXED]]
            self.batch = batch
        # Last: where memory for the copies is wanting, nothing would take the rate out again.
        if rate != self.own:
            self._set_rate(state, rate)

    def after_step(self, state):
        if self.used != self.own:
            self._set_rate(state, self.own)
        if self.looks:
            self.state = state
            self.look(self.own, self.used)
        self.batch = self.fixed = self.state = self.before = None
        self.step += 1

    def first_step(self, model):
        import keras

        optimizer = model.optimizer
        self.model = model
        momentum = float(getattr(optimizer, "momentum", 0.0) or 0.0)
        # Its velocity holds the learning rates of earlier steps, so that a step is not proportional to its own.
        self.linear = not (type(optimizer).__name__ == "SGD" and momentum)
        known = _RULES.get(type(optimizer).__name__)
        if type(optimizer).__name__ == "SGD":
            known = "momentum" if momentum else "sgd"
        self.begin(type(optimizer).__name__, known)
        if model.steps_per_execution != 1:
            raise self.Released("several steps are made in one call (steps_per_execution), and none can be seen alone")
        if keras.distribution.distribution() is not None:
            raise self.Released("several devices train together")
        # What Keras calls `learning_rate` is the value; this is the variable, or the schedule.
        rate = optimizer._learning_rate
        places = [i for i, each in enumerate(optimizer.variables) if each is rate]
        self.place = places[0] if places else None
        if self.place is None and self.config["mode"] != "own":
            raise self.Released(
                "the learning rate is a schedule inside the optimizer, which leaves no place to set it; "
                "keras.callbacks.LearningRateScheduler does"
            )
        self.count = [i for i, each in enumerate(optimizer.variables) if each is optimizer.iterations][0]

    def _rate_of(self, variables):
        if self.place is not None:
            return float(variables[self.place])
        return float(self.model.optimizer._learning_rate(variables[self.count]))

    def _set_rate(self, state, rate):
        import jax.numpy as jnp

        state[_OPTIMIZER][self.place] = jnp.asarray(rate, dtype=state[_OPTIMIZER][self.place].dtype)

    def make_over(self, factor):
        trained = self.state[_TRAINED]
        trained[:] = [before + (now - before) * factor for before, now in zip(self.before, trained)]

    def put_back(self, kept):
        import jax.numpy as jnp

        self.state[_TRAINED][:] = [jnp.array(each, copy=True) for each in kept]

    # What is seen

    def seen(self, factor):
        import jax.numpy as jnp
        from keras.src.trainers.data_adapters.data_adapter_utils import unpack_x_y_sample_weight

        loss = _unreduced(self.model.loss)
        inputs, targets, _ = unpack_x_y_sample_weight(self.batch)
        if loss is None or targets is None:
            return {}
        wants_changes = bool(self.config["changes"]) and factor > 0
        if self.passes is None:
            self.passes = _passes(self.model, loss)
        steps = [now - before for now, before in zip(self.state[_TRAINED], self.before)]
        try:
            each, changes = self.passes[wants_changes](self.before, self.fixed, inputs, targets, steps)
        except NotImplementedError:
            # An operation without a forward derivative.
            self.config["changes"] = wants_changes = False
            each, changes = self.passes[False](self.before, self.fixed, inputs, targets, steps)
        seen = {"loss": self.number(jnp.mean(each))}
        if each.size > 1:
            seen["logVarLoss"] = self._log_variance(each)
            if wants_changes:
                seen["logVarChange"] = self._log_variance(changes, 2.0 * math.log(factor))
        return seen

    def _log_variance(self, values, more=0.0):
        variance = float(values.var())
        return self.number(math.log(variance) + more) if variance > 0 else "-inf"


def _unreduced(loss):
    """A function of targets and outputs that gives a loss for each example; None where the model has several or its own."""
    import keras
    from keras.src.losses.losses import LossFunctionWrapper

    if not (isinstance(loss, (str, keras.losses.Loss)) or callable(loss)):
        return None
    known = keras.losses.get(loss)
    return known.call if isinstance(known, keras.losses.Loss) else LossFunctionWrapper(known).call


def _passes(model, loss):
    """By whether changes are wanted: compiled functions of parameters, other variables, batch and step."""
    import jax

    training = {"training": True} if model._call_has_training_arg else {}

    def losses(trained, fixed, inputs, targets):
        outputs, _ = model.stateless_call(trained, fixed, inputs, **training)
        each = loss(targets, outputs)
        return each.reshape(each.shape[0], -1).mean(axis=1) if each.ndim > 1 else each

    def plain(trained, fixed, inputs, targets, steps):
        each = losses(trained, fixed, inputs, targets)
        return each, each

    def with_changes(trained, fixed, inputs, targets, steps):
        return jax.jvp(lambda at: losses(at, fixed, inputs, targets), (trained,), (steps,))

    return {False: jax.jit(plain), True: jax.jit(with_changes)}
