"""From how many seeds does `examples/xor_two_hidden.py` solve XOR? The same training for many seeds at once, on arrays.

    python tests/benchmarks/xor_two_hidden.py               seeds 0 to 9,999, with both ingredients, one, and none
    python tests/benchmarks/xor_two_hidden.py --seeds 500

Each seed has the first weights and the noise that the example has, number by number: both come from its
`random.Random`. The first lines compare the outputs with those of the example itself on some seeds. Solved means: all
four outputs within 0.1 of their labels after the last epoch.
"""

import argparse
import runpy
from pathlib import Path
from random import Random

import numpy as np

from neurons import Layer, identity

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "xor_two_hidden.py"))
EPOCHS, FADED, INGREDIENTS = EXAMPLE["EPOCHS"], EXAMPLE["FADED"], EXAMPLE["INGREDIENTS"]
INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (example, input)
LABELS = np.array([0.0, 1.0, 1.0, 0.0])[:, None]  # (example, 1)
NUM_PARAMETERS = 9  # both hidden neurons' two weights and bias, then the output's
SEEDS_AT_ONCE = 250  # their noise takes 130 MB


def start(seeds):
    """The first weights (parameter, seed) and the noise of every step (step, parameter, seed), as the example draws."""
    num_noisy = int(np.ceil(FADED * EPOCHS))
    first_weights = np.empty((NUM_PARAMETERS, len(seeds)))  # (parameter, seed)
    noise = np.empty((num_noisy, NUM_PARAMETERS, len(seeds)))  # (step, parameter, seed)
    for column, seed in enumerate(seeds):
        rng = Random(seed)
        neurons = Layer(2, 2, rng=rng).neurons + Layer(2, 1, identity, rng=rng).neurons
        first_weights[:, column] = [number for neuron in neurons for number in (*neuron.weights, neuron.bias)]
        drawn = [rng.gauss(0.0, 1.0) for _ in range(num_noisy * NUM_PARAMETERS)]
        noise[:, :, column] = np.reshape(drawn, (num_noisy, NUM_PARAMETERS))  # (step, parameter)
    return first_weights, noise


def forward(weights):
    """The hidden activations, and the outputs as probabilities: (example, seed) each."""
    x0, x1 = INPUTS[:, :1], INPUTS[:, 1:]  # (example, 1)
    first = sigmoid(x0 * weights[0] + x1 * weights[1] + weights[2])  # (example, seed)
    second = sigmoid(x0 * weights[3] + x1 * weights[4] + weights[5])  # (example, seed)
    return first, second, sigmoid(first * weights[6] + second * weights[7] + weights[8])


def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-z))


def train(seeds):
    """The outputs (ingredients, example, seed) after the last epoch, with all four choices of ingredients."""
    first_weights, noise = start(seeds)
    num_choices = len(INGREDIENTS)
    weights = np.tile(first_weights, num_choices)  # (parameter, choice and seed)
    sizes = np.array(list(INGREDIENTS.values()))  # (choice, noise and decay)
    noise_sizes, decays = np.repeat(sizes, len(seeds), axis=0).T  # (choice and seed,) each
    velocities, gradients = np.zeros_like(weights), np.empty_like(weights)  # (parameter, choice and seed)
    x0, x1 = INPUTS[:, :1], INPUTS[:, 1:]  # (example, 1)
    for epoch in range(EPOCHS):
        first, second, outputs = forward(weights)  # (example, choice and seed)
        errors = (outputs - LABELS) / 4.0  # (example, choice and seed)
        first_errors = errors * weights[6] * first * (1.0 - first)  # (example, choice and seed)
        second_errors = errors * weights[7] * second * (1.0 - second)  # (example, choice and seed)
        for place, terms in enumerate(
            [first_errors * x0, first_errors * x1, first_errors]
            + [second_errors * x0, second_errors * x1, second_errors]
            + [errors * first, errors * second, errors]
        ):
            np.sum(terms, axis=0, out=gradients[place])  # (choice and seed,)
        velocities *= 0.9
        velocities += gradients
        fade = max(0.0, 1.0 - epoch / (FADED * EPOCHS))
        if fade > 0.0:
            pushes = np.tile(noise[epoch], num_choices)  # (parameter, choice and seed)
            velocities += fade * (decays * weights + noise_sizes * pushes)
        weights -= velocities  # at learning rate 1
    return forward(weights)[2].reshape(4, num_choices, len(seeds)).transpose(1, 0, 2)


def compare(num_seeds):
    """The largest difference of an output from the example's own, over some seeds and all choices of ingredients."""
    ours = train(range(num_seeds))  # (ingredients, example, seed)
    largest = 0.0
    for choice, (noise, decay) in enumerate(INGREDIENTS.values()):
        for seed in range(num_seeds):
            theirs = EXAMPLE["train"](seed, noise, decay)
            largest = max(largest, float(np.abs(ours[choice, :, seed] - theirs).max()))
    return largest


def main():
    parser = argparse.ArgumentParser(description="Count the seeds from which examples/xor_two_hidden.py solves XOR.")
    parser.add_argument("--seeds", type=int, default=10_000, metavar="N", help="seeds 0 to N - 1 (default 10000)")
    parser.add_argument(
        "--compare", type=int, default=10, metavar="N", help="seeds run by the example too (default 10)"
    )
    options = parser.parse_args()
    print(
        f"from {options.compare} seeds, the outputs differ from the example's by at most {compare(options.compare):.1g}"
    )
    right = np.empty((len(INGREDIENTS), options.seeds), bool)  # (ingredients, seed)
    for begin in range(0, options.seeds, SEEDS_AT_ONCE):
        seeds = range(begin, min(begin + SEEDS_AT_ONCE, options.seeds))
        right[:, seeds] = (np.abs(train(seeds) - LABELS) <= 0.1).all(axis=1)
    for words, row in zip(INGREDIENTS, right, strict=True):
        unsolved = np.flatnonzero(~row)  # (seed,)
        named = f"; not from {', '.join(map(str, unsolved))}" if 0 < len(unsolved) <= 10 else ""
        print(f"{words}: solved {row.sum():,} of {options.seeds:,} ({row.mean():.2%}){named}")


if __name__ == "__main__":
    main()
