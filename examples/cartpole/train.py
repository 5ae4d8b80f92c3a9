"""Learns to balance a pole on a cart by proximal policy optimisation (PPO); needs NumPy.

    python train.py --learning-rate 0.003 --batch-size 16 --repeats 9

Trains an agent again and again, each time from other random weights, and counts the episodes until it has learnt it: until
it keeps the pole up for 200 steps in 20 of 20 tries, in which it always does what it holds to be best. Prints one line a
repeat, `repeat 3/9 episodes=96.0 last=80`: the mean over the repeats so far, and the repeat's own count. An
agent that has not learnt it within --max-episodes counts as that many. The hyperparameters and their ranges are those of
BOHB's cart-pole experiment (Falkner, Klein & Hutter 2018).
"""

import argparse
import os

# The matrices are small: threads would only stand in each other's way, and in that of other trials.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402

LENGTH = 200
TRIES = 20
# What the experiment keeps fixed: gradient steps a batch, and the value network.
STEPS = 10
VALUE_UNITS = (64, 64)
VALUE_LEARNING_RATE = 1e-3
# A gradient step looks at this share of a batch's transitions, but not at more than so many.
SHARE, MOST = 0.2, 512


class CartPole:
    """Carts side by side, all stepped at once (Barto, Sutton & Anderson 1983): position, velocity, angle, its velocity."""

    GRAVITY, CART, POLE, HALF_LENGTH, FORCE, TAU = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
    FARTHEST, STEEPEST = 2.4, np.radians(12)

    def __init__(self, count, rng):
        self.state = rng.uniform(-0.05, 0.05, (4, count)).astype(np.float32)

    def step(self, right):
        """Pushes each cart to the right or to the left; which of them still stand."""
        x, speed, angle, turn = self.state
        sin, cos = np.sin(angle), np.cos(angle)
        mass = self.CART + self.POLE
        push = (np.where(right, self.FORCE, -self.FORCE) + self.POLE * self.HALF_LENGTH * turn * turn * sin) / mass
        inertia = self.HALF_LENGTH * (4 / 3 - self.POLE / mass * cos * cos)
        bend = (self.GRAVITY * sin - cos * push) / inertia
        pull = push - self.POLE * self.HALF_LENGTH / mass * bend * cos
        self.state = self.state + self.TAU * np.stack([speed, pull, turn, bend]).astype(np.float32)
        return (np.abs(self.state[0]) <= self.FARTHEST) & (np.abs(self.state[2]) <= self.STEEPEST)

    def keep(self, standing):
        self.state = self.state[:, standing]


