"""System 003: two spiral arms told apart by 2-18-4-1, with all points in every step."""

import numpy as np
from matplotlib.figure import Figure

from neurons import BinaryCrossEntropy, Model, datasets, relu


def main(epochs=10_000, picture="system_003.png", seed=0):
    """Train, print, save a picture; return the last loss and the share of unseen points that are right."""
    points, labels = datasets.spiral(400, seed=1)
    unseen_points, unseen_labels = datasets.spiral(2000, seed=2)
    model = Model.from_sizes([2, 18, 4, 1], hidden=relu, loss=BinaryCrossEntropy(), engine="numpy", seed=seed)
    history = model.fit(points, labels, epochs=epochs, learning_rate=0.1, batch_size=len(points), seed=0)
    loss, right = history.loss[-1], model.accuracy(unseen_points, unseen_labels)
    save_picture(picture, model, points, labels)

    print("                        reported   ours")
    print(f"loss                  about 0.02   {loss:.4f}")
    print(f"unseen points right         98 %   {100 * right:.2f} %   (the boundary: {picture})")
    return loss, right


def save_picture(path, model, points, labels):
    """The probability of label 1 over the plane, its boundary at 0.5, and the points."""
    across = np.linspace(-1.2, 1.2, 200)  # (200,)
    plane = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)  # (40000, 2)
    probabilities = model.predict(plane).reshape(200, 200)
    figure = Figure(figsize=(6, 6), layout="constrained")
    ax = figure.subplots()
    ax.contourf(across, across, probabilities, levels=20, cmap="RdBu_r", alpha=0.6)
    ax.contour(across, across, probabilities, levels=[0.5], colors="black")
    for label, colour, marker in ((0.0, "tab:blue", "o"), (1.0, "tab:red", "^")):
        arm = [point for point, of_point in zip(points, labels, strict=True) if of_point[0] == label]
        ax.plot(*zip(*arm, strict=True), marker, color=colour, markersize=3, label=f"label {label:.0f}")
    ax.set(xlabel="x[0]", ylabel="x[1]", title="Two spiral arms, and where the network parts them", aspect="equal")
    ax.legend()
    figure.savefig(path)


if __name__ == "__main__":
    main()
