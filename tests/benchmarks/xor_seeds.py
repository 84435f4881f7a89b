"""XOR is no lottery: train on it from every seed, and count.

    python tests/benchmarks/xor_seeds.py                     the defaults of `python -m neurons xor`, seeds 0 to 9,999
    python tests/benchmarks/xor_seeds.py --setting 2-4-1     another setting (--list names them all)
    python tests/benchmarks/xor_seeds.py --seeds 200

Solved means: all four outputs within 0.1 of their labels. Training stops at the epoch that reaches it, or is given up
at the setting's last epoch. Every run uses the package's own objects; the processes share the seeds.
"""

import argparse
import functools
import multiprocessing
import os
import statistics
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from neurons import HealthWarning, Model, datasets
from neurons.commands.xor import CLOSE_ENOUGH, is_solved, train_xor
from neurons.initialisation import uniform


class Run(NamedTuple):
    """What came of one seed."""

    seed: int
    solved: bool
    epochs: int


class Setting(NamedTuple):
    """A way to train on XOR: `train(seed)` returns (model, history, solved)."""

    words: str
    train: functools.partial


def command_line(seed, **options):
    """Train as `python -m neurons xor` does with these options."""
    model, history = train_xor(seed=seed, **options)
    return model, history, is_solved(model)


def by_hand(seed, sizes, init, inputs, learning_rate, batch_size, epochs):
    """Train a model of these sizes in a way the command line does not offer."""
    labels = datasets.xor()[1]
    model = Model.from_sizes(sizes, init=init, seed=seed)

    def solved():
        outputs = model.predict(inputs)
        return all(abs(output[0] - label[0]) <= CLOSE_ENOUGH for output, label in zip(outputs, labels, strict=True))

    history = model.fit(
        inputs,
        labels,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        seed=seed,
        on_epoch=lambda epoch, model, history: solved(),
        progress=False,
    )
    return model, history, solved()


PLUS_MINUS_ONE = datasets.xor(signed=True)[0]

SETTINGS = {
    "default": Setting("the defaults of python -m neurons xor", functools.partial(command_line)),
    "bce": Setting("--loss bce", functools.partial(command_line, loss="bce")),
    "tanh": Setting("--activation tanh", functools.partial(command_line, activation="tanh")),
    "tanh-bce": Setting("--activation tanh --loss bce", functools.partial(command_line, activation="tanh", loss="bce")),
    "relu": Setting("--activation relu", functools.partial(command_line, activation="relu")),
    "leaky_relu": Setting("--activation leaky_relu", functools.partial(command_line, activation="leaky_relu")),
    "2-4-1": Setting(
        "--hidden 4 --learning-rate 0.5 --epochs 20000",
        functools.partial(command_line, hidden=4, learning_rate=0.5, epochs=20_000),
    ),
    "2-4-1-signed": Setting(
        "2-4-1, inputs ±1, rate 0.5, at most 2,000 epochs",
        functools.partial(
            by_hand, sizes=[2, 4, 1], init=None, inputs=PLUS_MINUS_ONE, learning_rate=0.5, batch_size=1, epochs=2000
        ),
    ),
    "hidden-2": Setting("--hidden 2", functools.partial(command_line, hidden=2)),
    "2-2-1": Setting(
        "2-2-1, inputs ±1, first weights within ±0.07, all four examples in one batch, rate 10, at most 30,000 epochs",
        functools.partial(
            by_hand,
            sizes=[2, 2, 1],
            init=uniform(0.07),
            inputs=PLUS_MINUS_ONE,
            learning_rate=10.0,
            batch_size=4,
            epochs=30_000,
        ),
    ),
}


def run(name, seed):
    """Train the setting called `name` from one seed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)  # a run that stays unsolved says why; here it is only counted
        _, history, solved = SETTINGS[name].train(seed)
    return Run(seed, solved, len(history))


def run_all(name, num_seeds, processes=None):
    """One `Run` for each of the seeds 0 to num_seeds - 1, in order, made by that many processes (all cores)."""
    # spawned, not forked: a fork of a process with threads is unsafe and newer Pythons warn of it
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=context) as pool:
        return list(pool.map(functools.partial(run, name), range(num_seeds), chunksize=25))


def summary(runs):
    """Solved of all, and the median and worst number of epochs of those that were."""
    epochs = [run.epochs for run in runs if run.solved]
    text = f"solved {len(epochs):,} of {len(runs):,} ({len(epochs) / len(runs):.2%})"
    if epochs:
        text += f", median {statistics.median(epochs):,.0f} epochs, worst {max(epochs):,}"
    unsolved = [str(run.seed) for run in runs if not run.solved]
    if unsolved:
        more = f" and {len(unsolved) - 10:,} more" if len(unsolved) > 10 else ""
        text += f"; unsolved seeds: {', '.join(unsolved[:10])}{more}"
    return text


def main():
    parser = argparse.ArgumentParser(description="Train on XOR from many seeds and count how many solve it.")
    parser.add_argument("--setting", choices=SETTINGS, default="default", help="which setting (default: default)")
    parser.add_argument("--seeds", type=int, default=10_000, metavar="N", help="seeds 0 to N - 1 (default 10000)")
    parser.add_argument("--processes", type=int, metavar="N", help="how many at once (default: one per core)")
    parser.add_argument("--list", action="store_true", help="name the settings and stop")
    options = parser.parse_args()
    if options.list:
        for name, setting in SETTINGS.items():
            print(f"{name:<12} {setting.words}")
        return
    start = time.perf_counter()
    runs = run_all(options.setting, options.seeds, options.processes)
    print(f"{SETTINGS[options.setting].words}: {summary(runs)}  ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
