"""What inspection costs where nobody looks: `fit` on XOR with and without `neurons.inspection` imported.

    python tests/benchmarks/inspection_costs.py

Processes of both kinds take turns, and each runs the training by the loops and unrolled; microseconds of processor
time per example, medians, and the median of the ratios of neighbours. Expected is 1.0: the core has no hooks. At the
end, what a trace and its page take.
"""

import argparse
import statistics
import subprocess
import sys
import time

from neurons import Model, SoftmaxCrossEntropy, Stepper

TRAIN = """
import time
from neurons import Model, datasets
{more}
inputs, labels = datasets.xor()
for engine, epochs in (("loops", 300), ("unrolled", 3000)):
    times = []
    for _ in range(5):
        model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
        start = time.process_time()
        model.fit(inputs, labels, epochs=epochs, learning_rate=0.5, seed=0, progress=False)
        times.append((time.process_time() - start) / (4 * epochs) * 1e6)
    print(min(times))
"""
IMPORT = """
import neurons.debug, neurons.inspection.narrate, neurons.inspection.page.page, neurons.inspection.why.explanation
"""


def microseconds(more):
    """Per example, by the loops and unrolled, in a new process."""
    result = subprocess.run([sys.executable, "-c", TRAIN.format(more=more)], check=True, capture_output=True, text=True)
    return [float(line) for line in result.stdout.split()]


def main():
    parser = argparse.ArgumentParser(description="Time fit on XOR with and without neurons.inspection imported.")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="processes of each kind (default 10)")
    rounds = parser.parse_args().rounds
    pairs = []
    for round_idx in range(rounds):
        turns = ("", IMPORT) if round_idx % 2 else (IMPORT, "")
        times = {more: microseconds(more) for more in turns}
        pairs.append((times[""], times[IMPORT]))
    print(f"Python {sys.version.split()[0]}, XOR 2-4-1, µs per example, {rounds} rounds")
    print("              without      with     ratio")
    for kind, name in enumerate(("loops", "unrolled")):
        of_both = [statistics.median(pair[side][kind] for pair in pairs) for side in (0, 1)]
        ratio = statistics.median(with_it[kind] / without[kind] for without, with_it in pairs)
        print(f"{name:<12} {of_both[0]:8.2f} {of_both[1]:9.2f} {ratio:9.3f}")
    for sizes in ([2, 4, 1], [784, 16, 10], [784, 128, 10]):
        model = Model.from_sizes(sizes, loss=SoftmaxCrossEntropy() if sizes[-1] > 1 else None, engine="loops", seed=0)
        start = time.perf_counter()
        trace = model.trace([0.5] * sizes[0], 0, 0.5)
        traced = time.perf_counter()
        page = Stepper(trace).html()
        print(f"a trace of {'-'.join(map(str, sizes))}: {len(trace)} events, {traced - start:.3f} s;", end=" ")
        print(f"its page: {len(page.encode()) / 1000:.0f} kB, {time.perf_counter() - traced:.3f} s")


if __name__ == "__main__":
    main()
