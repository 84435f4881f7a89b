"""System 001: MNIST with 784-128-10, ReLU and softmax in batches of 64, repeated to every printed digit."""

import numpy as np
from matplotlib.figure import Figure

from neurons import Model, SoftmaxCrossEntropy, datasets, relu

LOSSES_OF_THE_ORIGINAL = "0.3775 0.2008 0.1494 0.1197 0.1008 0.0865 0.0760 0.0681 0.0608 0.0559".split()


def main(epochs=10, picture="system_001.png"):
    """Train, print, save a picture; return the losses, the share right, and how wrong the worst gradient is."""
    data = datasets.mnist(dtype="uint8")
    images, labels = data.train_inputs, data.train_labels  # (60000, 784) bytes, used as 0 to 1, and (60000,)
    rng = np.random.RandomState(42)  # the original's generator
    model = Model.from_sizes([784, 128, 10], hidden=relu, loss=SoftmaxCrossEntropy(), dtype="float64", engine="numpy")
    for layer in model.layers:  # Glorot normal, drawn as (inputs, neurons)
        shape = (layer.num_inputs, layer.num_neurons)
        layer.weights[:] = (rng.randn(*shape) * np.sqrt(2 / sum(shape))).T  # (neuron, input)
    worst = worst_gradient(model, images[:1], labels[:1])
    print(f"gradient check: 200 gradients differ from the central difference by at most {worst:.1e}\n")

    figure, losses, rights = Figure(figsize=(12, 5), layout="constrained"), [], []
    axes = figure.subplots(2, 3)
    show_weights(axes[1, 0], model.layers[0].weights, 0)
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(labels))  # (60000,)
        settings = {"learning_rate": 0.1, "batch_size": 64, "drop_last": True, "shuffle": False}
        losses += model.fit(images[order], labels[order], epochs=1, **settings).loss
        rights.append(model.accuracy(data.test_inputs, data.test_labels))
        if epoch in (5, 10):
            show_weights(axes[1, epoch // 5], model.layers[0].weights, epoch)
        original = LOSSES_OF_THE_ORIGINAL[epoch - 1]
        print(f"epoch {epoch:2}   loss {losses[-1]:.4f} (original {original})   right {100 * rights[-1]:.2f} %")
    axes[0, 0].plot(range(1, epochs + 1), losses, "o-")
    axes[0, 0].set(xlabel="epoch", title="loss")
    axes[0, 1].plot(range(1, epochs + 1), rights, "o-")
    axes[0, 1].set(xlabel="epoch", title="share of test images right")
    answers = model.predict(data.test_inputs[:10]).argmax(axis=1)  # (10,)
    axes[0, 2].imshow(
        data.test_inputs.array[:10].reshape(2, 5, 28, 28).transpose(0, 2, 1, 3).reshape(56, 140), cmap="Greys"
    )
    axes[0, 2].set(title=f"taken for {answers[:5]}\nand {answers[5:]}", xticks=[], yticks=[])
    figure.savefig(picture)
    print(f"\nThe curves, the weights and some predictions are in {picture}.\n")
    print("                        reported   original, measured   ours")
    print(f"test images right         97.7 %              97.71 %   {100 * rights[-1]:.2f} %")
    return losses, rights[-1], worst


def worst_gradient(model, image, label, nudge=1e-5):
    """The largest difference between a gradient and the central difference, over 100 weights of each layer."""
    model.backward_pass([model.loss.output_gradients(model.forward(image)[0].tolist(), int(label[0]))])
    worst = 0.0
    for layer in model.layers:
        used = np.argwhere(layer.gradient_sums)  # (weight, 2): those whose gradient is not 0
        for j, i in used[:: len(used) // 100][:100]:
            weight, losses = layer.weights[j, i], []
            for layer.weights[j, i] in (weight - nudge, weight + nudge):
                losses.append(model.mean_loss(image, label))
            layer.weights[j, i] = weight
            worst = max(worst, abs((losses[1] - losses[0]) / (2 * nudge) - layer.gradient_sums[j, i]))
    return worst


def show_weights(ax, weights, epoch):
    """The weights of the first 18 neurons as images, with a gap around each."""
    tiles = np.pad(weights[:18].reshape(3, 6, 28, 28), [(0, 0), (0, 0), (1, 1), (1, 1)], constant_values=np.nan)
    ax.imshow(tiles.transpose(0, 2, 1, 3).reshape(90, 180), cmap="RdBu_r", vmin=-0.3, vmax=0.3)
    ax.set(title=f"first-layer weights, epoch {epoch}", xticks=[], yticks=[])


if __name__ == "__main__":
    main()
