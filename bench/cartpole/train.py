"""
Trains configurations of examples/cartpole: reads `{"configuration": …}`, one JSON object a line, from standard input, and
writes it with the numbers of episodes of its agents. Needs NumPy.

    python bench/cartpole/train.py [SEED] < CONFIGURATIONS > TABLE

Nine agents each, but only three where none of them has learnt it: most configurations are such, and take the longest.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "cartpole"))

import train  # noqa: E402

REPEATS, FIRST = 9, 3


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for line in sys.stdin:
        asked = json.loads(line)
        values = asked["configuration"].items()
        args = train.parse([f"--{name.replace('_', '-')}={value}" for name, value in values])
        episodes = []
        while len(episodes) < REPEATS:
            if len(episodes) == FIRST and min(episodes) >= args.max_episodes:
                break
            episodes.append(train.episodes_until_converged(args, (seed, len(episodes) + 1)))
        print(json.dumps({**asked, "episodes": episodes}), flush=True)


main()
