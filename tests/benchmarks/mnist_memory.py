"""The most memory that training 784-128-10 on MNIST takes: of `neurons`, PyTorch and JAX, each in a process of its own.

    NEURONS_DATA=... python tests/benchmarks/mnist_memory.py

Each process loads the images, trains three epochs in batches of 64 (float32, one thread), counts what is right on the
test images, and says the most memory it ever held (VmHWM of Linux, elsewhere ru_maxrss of getrusage). A library that
is not installed is left out. tests/test_memory.py holds the rows of `neurons` to the limit.
"""

import importlib.util
import os
import subprocess
import sys

LIMIT = 350  # MiB
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

OURS = """
from neurons import Model, SoftmaxCrossEntropy, datasets, relu
data = datasets.mnist({dtype})
model = Model.from_sizes([784, 128, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0)
model.fit(data.train_inputs, data.train_labels, epochs=3, learning_rate=0.1, batch_size=64, seed=0, progress=False)
right = model.accuracy(data.test_inputs, data.test_labels)
"""

MADE_UP = """
import numpy as np
from neurons import Model, SoftmaxCrossEntropy, relu
rng = np.random.default_rng(0)
inputs, labels = rng.random((60000, 784), dtype=np.float32), rng.integers(0, 10, 60000)
model = Model.from_sizes([784, 128, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0)
model.fit(inputs, labels, epochs=1, learning_rate=0.1, batch_size=64, seed=0, progress=False)
right = model.accuracy(inputs[:10000], labels[:10000])
"""

COMMAND = """
import contextlib, io, os, re, tempfile
from neurons.__main__ import main
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
    os.chdir(folder)
    main(["mnist", "--epochs", "3"])
    os.chdir("/")
right = float(re.findall(r"([0-9.]+) %", printed.getvalue())[0]) / 100
"""

TORCH = """
import torch
from neurons import datasets
torch.set_num_threads(1)
torch.manual_seed(0)
data = datasets.mnist()
inputs, labels = torch.from_numpy(data.train_inputs), torch.from_numpy(data.train_labels).long()
model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
loss = torch.nn.CrossEntropyLoss()
for _ in range(3):
    order = torch.randperm(len(inputs))
    for start in range(0, len(inputs), 64):
        rows = order[start : start + 64]
        optimiser.zero_grad()
        loss(model(inputs[rows]), labels[rows]).backward()
        optimiser.step()
with torch.no_grad():
    answers = model(torch.from_numpy(data.test_inputs)).argmax(dim=1).numpy()
right = (answers == data.test_labels).mean()
"""

JAX = """
import jax
import jax.numpy as jnp
import numpy as np
from neurons import datasets
data = datasets.mnist()
inputs, labels, rng = jnp.asarray(data.train_inputs), jnp.asarray(data.train_labels), np.random.default_rng(0)

def parameters_of(num_inputs, num_neurons):
    limit = (6 / (num_inputs + num_neurons)) ** 0.5
    return jnp.asarray(rng.uniform(-limit, limit, (num_inputs, num_neurons)), jnp.float32), jnp.zeros(num_neurons)

def outputs_of(parameters, x):
    (w1, b1), (w2, b2) = parameters
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2

def loss_of(parameters, x, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(outputs_of(parameters, x)), y[:, None], axis=1).mean()

@jax.jit
def epoch(parameters, inputs, labels, order):
    def step(parameters, rows):
        gradients = jax.grad(loss_of)(parameters, inputs[rows], labels[rows])
        return jax.tree.map(lambda p, g: p - 0.1 * g, parameters, gradients), None
    return jax.lax.scan(step, parameters, order)[0]

parameters = (parameters_of(784, 128), parameters_of(128, 10))
for _ in range(3):
    parameters = epoch(parameters, inputs, labels, rng.permutation(60000)[:59968].reshape(937, 64))
answers = np.asarray(outputs_of(parameters, data.test_inputs).argmax(axis=1))
right = (answers == data.test_labels).mean()
"""

SAY = """
import sys
try:
    with open("/proc/self/status") as file:
        peak = int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024
except FileNotFoundError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
print(peak, right)
"""

SCRIPTS = {  # words: (script, what it needs)
    "neurons, images as bytes": (OURS.format(dtype="dtype='uint8'"), None),
    "neurons, images as float32": (OURS.format(dtype=""), None),
    "python -m neurons mnist": (COMMAND, "matplotlib"),
    "PyTorch": (TORCH, "torch"),
    "JAX, a jitted scan": (JAX, "jax"),
}


def peak_of(script):
    """The most memory, in MiB, of a process that runs `script`, and the share of the test images it has right."""
    command = [sys.executable, "-c", script + SAY]
    environment = {**os.environ, **ONE_THREAD}
    printed = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    peak, right = printed.split()
    return float(peak), float(right)


def main():
    print(f"784-128-10 on 60,000 images: the most memory held, limit {LIMIT} MiB")
    for words, (script, needs) in SCRIPTS.items():
        if needs is None or importlib.util.find_spec(needs):
            peak, right = peak_of(script)
            print(f"{words:28}{peak:6.0f} MiB   {'within' if peak <= LIMIT else 'above'}   {100 * right:.2f} % right")


if __name__ == "__main__":
    main()
