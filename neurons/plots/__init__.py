"""The pictures: each function draws one, in the axes given as `ax` or on a new page, and returns the axes.

In a notebook, what a function returns shows itself as the last line of a cell; `ax.figure.savefig("picture.png")` saves
it. No window opens, and pyplot knows nothing of it: to have a picture among pyplot's, give it pyplot's axes (of a
figure with layout="constrained", which makes room for titles and legends).
Orange and full lines are positive, blue and dashed negative; planes and images of weights are orange above the middle,
blue below and white between.
"""

from neurons.plots.animation import Film, animate
from neurons.plots.classes import confusion, mistakes
from neurons.plots.curves import accuracy_curve, activation_curve, gradient_flow, loss_against_weight, loss_curve
from neurons.plots.networks import before_after_step, network
from neurons.plots.paths import paths
from neurons.plots.planes import decision_boundary, hidden_planes
from neurons.plots.weights import weight_images

__all__ = [
    "Film",
    "accuracy_curve",
    "activation_curve",
    "animate",
    "before_after_step",
    "confusion",
    "decision_boundary",
    "gradient_flow",
    "hidden_planes",
    "loss_against_weight",
    "loss_curve",
    "mistakes",
    "network",
    "paths",
    "weight_images",
]


def __dir__() -> list[str]:
    return __all__  # what completion offers: the pictures, not the files they come from