class Network:
    """Two hidden layers of tanh units and one output, trained by Adam (Kingma & Ba 2015)."""

    def __init__(self, inputs, units, learning_rate, rng):
        sizes = [inputs, *units, 1]
        self.weights = []
        for i, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:])):
            # The output begins near 0: an agent that has seen nothing prefers nothing.
            spread = (0.01 if i == len(units) else 1) / np.sqrt(fan_in)
            self.weights.append(rng.normal(0, spread, (fan_in, fan_out)).astype(np.float32))
            self.weights.append(np.zeros(fan_out, np.float32))
        self.learning_rate = learning_rate
        self.steps = 0
        self.mean = [np.zeros_like(w) for w in self.weights]
        self.square = [np.zeros_like(w) for w in self.weights]

    def forward(self, x):
        """Outputs of a batch, and the hidden values that `backward` needs."""
        w1, b1, w2, b2, w3, b3 = self.weights
        h1 = np.tanh(x @ w1 + b1)
        h2 = np.tanh(h1 @ w2 + b2)
        return (h2 @ w3 + b3)[:, 0], (x, h1, h2)

    def backward(self, seen, slope):
        """Gradients of the weights, from that of the outputs."""
        x, h1, h2 = seen
        _, _, w2, _, w3, _ = self.weights
        d3 = slope[:, None]
        d2 = (d3 @ w3.T) * (1 - h2 * h2)
        d1 = (d2 @ w2.T) * (1 - h1 * h1)
        return [x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0)]

    def descend(self, gradients, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.steps += 1
        rate = self.learning_rate * np.sqrt(1 - beta2**self.steps) / (1 - beta1**self.steps)
        for w, g, mean, square in zip(self.weights, gradients, self.mean, self.square):
            mean += (1 - beta1) * (g - mean)
            square += (1 - beta2) * (g * g - square)
            w -= rate * mean / (np.sqrt(square) + epsilon)


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def log_chance(z, right):
    """Log-probability of the actions that were taken, from the log-odds of a push to the right."""
    return -np.logaddexp(0, np.where(right, -z, z))


def play(policy, episodes, rng):
    """Episodes under the policy, step by step: states, actions, log-odds and which episode each belongs to."""
    carts = CartPole(episodes, rng)
    alive = np.arange(episodes)
    states, actions, odds, owners = [], [], [], []
    for _ in range(LENGTH):
        state = carts.state.T
        z, _ = policy.forward(state)
        right = rng.random(len(alive)) < sigmoid(z)
        states.append(state)
        actions.append(right)
        odds.append(z)
        owners.append(alive)
        standing = carts.step(right)
        if not standing.all():
            alive = alive[standing]
            if len(alive) == 0:
                break
            carts.keep(standing)
    return states, actions, odds, owners


def returns(owners, episodes, discount):
    """What follows each step: the discounted sum of rewards, 1 for each step."""
    ahead = np.zeros(episodes, np.float32)
    sums = []
    for alive in reversed(owners):
        ahead[alive] = 1 + discount * ahead[alive]
        sums.append(ahead[alive])
    return np.concatenate(sums[::-1])


def learn(policy, value, batch, clipping, entropy, rng):
    """Gradient steps on one batch of episodes (Schulman et al. 2017, equations 7 and 9)."""
    states, actions, odds, gains = batch
    baseline, _ = value.forward(states)
    advantages = gains - baseline
    # Not scaled: the entropy's weight is relative to rewards.
    advantages -= advantages.mean()
    before = log_chance(odds, actions)
    size = min(MOST, max(1, round(SHARE * len(states))))
    for _ in range(STEPS):
        chosen = rng.integers(len(states), size=size)
        x, right, advantage = states[chosen], actions[chosen], advantages[chosen]
        z, seen = policy.forward(x)
        chance = sigmoid(z)
        # A likelihood ratio so far off is clipped whatever its digits.
        ratio = np.exp(np.minimum(log_chance(z, right) - before[chosen], 20))
        # Clipping takes the gradient away where the ratio has gone far enough in the direction that pays.
        free = np.where(advantage > 0, ratio <= 1 + clipping, ratio >= 1 - clipping)
        surrogate = np.where(free, advantage * ratio * (right - chance), 0)
        # The entropy of a coin whose log-odds are z has the derivative −z p (1 − p).
        slope = -(surrogate - entropy * z * chance * (1 - chance)) / size
        policy.descend(policy.backward(seen, slope.astype(np.float32)))
        guess, seen = value.forward(x)
        value.descend(value.backward(seen, (guess - gains[chosen]) / np.float32(size)))


def balances(policy, rng):
    """Whether the policy's likeliest actions keep every pole up."""
    carts = CartPole(TRIES, rng)
    for _ in range(LENGTH):
        z, _ = policy.forward(carts.state.T)
        if not carts.step(z > 0).all():
            return False
    return True


def episodes_until_converged(args, seed):
    """Trains one agent from random weights."""
    rng = np.random.default_rng(seed)
    policy = Network(4, (args.units_1, args.units_2), args.learning_rate, rng)
    value = Network(4, VALUE_UNITS, VALUE_LEARNING_RATE, rng)
    episodes = 0
    while episodes < args.max_episodes:
        states, actions, odds, owners = play(policy, args.batch_size, rng)
        episodes += args.batch_size
        gains = returns(owners, args.batch_size, np.float32(args.discount))
        batch = [np.concatenate(parts) for parts in (states, actions, odds)]
        learn(policy, value, (*batch, gains), args.likelihood_ratio_clipping, args.entropy_regularization, rng)
        if balances(policy, rng):
            break
    return min(episodes, args.max_episodes)


def parse(arguments=None):
    parser = argparse.ArgumentParser(description="Learns to balance a pole on a cart.")
    parser.add_argument("--units-1", type=int, default=64, help="units of the policy's first layer")
    parser.add_argument("--units-2", type=int, default=64, help="units of the policy's second layer")
    parser.add_argument("--batch-size", type=int, default=64, help="episodes between two updates")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--discount", type=float, default=0.99)
    parser.add_argument("--likelihood-ratio-clipping", type=float, default=0.2)
    parser.add_argument("--entropy-regularization", type=float, default=0.01)
    parser.add_argument("--repeats", type=int, default=9, help="agents to train")
    parser.add_argument("--max-episodes", type=int, default=1000, help="episodes after which an agent is given up")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def main():
    args = parse()
    counts = []
    for repeat in range(1, args.repeats + 1):
        counts.append(episodes_until_converged(args, (args.seed, repeat)))
        mean = sum(counts) / len(counts)
        print(f"repeat {repeat}/{args.repeats} episodes={mean:.1f} last={counts[-1]}", flush=True)


if __name__ == "__main__":
    main()
