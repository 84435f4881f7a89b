"""XOR with two hidden neurons, the fewest that can do it, solved from nearly every seed by an optimiser of its own.

Plain descent often gets stuck: on a plateau, where the loss hardly falls while the weights grow, or near a saddle,
where the gradient is almost 0 although the loss falls to both sides. Neither is a minimum: from both a way leads on
downhill (notebook 07 shows how to tell). Each ingredient does its part:

* momentum carries the weights along a plateau, where the gradients are small but keep their direction;
* weight decay pulls them back from far out, where the sigmoids are flat. But it pulls most of them to 0, which is a
  saddle: the gradient is 0 there, and all four answers are 0.5;
* gradient noise pushes them off a saddle, to one side or the other. But it also drives them out onto the plateaus.

Each of the two alone makes it worse, both together make it safe. At the end they fade to nothing, so that the loss can
fall to 0. `tests/benchmarks/xor_two_hidden.py` counts the seeds 0 to 9,999.
"""

import warnings
from random import Random

from neurons import BinaryCrossEntropy, HealthWarning, Layer, Model, datasets, identity

EPOCHS = 8000  # each one step for the batch of all four examples
FADED = 0.9  # the share of the epochs after which noise and decay are 0
INGREDIENTS = {"both": (0.12, 0.005), "noise alone": (0.12, 0.0), "decay alone": (0.0, 0.005), "neither": (0.0, 0.0)}


class NoisyMomentum:
    """Momentum with weight decay and gradient noise: v = 0.9 v + dL/dw + decay * w + noise, w -= learning_rate * v."""

    def __init__(self, rng, noise, decay):
        self.rng, self.noise, self.decay = rng, noise, decay
        self.velocities = {}  # neuron's name: one number per weight, and the bias's at the end
        self.num_steps = 0

    def step(self, model, learning_rate):
        """Move every weight and bias by its velocity."""
        fade = max(0.0, 1.0 - self.num_steps / (FADED * EPOCHS))  # from 1 in a straight line to 0
        self.num_steps += 1
        for neuron in [neuron for layer in model.layers for neuron in layer.neurons]:
            numbers = [*neuron.weights, neuron.bias]
            velocities = self.velocities.setdefault(neuron.name, [0.0] * len(numbers))
            for i, gradient_sum in enumerate([*neuron.gradient_sums, neuron.bias_gradient_sum]):
                velocities[i] = 0.9 * velocities[i] + gradient_sum / neuron.num_examples
                if fade > 0.0:
                    velocities[i] += fade * (self.decay * numbers[i] + self.noise * self.rng.gauss(0.0, 1.0))
                numbers[i] -= learning_rate * velocities[i]
            *neuron.weights, neuron.bias = numbers
        model.start_batch()  # the gradients have been used


def train(seed, noise, decay):
    """Train a 2-2-1 model on XOR; return its four outputs."""
    inputs, labels = datasets.xor()
    rng = Random(seed)
    model = Model([Layer(2, 2, rng=rng), Layer(2, 1, identity, rng=rng)], BinaryCrossEntropy())
    settings = {"epochs": EPOCHS, "learning_rate": 1.0, "batch_size": 4, "shuffle": False, "progress": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)  # where it gets stuck, `fit` says so
        model.fit(inputs, labels, optimiser=NoisyMomentum(rng, noise, decay), **settings)
    return [output[0] for output in model.predict(inputs)]


def main(num_seeds=5):
    """Train from the seeds 0, 1, 2, ... with both ingredients, one, or none; return how often XOR was solved."""
    solved = {}
    for words, (noise, decay) in INGREDIENTS.items():
        outputs = [train(seed, noise, decay) for seed in range(num_seeds)]
        solved[words] = sum(max(p[0], 1 - p[1], 1 - p[2], p[3]) <= 0.1 for p in outputs)  # all within 0.1 of right
        print(f"{words:12} solved {solved[words]} of {num_seeds}; from seed 0: {[round(p, 2) for p in outputs[0]]}")
    return solved


if __name__ == "__main__":
    main()
