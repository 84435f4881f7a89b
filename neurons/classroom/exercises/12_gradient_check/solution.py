"""12 The gradient check: nudge each parameter and see whether the loss moves as its gradient says."""


def gradient_check(loss, parameters, gradients):
    """Return the list of the indices whose gradient is wrong: [] if all are right.

    `loss(parameters)` is a function that returns the loss for a list of numbers. `gradients` has one number for each.
    """
    wrong = []
    nudge = 1e-5
    for i in range(len(parameters)):
        up = list(parameters)
        down = list(parameters)
        up[i] += nudge
        down[i] -= nudge
        difference = (loss(up) - loss(down)) / (2.0 * nudge)
        if abs(difference - gradients[i]) > 1e-4 * max(abs(difference), abs(gradients[i])) + 1e-9:
            wrong.append(i)
    return wrong
