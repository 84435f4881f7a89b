"""Mistakes beside the gradients, read in the text and then shown by a run: orders, visits, names, shared arrays."""
