"""System 004: MNIST with 784-16-10, sigmoid and squared error in batches of 32; the neurons and NumPy agree."""

from math import sqrt

from neurons import Model, datasets


def init(num_inputs, num_neurons, rng):
    """Weights and bias uniform within ±1/sqrt(inputs)."""
    limit = 1 / sqrt(num_inputs)
    return [rng.uniform(-limit, limit) for _ in range(num_inputs)], rng.uniform(-limit, limit)


def main(epochs=10, learning_rate=1.0):
    """Compare, train, and print what comes of it; return the largest difference and the share of images right."""
    data = datasets.mnist(dtype="uint8")
    neurons = Model.from_sizes([784, 16, 10], init=init, seed=0, engine="loops")
    arrays = neurons.vectorised()
    for start in (0, 32, 64):
        images, labels = data.train_inputs[start : start + 32], data.train_labels[start : start + 32]
        neurons.train_batch(images, labels, learning_rate)
        arrays.train_batch(images, labels, learning_rate)
    difference = largest_difference(neurons, arrays)
    print(f"after three steps the loops' and NumPy's weights differ by at most {difference:.1e}\n")

    model = Model.from_sizes([784, 16, 10], init=init, seed=0)

    def print_epoch(epoch, model, history):
        right = model.accuracy(data.test_inputs, data.test_labels)
        print(f"epoch {epoch:2}   loss {history.loss[-1]:.4f}   test images right {100 * right:.2f} %")

    settings = {"batch_size": 32, "seed": 0, "on_epoch": print_epoch}
    model.fit(data.train_inputs, data.train_labels, epochs=epochs, learning_rate=learning_rate, **settings)
    right = model.accuracy(data.test_inputs, data.test_labels)
    print("\n                        original, measured   ours")
    print(f"loops against NumPy                  1e-15   {difference:.1e}")
    print(f"test images right           93.4 to 93.7 %   {100 * right:.2f} %")
    return difference, right


def largest_difference(model, other):
    """The largest difference between two models' weights."""
    pairs = []
    for layer, other_layer in zip(model.layers, other.layers, strict=True):
        for neuron, twin in zip(layer.neurons, other_layer.neurons, strict=True):
            pairs += zip([*neuron.weights, neuron.bias], [*twin.weights.tolist(), twin.bias], strict=True)
    return max(abs(weight - other_weight) for weight, other_weight in pairs)


if __name__ == "__main__":
    main()
