"""How the cost of training grows: time per example against the number of parameters, and time against examples.

    python tests/benchmarks/growth.py

`fit` with plain SGD and one thread: by the neurons' loops, unrolled (up to 2,000 parameters) and on
NumPy's arrays (float32, as engine="auto" makes them) one example at a time and in batches of 32. All take turns, so
that a busy machine slows all of them; processor time, medians and minima. From them come the numbers of parameters at
which arrays overtake the others one example at a time, and from the minima, which other work disturbs least, for each
way of training the straight line time = start + slope * parameters that fits best, with its largest relative miss.
`engine="auto"` takes the arrays above LOOPS_UP_TO parameters (neurons/engines.py).
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported

import argparse
import statistics
import sys
import time
import warnings
from math import exp, log

import numpy as np

from neurons import HealthWarning, Model
from neurons.engines import LOOPS_UP_TO
from neurons.unrolled.engine import LARGEST

SIZES = (
    [2, 2, 1],
    [2, 4, 1],
    [4, 8, 2],
    [6, 12, 3],
    [6, 14, 4],
    [8, 16, 4],
    [12, 20, 4],
    [16, 32, 8],
    [24, 60, 8],
    [48, 96, 10],
    [128, 128, 10],
    [256, 160, 10],
    [784, 126, 10],
)
WAYS = {  # words: (engine, batch size)
    "loops": ("loops", 1),
    "unrolled": ("unrolled", 1),
    "NumPy": ("numpy", 1),
    "NumPy, 32": ("numpy", 32),
}
TURN = 0.04  # seconds


def num_parameters(sizes):
    return sum((num_inputs + 1) * num_neurons for num_inputs, num_neurons in zip(sizes, sizes[1:], strict=False))


def examples_for(sizes, num_examples):
    """Random inputs and labels, all of them numbers from 0 to 1."""
    rng = np.random.default_rng(0)
    return rng.random((num_examples, sizes[0])), rng.random((num_examples, sizes[-1]))


class Contestant:
    """One way to train a model of these sizes, and how many epochs of its examples fill a turn."""

    def __init__(self, sizes, way, num_examples):
        engine, self.batch_size = WAYS[way]
        dtype = "float32" if engine == "numpy" else None
        self.model = Model.from_sizes(sizes, seed=0, engine=engine, dtype=dtype)
        self.inputs, self.labels = examples_for(sizes, num_examples)
        if engine != "numpy":
            self.inputs, self.labels = self.inputs.tolist(), self.labels.tolist()
        self.epochs = 1
        self.seconds(), self.seconds()  # warm up: the text is compiled, the arrays are made

    def fill_a_turn(self):
        """Choose the number of epochs; of three turns, so that no hiccup passes for a full one."""
        while (seconds := min(self.seconds() for _ in range(3))) < TURN / 2:
            self.epochs = max(2 * self.epochs, min(100 * self.epochs, int(self.epochs * TURN / max(seconds, 1e-6))))

    def seconds(self):
        """The processor time of one turn."""
        settings = {"epochs": self.epochs, "learning_rate": 0.1, "batch_size": self.batch_size, "seed": 0}
        start = time.process_time()
        self.model.fit(self.inputs, self.labels, **settings, progress=False)
        return time.process_time() - start

    def microseconds(self):
        """The processor time per example in one turn."""
        return self.seconds() / (self.epochs * len(self.inputs)) * 1e6


def alternating(contestants, measure, rounds):
    """`measure` of each contestant, once per round, forwards and backwards in turn."""
    times = {key: [] for key in contestants}
    for round_idx in range(rounds):
        turns = list(contestants.items())
        for key, contestant in turns if round_idx % 2 else reversed(turns):
            times[key].append(measure(contestant))
    return times


def straight_line(xs, ys):
    """(start, slope, largest relative miss) of the line whose relative misses have the smallest squares."""
    xs, ys = np.array(xs, float), np.array(ys, float)
    start, slope = np.linalg.lstsq(np.stack([1 / ys, xs / ys], axis=1), np.ones(len(xs)), rcond=None)[0]
    return start, slope, max(abs((start + slope * xs) / ys - 1))


def power(xs, ys):
    """The exponent p of the curve y = c * x**p that fits best: 1 where y is proportional to x."""
    return np.polyfit(np.log(xs), np.log(ys), 1)[0]


def crossover(arrays, others):
    """The number of parameters from which `arrays` are the faster, by a power law between two sizes."""
    shared = sorted(arrays.keys() & others.keys())
    lags = [log(arrays[parameters] / others[parameters]) for parameters in shared]  # above 0 where arrays are slower
    slower = [idx for idx, lag in enumerate(lags) if lag > 0]
    if not slower:
        return float(shared[0])  # faster with the smallest model already
    last = slower[-1]
    share = lags[last] / (lags[last] - lags[last + 1])
    return exp(log(shared[last]) * (1 - share) + log(shared[last + 1]) * share)


def against_parameters(rounds):
    """Print the table of times per example, the crossovers and the straight lines."""
    contestants = {}
    for sizes in SIZES:
        parameters = num_parameters(sizes)
        for way in WAYS:
            if way != "unrolled" or parameters <= LARGEST:
                few = way == "loops" and parameters > LARGEST
                contestants[way, parameters] = Contestant(sizes, way, 8 if few else 32)
                contestants[way, parameters].fill_a_turn()
    times = alternating(contestants, Contestant.microseconds, rounds)
    medians, minima = {way: {} for way in WAYS}, {way: {} for way in WAYS}  # way: {parameters: microseconds}
    for (way, parameters), numbers in times.items():
        medians[way][parameters], minima[way][parameters] = statistics.median(numbers), min(numbers)

    print(f"{'':22}" + "".join(f"{way + ': median, minimum':>28}" for way in WAYS))
    for sizes in SIZES:
        parameters = num_parameters(sizes)
        row = f"{'-'.join(map(str, sizes)):12}{parameters:10,}"
        for way in WAYS:
            if parameters in medians[way]:
                row += f"{medians[way][parameters]:18,.2f}{minima[way][parameters]:10,.2f}"
            else:
                row += f"{'-':>18}{'-':>10}"
        print(row)
    print()
    for way in ("loops", "unrolled"):
        where = [crossover(numbers["NumPy"], numbers[way]) for numbers in (medians, minima)]
        print(f"NumPy overtakes {way} at {where[0]:.0f} parameters by the medians, {where[1]:.0f} by the minima")
    print(f"engine='auto' takes loops up to {LOOPS_UP_TO:,} parameters\n")
    for way, numbers in minima.items():
        start, slope, miss = straight_line(list(numbers), list(numbers.values()))
        large = sorted(numbers)[len(numbers) // 2 :]
        print(
            f"{way:10} {start:8.2f} µs + {1e3 * slope:8.3f} ns per parameter, within {100 * miss:.0f} %;"
            f" over the larger half time grows as parameters ** {power(large, [numbers[p] for p in large]):.2f}"
        )


def against_examples(rounds):
    """Print the time of one epoch against the number of its examples."""
    sizes, factors = [12, 20, 4], (1, 2, 4, 8)
    print(f"\n{'-'.join(map(str, sizes))}, one epoch, milliseconds (minima) against the number of examples")
    for way in WAYS:
        first = 250 if way == "loops" else 2000
        contestants = {first * factor: Contestant(sizes, way, first * factor) for factor in factors}
        times = alternating(contestants, Contestant.seconds, rounds)
        minima = {num_examples: 1e3 * min(seconds) for num_examples, seconds in times.items()}
        row = "".join(f"{num_examples:8,}: {minimum:7.1f}" for num_examples, minimum in minima.items())
        print(f"{way:10}{row}   grows as examples ** {power(list(minima), list(minima.values())):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11, metavar="N", help="turns for each (default 11)")
    options = parser.parse_args()
    warnings.simplefilter("ignore", HealthWarning)  # random labels cannot be learnt: here only the time counts
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}: microseconds of processor time per example")
    against_parameters(options.rounds)
    against_examples(options.rounds)


if __name__ == "__main__":
    main()
