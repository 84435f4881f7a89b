"""What training on XOR costs: `fit` on 2-4-1, one example at a time, by objects and unrolled, against other libraries.

    python tests/benchmarks/xor_fit.py

All take turns in one process with one thread, so that a busy machine slows all of them; microseconds of processor
time per example, the medians and the minima. A library that is not installed is left out. PyTorch trains the same
network in its ordinary way (eager, CPU, float32, `torch.optim.SGD`); micrograd, which has no sigmoid, its own 2-4-1
with ReLU, which is less work. The weights by the loops and by the unrolled text are compared on the way.
At the end: a cold start, from an empty process to a solved XOR, against an empty process.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time

from neurons import Model, datasets

SIZES = [2, 4, 1]
LEARNING_RATE = 0.5
GOALS = {  # how many times the time of "loops", and that of "unrolled", the others take at least
    "loops": {"torch, eager": 6.0, "micrograd": 3.5},
    "unrolled": {"torch, eager": 50.0, "micrograd": 25.0, "loops": 5.0},
}
COLD_START_GOAL = 100.0  # milliseconds
SOLVE = """
from neurons import Model, datasets
inputs, labels = datasets.xor()
model = Model.from_sizes([2, 4, 1], seed=0)
model.fit(inputs, labels, epochs=600, learning_rate=1.0, seed=0)
assert all(abs(output[0] - label[0]) < 0.1 for output, label in zip(model.predict(inputs), labels))
"""


def fit_of_ours(engine, on_epoch=None):
    """A function that trains for so many epochs by this engine, and returns the weights."""

    def train(epochs):
        model = Model.from_sizes(SIZES, seed=0, engine=engine)
        inputs, labels = datasets.xor()
        settings = {"epochs": epochs, "learning_rate": LEARNING_RATE, "seed": 0, "on_epoch": on_epoch}
        model.fit(inputs, labels, progress=False, **settings)
        return [(neuron.weights, neuron.bias) for layer in model.layers for neuron in layer.neurons]

    return train


def torch_eager():
    """The same network and step in PyTorch; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    inputs, labels = datasets.xor()
    examples = [(torch.tensor([x]), torch.tensor([y])) for x, y in zip(inputs, labels, strict=True)]
    hidden, output = torch.nn.Linear(2, 4), torch.nn.Linear(4, 1)
    model = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output, torch.nn.Sigmoid())
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    loss_of = torch.nn.MSELoss()

    def train(epochs):
        for _ in range(epochs):
            for x, y in examples:
                optimiser.zero_grad()
                loss_of(model(x), y).backward()
                optimiser.step()

    return train


def micrograd():
    """micrograd's own 2-4-1; None where it is not installed."""
    try:
        from micrograd.nn import MLP
    except ImportError:
        return None
    inputs, labels = datasets.xor()
    model = MLP(2, [4, 1])

    def train(epochs):
        for _ in range(epochs):
            for x, (y,) in zip(inputs, labels, strict=True):
                loss = (model(x) - y) ** 2
                model.zero_grad()
                loss.backward()
                for parameter in model.parameters():
                    parameter.data -= 0.01 * parameter.grad

    return train


def microseconds(train, epochs):
    """The processor time of one turn, per example."""
    start = time.process_time()
    train(epochs)
    return (time.process_time() - start) / (4 * epochs) * 1e6


def milliseconds(script):
    """The time of one new process that runs `script`, and its processor time, which a busy machine disturbs less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1e3, processor * 1e3


def compare(rounds):
    """Print the table of times per example."""

    def nothing(epoch, model, history):
        return None

    if fit_of_ours("unrolled")(500) != fit_of_ours("loops")(500):
        raise SystemExit("the loops and the unrolled text do not agree: nothing to compare")
    runs = {  # name: (train, epochs in a turn)
        "loops": (fit_of_ours("auto"), 250),
        "unrolled": (fit_of_ours("unrolled"), 1250),
        "loops, on_epoch": (fit_of_ours("auto", nothing), 250),
        "unrolled, on_epoch": (fit_of_ours("unrolled", nothing), 1250),
        "torch, eager": (torch_eager(), 50),
        "micrograd": (micrograd(), 50),
    }
    runs = {name: run for name, run in runs.items() if run[0] is not None}
    times = {name: [] for name in runs}
    for train, epochs in runs.values():
        train(epochs)  # warm up
    for round_idx in range(rounds):
        turns = list(runs.items())
        for name, (train, epochs) in turns if round_idx % 2 else reversed(turns):
            times[name].append(microseconds(train, epochs))
    print(f"Python {sys.version.split()[0]}, XOR {'-'.join(map(str, SIZES))}, µs per example, {rounds} rounds")
    print("                        median   minimum   times loops: medians  minima   times unrolled: medians  minima")
    for name, numbers in times.items():
        line = f"{name:<20} {statistics.median(numbers):9.2f} {min(numbers):9.2f}"
        for ours in ("loops", "unrolled"):
            of_medians = statistics.median(numbers) / statistics.median(times[ours])
            line += f" {of_medians:20.1f} {min(numbers) / min(times[ours]):7.1f}"
            goal = GOALS[ours].get(name)
            if goal is not None:
                line += f" (goal {goal:g}: {'reached' if of_medians >= goal else 'missed'})"
        print(line)


def compare_cold_starts(rounds):
    """Print the milliseconds of a process that does nothing and of one that solves XOR."""
    pairs = [(milliseconds("pass"), milliseconds(SOLVE)) for _ in range(rounds)]
    for clock, words in enumerate(("wall clock", "processor")):
        bare, solved = [pair[0][clock] for pair in pairs], [pair[1][clock] for pair in pairs]
        more = statistics.median(pair[1][clock] - pair[0][clock] for pair in pairs)
        print(
            f"cold start, {words}, ms: nothing {statistics.median(bare):.0f} (minimum {min(bare):.0f}), a solved XOR"
            f" {statistics.median(solved):.0f} (minimum {min(solved):.0f}); more by {more:.0f} (median of pairs),"
            f" {min(solved) - min(bare):.0f} (minima)   goal {COLD_START_GOAL:g}:"
            f" {'reached' if more <= COLD_START_GOAL else 'missed'}"
        )


def main():
    parser = argparse.ArgumentParser(description="Time fit on XOR against PyTorch and micrograd.")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="turns for each (default 15)")
    options = parser.parse_args()
    compare(options.rounds)
    compare_cold_starts(options.rounds)


if __name__ == "__main__":
    main()
