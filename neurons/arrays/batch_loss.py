"""The loss of the examples of a batch, and its gradients."""

import numpy as np

from neurons.arrays.functions import Workspace, array_loss


def dtype_of(model):
    """float32 or float64: that of the first layer's arrays."""
    return model.layers[0].dtype


def losses_of(model, outputs, labels):
    """The loss of every example (batch,)."""
    outputs, labels = by_output(outputs), by_output(label_vectors(model, labels))  # (output, batch)
    values = np.empty(outputs.shape[1], dtype_of(model))  # (batch,)
    array_loss(model.loss).values(outputs, labels, values, Workspace(outputs))
    return values


def gradients_of(model, outputs, labels):
    """dL/da of every example (batch, output)."""
    outputs, labels = by_output(outputs), by_output(label_vectors(model, labels))  # (output, batch)
    gradients = np.empty_like(outputs)  # (output, batch)
    array_loss(model.loss).output_gradients(outputs, labels, gradients, Workspace(outputs))
    return gradients.T


def by_output(array):
    """(batch, output) as (output, batch), each row in one piece."""
    return np.ascontiguousarray(array.T)


def label_vectors(model, labels):
    """Checked labels as vectors (example, output): a class becomes a row with a single 1."""
    if labels.ndim == 2:
        return labels
    return (labels[:, None] == np.arange(model.layers[-1].num_neurons)).astype(dtype_of(model))  # (example, output)
