"""12 The gradient check: nudge each parameter and see whether the loss moves as its gradient says."""


def gradient_check(loss, parameters, gradients):
    """Return the list of the indices whose gradient is wrong: [] if all are right.

    `loss(parameters)` is a function that returns the loss for a list of numbers. `gradients` has one number for each.
    """
    raise NotImplementedError("write gradient_check")
