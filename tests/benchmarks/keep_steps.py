"""What `fit(keep=True)` costs: the time of a training that remembers every step, over that of one that does not.

    python tests/benchmarks/keep_steps.py [--rounds 21]

Both take turns in one process; processor time, medians, and the median of the ratios of neighbours. Expected is at most
1.05. At the end, what it takes to ask.
"""

import argparse
import statistics
import time

from neurons import SGD, Adam, Model, SoftmaxCrossEntropy, datasets


class Own(SGD):
    """An optimiser of one's own: the weights are kept after each of its steps."""


def seconds(model, examples, keep, **options):
    """The processor time of one `fit`, and its history."""
    model = model.copy()
    start = time.process_time()
    history = model.fit(*examples, keep=keep, progress=False, seed=0, **options)
    return time.process_time() - start, history


def trainings():
    """(name, model, examples, the arguments of `fit`) of each row."""
    xor, digits = datasets.xor(), datasets.digits()
    images = digits.train_inputs, digits.train_labels
    small = {engine: Model.from_sizes([2, 4, 1], seed=0, engine=engine) for engine in ("loops", "unrolled", "numpy")}
    large = Model.from_sizes([64, 32, 10], loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
    look = {"on_epoch": lambda epoch, model, history: None}
    xor_options = {"epochs": 300, "learning_rate": 0.5}
    yield "loops", small["loops"], xor, xor_options
    yield "loops, Adam", small["loops"], xor, {**xor_options, "optimiser": Adam()}
    yield "loops, on_epoch", small["loops"], xor, {**xor_options, **look}
    yield "loops, optimiser of one's own", small["loops"], xor, {**xor_options, "optimiser": Own()}
    yield "unrolled", small["unrolled"], xor, {**xor_options, "epochs": 3000}
    yield "unrolled, on_epoch", small["unrolled"], xor, {**xor_options, "epochs": 1000, **look}
    yield "arrays", small["numpy"], xor, xor_options
    yield "arrays, digits 64-32-10", large, images, {"epochs": 10, "learning_rate": 0.1, "batch_size": 32}


def main():
    parser = argparse.ArgumentParser(description="Time fit with and without keep=True.")
    parser.add_argument("--rounds", type=int, default=21, metavar="N", help="of each row (default 21)")
    rounds = parser.parse_args().rounds
    print(f"milliseconds of a training on XOR 2-4-1, {rounds} rounds")
    print("                                 without      keep     ratio")
    for name, model, examples, options in trainings():
        pairs = []
        for round_idx in range(rounds):
            turns = (False, True) if round_idx % 2 else (True, False)
            times = {keep: seconds(model, examples, keep, **options)[0] * 1000 for keep in turns}
            pairs.append((times[False], times[True]))
        without, keeping = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        print(f"{name:<30} {without:9.2f} {keeping:9.2f} {ratio:9.3f}")

    _, history = seconds(*list(trainings())[0][1:3], True, epochs=300, learning_rate=0.5)
    start = time.process_time()
    history.model_at(777)
    asked = time.process_time()
    history.when("hidden[0].w[1]")
    print(f"loops: model_at takes {(asked - start) * 1000:.1f} ms,", end=" ")
    print(f"when {(time.process_time() - asked) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
