"""Lets an engine watch a training and set its learning rate, with no change to the script.

The launcher loads this where TUNING_FORK_ATTACH is set: JSON with ``address`` (a Unix socket) and ``trial``. Nothing
is imported for it: when the script imports PyTorch, Keras or scikit-learn, what makes a step there is wrapped. On the steps
that the engine wants to see, the script says what it sees and waits for an answer; on the others it keeps the last one.
``docs/control.md`` has the protocol.

A fault here never ends the script: it goes on with the learning rates that it sets itself.
"""

import json
import math
import os
import socket
import sys

PROTOCOL = 1

#: The least learning rate that a step is made with before it is made over.
LEAST = 1e-3

#: The modules to wait for, and the file beside this one that knows what to wrap in them.
_FRAMEWORKS = {
    "torch.nn.functional": "attach_torch",
    "torch.optim.optimizer": "attach_torch",
    "keras.src.backend.jax.trainer": "attach_keras",
    "keras.src.backend.tensorflow.trainer": "attach_keras",
    "keras.src.backend.torch.trainer": "attach_keras",
    "sklearn.neural_network._stochastic_optimizers": "attach_sklearn",
    "sklearn.neural_network._multilayer_perceptron": "attach_sklearn",
}


def install(after_import):
    """Waits for what trains, by the launcher's import hook. One training is watched: that of whatever makes the first step."""
    settings = json.loads(os.environ["TUNING_FORK_ATTACH"])
    engine = Engine(settings)
    controls = {}

    def wrap(module):
        name = _FRAMEWORKS[module.__name__]
        try:
            if name not in controls:
                controls[name] = beside(name).control(Control, engine)
            controls[name].wrap(module)
        except Exception:
            # A version that has not what is to be wrapped: its training is not watched.
            pass

    sys.meta_path.insert(0, after_import({name: wrap for name in _FRAMEWORKS}))


def beside(name):
    """A module of a file beside this one, which need not be on the path of the script."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = spec_from_file_location("tuning_fork_" + name, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    """One training: watches it, and sets its learning rate where the engine wants that.

    A framework's own class wraps what makes a step there, and calls ``begin`` before the first step, ``rate_for``
    before each and ``look`` after those that ``looks`` says. It gives ``seen``, ``make_over`` and ``put_back``, and keeps
    in ``before`` the parameters before a step that is looked at.
    """

    framework = ""
    #: Whether a step is proportional to its learning rate, so that it can be made over with another one.
    linear = True
    #: Whether its gradients can be seen at every step, as hypergradient descent needs it.
    descends = False
    Released = Released
    beside = staticmethod(beside)

    def __init__(self, engine):
        self.engine = engine
        self.config = None  # until the first step
        self.over = False
        self.process = os.getpid()
        self.step = 0
        #: The learning rate of the last answer; None: the script's own.
        self.rate = None
        #: The one that the step is to be seen with.
        self.meant = 0.0
        self.before = None
        #: The least loss at a look, and the parameters there: a training that goes astray is put back.
        self.best = None
        #: Moves the learning rate at every step, where the engine wants that.
        self.descent = None

    @property
    def looks(self):
        """Whether the coming step is one that the engine wants to see."""
        if self.over:
            return False
        config = self.config
        return config is None or self.step < config["first"] or self.step % config["every"] == 0

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
        self.before = self.best = None
        self._end_descent()
        self.forget()
        self.engine.close(reason)

    def begin(self, optimizer, rule):
        if int(os.environ.get("WORLD_SIZE") or 1) > 1:
            raise Released("several processes train together, and one alone must not change its learning rate")
        if self.engine.stream is not None:
            raise Released("another training of the script is watched already")
        self.config = self.engine.greet({"framework": self.framework, "optimizer": optimizer, "rule": rule})
        mode = self.config["mode"]
        if mode in ("descent", "real-time"):
            if not self.descends:
                raise Released("hypergradients are for trainings of PyTorch")
            if mode == "descent":
                self.descent = beside("attach_descent").Descent(self.config["descent"])
            else:
                self.descent = beside("attach_realtime").RealTime(self.config["realTime"], self)

    def rate_for(self, own):
        """The learning rate to make the coming step with, by the script's own."""
        self.meant = own if self.rate is None else self.rate
        # Of a tiny step 32-bit numbers keep too little to make it over; it is made with the rate meant in the end.
        driven = self.linear and self.looks and self.config["mode"] == "policy"
        return max(self.meant, LEAST) if driven else self.meant

    def look(self, own, used):
        """After a step: tells of it, and makes it over with the answer."""
        factor = self.meant / used if used > 0 else 1.0
        state = {"type": "state", "step": self.step, "own": self.number(own), "rate": self.number(self.meant)}
        try:
            seen = self.seen(factor)
            self._keep_best(seen.get("loss"))
            if self.descent is not None:
                seen.update(self.descent.told(self.number))
            answer = self.engine.ask(dict(state, **seen))
            if "fallback" in answer or "rollback" in answer:
                self._return(answer)
                factor = 1.0
            elif self.descent is None:
                self.rate = answer.get("rate")
                if used > 0:
                    factor = (own if self.rate is None else self.rate) / used
        finally:
            if factor != 1.0 and self.linear:
                self.make_over(factor)

    def _return(self, answer):
        """To the parameters with the least loss: to go on from there, or by the script's own learning rate."""
        if self.best is not None:
            self.put_back(self.best[1])
        if "rollback" in answer and self.descent is not None:
            self.descent.put_back(answer["rate"])
            return
        self.rate = self.best = None
        self._end_descent()
        self.config["mode"] = "own"

    def _end_descent(self):
        if self.descent is not None:
            self.descent.end()
        self.descent = None

    def _keep_best(self, loss):
        driven = self.config["mode"] != "own" and not isinstance(loss, (str, type(None)))
        if driven and (self.best is None or loss < self.best[0]):
            self.best = (loss, self.before)

    @staticmethod
    def number(value):
        """JSON has no infinities: they are text."""
        value = float(value)
        return value if math.isfinite(value) else str(value)
