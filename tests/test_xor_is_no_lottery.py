"""The defaults of `python -m neurons xor` solve XOR, whatever the seed: here for 200 of them.

`tests/benchmarks/xor_seeds.py` runs 10,000, and the settings of the table in `tests/benchmarks/README.md`.
"""

import pytest
from benchmarks import xor_seeds

from neurons import Model, datasets
from neurons.commands.xor import EPOCHS, is_solved, train_xor

NUM_SEEDS = 200


@pytest.mark.slow
def test_the_defaults_solve_xor_from_every_seed():
    runs = xor_seeds.run_all("default", NUM_SEEDS)
    print(f"\n{xor_seeds.summary(runs)}")
    assert [run.seed for run in runs] == list(range(NUM_SEEDS))
    assert [run.seed for run in runs if not run.solved] == []
    assert max(run.epochs for run in runs) < EPOCHS
    assert len({run.epochs for run in runs}) > NUM_SEEDS / 4, "different seeds must be different runs"


def test_solved_means_all_four_outputs_within_a_tenth():
    model, history = train_xor(seed=3)
    inputs, labels = datasets.xor()
    outputs = [model.forward(example)[0] for example in inputs]
    assert [round(output) for output in outputs] == [0, 1, 1, 0]
    assert max(abs(output - label[0]) for output, label in zip(outputs, labels, strict=True)) <= 0.1
    assert xor_seeds.run("default", 3) == (3, True, len(history))


def test_a_wide_hidden_layer_is_made_of_neurons_too():
    """`python -m neurons xor` needs the standard library alone, and shows one neuron's gradients."""
    assert type(train_xor(hidden=100, epochs=1)[0]) is Model


@pytest.mark.parametrize("epochs", [1, 20])
def test_a_run_that_is_too_short_is_not_solved(epochs):
    model, history = train_xor(seed=3, epochs=epochs)
    assert len(history) == epochs and not is_solved(model)


def test_the_summary_counts_what_failed():
    run = xor_seeds.Run
    runs = [run(0, True, 100), run(1, False, 2000), run(2, True, 300), run(3, True, 150)]
    expected = "solved 3 of 4 (75.00%), median 150 epochs, worst 300; unsolved seeds: 1"
    assert xor_seeds.summary(runs) == expected
