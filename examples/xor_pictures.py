"""XOR in pictures: what each neuron answers, the paths into one gradient, and the loss against one weight.

Writes xor_planes.png, xor_paths.png and xor_loss.png to the folder given, or to this one.
"""

import sys
from pathlib import Path

from neurons import Model, datasets, plots

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
inputs, labels = datasets.xor()
model = Model.from_sizes([2, 4, 1], seed=3)
first = model.copy()
model.fit(inputs, labels, epochs=1000, learning_rate=1.0, seed=0)

planes = plots.hidden_planes({"epoch 0": first, "epoch 1000": model}, inputs, labels)
planes[0, 0].figure.savefig(folder / "xor_planes.png")

wide = Model.from_sizes([2, 3, 3], seed=1)
outputs = wide.forward([0.0, 1.0])
wide.backward_pass(wide.loss.output_gradients(outputs, [1.0, 0.0, 0.0]))
plots.paths(wide, "hidden[0].w[1]").figure.savefig(folder / "xor_paths.png")

loss = plots.loss_against_weight(first, "hidden[0].w[1]", inputs[1], labels[1], learning_rates=[1.0, 10.0, 40.0])
loss.figure.savefig(folder / "xor_loss.png")
print(f"xor_planes.png, xor_paths.png and xor_loss.png are in {folder.resolve()}")
