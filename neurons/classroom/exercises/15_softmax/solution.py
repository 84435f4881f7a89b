"""15 Softmax and cross-entropy: probabilities for several classes, and a loss that compares them with the right one."""

from math import exp, log


def softmax(logits):
    """exp of each, divided by the sum of them all. It must not overflow, also for logits of 1000."""
    largest = max(logits)
    exponentials = [exp(logit - largest) for logit in logits]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]


def cross_entropy(logits, label):
    """-log of the probability of the right class; `label` is the list with 1 for the right class and 0 elsewhere.

    It must not fail where that probability is too small for a float, as for logits of 1000.
    """
    largest = max(logits)
    log_total = largest + log(sum(exp(logit - largest) for logit in logits))
    return sum(y * (log_total - logit) for logit, y in zip(logits, label, strict=True))


def output_gradients(logits, label):
    """The derivative of the cross-entropy for each logit: a list."""
    return [p - y for p, y in zip(softmax(logits), label, strict=True)]
